import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { limitTruePeak } from '#main/audio/level/true-peak.ts'
import { resample } from '#main/audio/io/resample.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { tokenBitrate, type CodecConfig } from '#main/networks/codec/config.ts'
import { decodeClip, encodeClip } from '#main/networks/codec/codec.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { openVoice } from './voice.ts'

/** Side information per second: f0 in 10 bits and loudness in 6 bits, both at 50 Hz. */
const SIDE_RATE = 50
const F0_BITS = 10
const LOUDNESS_BITS = 6

export interface Resynthesis {
  /** [S] mono at `sampleRate` */
  readonly pcm: Float32Array
  readonly sampleRate: number
  /** [T * nQ] */
  readonly codes: Int32Array
  /** Everything that the decoder was given: tokens, f0 and loudness. */
  readonly bitrateKbps: number
}

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

/** Unvoiced frames take the pitch of their nearest voiced neighbour. @returns null when no frame is voiced */
export const holdPitch = (f0: Float32Array, frames: number): Float32Array | null => {
  const result = new Float32Array(frames)
  let last = f0.find((hz) => hz > 0)
  if (last === undefined) return null
  for (let i = 0; i < frames; i++) {
    if ((f0[i] ?? 0) > 0) last = f0[i]
    result[i] = last
  }
  return result
}

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

/**
 * A recording through the codec's tokens and back.
 *
 * @param pcm        [S] mono
 * @param sampleRate Hz of pcm
 * @throws EngineError HUM_NO_MELODY when nothing in it has a pitch, MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const resynthesize = async (
  pcm: Float32Array,
  sampleRate: number,
  options: { voice?: string; modelsDir?: string } = {},
): Promise<Resynthesis> => {
  const { network } = await openVoice(options.voice, options.modelsDir)
  const { config } = network
  const input = resample(pcm, sampleRate, config.sampleRate)
  const frames = Math.floor(input.length / config.hopLength)
  const track = trackF0(input, config.sampleRate, { fMin: 160, fMax: 3700, hopSeconds: config.hopLength / config.sampleRate })
  const f0 = frames < 2 ? null : holdPitch(track.f0, frames)
  if (f0 === null) throw new EngineError('HUM_NO_MELODY', { reason: ': nothing in it has a steady pitch' })
  const result = throughCodec(network, input, { f0, hasTokens: true })
  return {
    pcm: limitTruePeak(result.pcm, config.sampleRate, -1),
    sampleRate: config.sampleRate,
    codes: result.codes,
    bitrateKbps: totalBitrate(config) / 1000,
  }
}
