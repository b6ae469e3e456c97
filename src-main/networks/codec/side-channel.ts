import { decodeClip, encodeClip } from './codec.ts'
import { tokenBitrate, type CodecConfig } from './config.ts'
import type { CodecNetwork } from './network.ts'

/** Side information per second: f0 in 10 bits and loudness in 6 bits, both at 50 Hz. */
const SIDE_RATE = 50
const F0_BITS = 10
const LOUDNESS_BITS = 6

/** [F] at 100 Hz -> every second value through `round`, the others between their neighbours. */
const throughSideChannel = (values: Float32Array, round: (value: number) => number): Float32Array => {
  const result = new Float32Array(values.length)
  for (let i = 0; i < values.length; i += 2) result[i] = round(values[i])
  for (let i = 1; i < values.length; i += 2) result[i] = i + 1 < values.length ? 0.5 * (result[i - 1] + result[i + 1]) : result[i - 1]
  return result
}

/** 5-cent steps over 1024 values from 160 Hz. */ // Hz -> Hz
const roundF0 = (hz: number): number => 160 * 2 ** (Math.min(1023, Math.max(0, Math.round(240 * Math.log2(hz / 160)))) / 240)
/** 1.25 dB steps over 63 values from -78 dB, and silence. */
const roundLoudness = (db: number): number => (db < -79 ? -100 : -78 + 1.25 * Math.min(62, Math.max(0, Math.round((db + 78) / 1.25))))

export const totalBitrate = (config: CodecConfig): number => tokenBitrate(config) + SIDE_RATE * (F0_BITS + LOUDNESS_BITS)

/** What the codec's decoder makes of its own tokens and the rounded side information, with or without the tokens. */
export const throughCodec = (
  network: CodecNetwork,
  pcm: Float32Array,
  options: { f0: Float32Array; hasTokens: boolean; seed?: number },
): { pcm: Float32Array; codes: Int32Array } => {
  const f0 = throughSideChannel(options.f0, roundF0)
  const { codes, loudnessDb } = encodeClip(network, pcm, f0)
  const controls = { f0, loudnessDb: throughSideChannel(loudnessDb, roundLoudness) }
  return { pcm: decodeClip(network, options.hasTokens ? codes : null, { controls, seed: options.seed ?? 1 }), codes }
}
