import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { limitTruePeak } from '#main/audio/level/true-peak.ts'
import { resample } from '#main/audio/io/resample.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { throughCodec, totalBitrate } from '#main/networks/codec/side-channel.ts'
import { openVoice } from './voice.ts'

export interface Resynthesis {
  /** [S] mono at `sampleRate` */
  readonly pcm: Float32Array
  readonly sampleRate: number
  /** [T * nQ] */
  readonly codes: Int32Array
  /** Everything that the decoder was given: tokens, f0 and loudness. */
  readonly bitrateKbps: number
}

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
