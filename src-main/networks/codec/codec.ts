import { readTensors } from '#main/tensor/backend/read-tensors.ts'
import { tf, type Tensor2D, type Tensor3D } from '#main/tensor/backend/tf.ts'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { computeEncoderMel } from './analyze.ts'
import { CONTROL_WIDTH, cutControls, encodeControls, type CodecControls } from './controls.ts'
import type { CodecNetwork } from './network.ts'
import { synthesizeClip, type ClipFrames } from './synthesize.ts'

const padFrames = (controls: CodecControls, frames: number): CodecControls => {
  const stretch = <T extends Float32Array | Uint8Array>(values: T, fill: number): T => {
    const Kind = values.constructor as new (size: number) => T
    const result = new Kind(frames)
    result.fill(fill)
    result.set(values as never)
    return result
  }
  const { f0, loudnessDb, score } = controls
  const lastF0 = f0[f0.length - 1] ?? 440
  return {
    f0: stretch(f0, lastF0),
    loudnessDb: stretch(loudnessDb, -100),
    ...(score === undefined
      ? {}
      : {
          score: {
            brightness: stretch(score.brightness, 0.5),
            articulation: stretch(score.articulation, 0),
            noteAge: stretch(score.noteAge, 9),
            noteRemaining: stretch(score.noteRemaining, 0),
            isNote: stretch(score.isNote, 0),
          },
        }),
  }
}

const roundUp = (frames: number, stride: number): number => Math.ceil(frames / stride) * stride

/**
 * Codes of a clip.
 *
 * @param pcm [S] at config.sampleRate
 * @param f0  [floor(S / hopLength)] Hz, continuous
 * @returns   codes [T * nQ] row by row, T = ceil(F / tokenStride); loudnessDb [F]
 */
export const encodeClip = (network: CodecNetwork, pcm: Float32Array, f0: Float32Array): { codes: Int32Array; loudnessDb: Float32Array } => {
  const { config } = network
  const loudnessDb = measureFrameLoudness(pcm).subarray(0, f0.length)
  const mel = computeEncoderMel(pcm, loudnessDb, config)
  const frames = roundUp(f0.length, config.tokenStride)
  const padded = padFrames({ f0, loudnessDb }, frames)
  const codes = tf.tidy(() => {
    const paddedMel = new Float32Array(frames * config.nMels).fill(-4)
    paddedMel.set(mel)
    const melTensor: Tensor3D = tf.tensor3d(paddedMel, [1, frames, config.nMels])
    const controls: Tensor3D = tf.tensor3d(encodeControls(padded, false), [1, frames, CONTROL_WIDTH])
    const result = network.quantizer.quantize(network.encode(melTensor, controls))
    const data = result.codes.dataSync() as Int32Array
    tf.dispose(result.indices)
    return Int32Array.from(data)
  })
  return { codes, loudnessDb }
}

/** Longer clips are decoded in pieces of this many frames, so that memory does not grow with them; 20 s. */
const PIECE_FRAMES = 2000
/** Frames to either side that reach into a frame: the decoder's taps are 19 frames wide at most, a token's another 8. */
const CONTEXT_FRAMES = 40

/**
 * Decoder frames of a clip.
 *
 * @param codes [T * nQ], negative where a level is not known; or null to play from the controls alone
 */
export const decodeFrames = (network: CodecNetwork, codes: Int32Array | null, controls: CodecControls): ClipFrames =>
  decodeLatent(network, codes === null ? null : network.quantizer.lookUp(codes), controls)

/**
 * As `decodeFrames`, from the vectors that codes stand for, or from any between them.
 *
 * @param latent [T * latentWidth], or null to play from the controls alone
 */
export const decodeLatent = (network: CodecNetwork, latent: Float32Array | null, controls: CodecControls): ClipFrames => {
  const count = controls.f0.length
  if (count <= PIECE_FRAMES + CONTEXT_FRAMES) return decodePiece(network, latent, controls)
  const { envelopeBands, freeHarmonics, noiseBands, tokenStride, latentWidth } = network.config
  const whole = {
    envelope: new Float32Array(count * envelopeBands),
    deviation: new Float32Array(count * freeHarmonics),
    noise: new Float32Array(count * noiseBands),
    trim: new Float32Array(count),
  }
  const widths = { envelope: envelopeBands, deviation: freeHarmonics, noise: noiseBands, trim: 1 } as const
  let body = new Float32Array(0)
  let room: Float32Array | undefined
  for (let start = 0; start < count; start += PIECE_FRAMES) {
    const end = Math.min(count, start + PIECE_FRAMES)
    const from = Math.max(0, start - CONTEXT_FRAMES)
    const to = Math.min(count, end + CONTEXT_FRAMES)
    const cut = latent?.subarray((from / tokenStride) * latentWidth, Math.ceil(to / tokenStride) * latentWidth) ?? null
    const piece = decodePiece(network, cut, cutControls(controls, from, to))
    for (const name of ['envelope', 'deviation', 'noise', 'trim'] as const) {
      const width = widths[name]
      whole[name].set(piece[name].subarray((start - from) * width, (end - from) * width), start * width)
    }
    body = Float32Array.from(piece.body)
    room = piece.room
  }
  return { ...whole, body, ...(room === undefined ? {} : { room }), f0: controls.f0, loudnessDb: controls.loudnessDb }
}

const decodePiece = (network: CodecNetwork, given: Float32Array | null, controls: CodecControls): ClipFrames => {
  const { config, room } = network
  const count = controls.f0.length
  const frames = roundUp(count, config.tokenStride)
  const tokens = frames / config.tokenStride
  const padded = padFrames(controls, frames)
  const [envelope, deviation, noise, trim] = readTensors(() => {
    const latent: Tensor2D =
      given === null
        ? tf.zeros([tokens, config.latentWidth])
        : tf.tensor2d(given.subarray(0, tokens * config.latentWidth), [tokens, config.latentWidth])
    const hasTokens: Tensor2D = tf.tensor2d([given === null ? 0 : 1], [1, 1])
    const features: Tensor3D = tf.tensor3d(encodeControls(padded, controls.score !== undefined), [1, frames, CONTROL_WIDTH])
    const decoded = network.decode(latent, hasTokens, features)
    return [decoded.envelope, decoded.deviation, decoded.noise, decoded.trim]
  })
  const cut = (values: Float32Array): Float32Array => values.subarray(0, (values.length / frames) * count)
  return {
    envelope: cut(envelope),
    deviation: cut(deviation),
    noise: cut(noise),
    trim: cut(trim),
    body: network.body.dataSync().slice() as Float32Array,
    ...(room === null ? {} : { room: readTensors(() => [room.response()])[0] }),
    f0: controls.f0,
    loudnessDb: controls.loudnessDb,
  }
}

/**
 * Frames between two readings of the same clip, in the logarithmic domain: what tokens say and what the score alone implies.
 *
 * @param share 0 takes `a`, 1 takes `b`
 */
export const mixFrames = (a: ClipFrames, b: ClipFrames, share: number): ClipFrames => {
  const mix = (x: Float32Array, y: Float32Array): Float32Array => x.map((value, i) => value + share * (y[i] - value))
  return {
    ...a,
    envelope: mix(a.envelope, b.envelope),
    deviation: mix(a.deviation, b.deviation),
    noise: mix(a.noise, b.noise),
    trim: mix(a.trim, b.trim),
    body: mix(a.body, b.body),
  }
}

/** Sound from codes (or none) and controls. @returns [(F - 1) * hopLength] samples */
export const decodeClip = (
  network: CodecNetwork,
  codes: Int32Array | null,
  options: { controls: CodecControls; seed: number },
): Float32Array => synthesizeClip(decodeFrames(network, codes, options.controls), options.seed, network.config)
