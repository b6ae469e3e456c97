import { hannWindow } from '#main/audio/spectral/stft.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { bodyPoints, type CodecConfig } from './config.ts'
import { accumulatePhase, createNoise, createNoiseInterpolation, gridPosition, harmonicWeight } from './excitation.ts'
import type { CodecNetwork, DecoderFrames } from './network.ts'

/**
 * The decoder's signal path as tensors, for training: differentiable in the network's frames, not in the excitation.
 * `synthesize.ts` is the same arithmetic without tensors, for inference; a test holds the two together.
 */
export interface Excitation {
  readonly batch: number
  readonly frames: number
  /** [B * (F - 1), hopLength] radians */
  readonly phase: Tensor2D
  /** [B * F, nHarmonics] 0..1, zero above Nyquist */
  readonly harmonicMask: Tensor2D
  /** [B * F * nHarmonics] flat rows into envelope grid, and the share of the right neighbour */
  readonly envelopeIndex: Tensor
  readonly envelopeShare: Tensor2D
  readonly bodyIndex: Tensor
  readonly bodyShare: Tensor2D
  /** [B * F, 2 * (noiseFft / 2 + 1)] real and imaginary parts of windowed white noise */
  readonly noiseSpectrum: Tensor2D
  /** [B * F, 1] linear RMS level */
  readonly level: Tensor2D
}

export interface RenderTables {
  /** [noiseBands, bins] */
  readonly noiseInterpolation: Tensor2D
  /** [2 * bins, 2 * hopLength] inverse real DFT, cut to the synthesis window */
  readonly inverseDft: Tensor2D
  /** [2 * hopLength, 2 * bins] windowed forward DFT of a noise frame */
  readonly forwardDft: Tensor2D
  /** [1, 2, hopLength] falling and rising gain of the two frames around a sample */
  readonly fade: Tensor
  readonly harmonicNumbers: Tensor
  readonly innerNumbers: Tensor
  readonly outerNumbers: Tensor
  /** [bins] weights that turn squared magnitudes into mean noise power */
  readonly binPower: Tensor
}

/** Harmonics k = BLOCK * j + i are summed by the angle addition theorem: the full bank of sines is never built. */
const BLOCK = 8

/** Frame offset of the Hann window inside the zero-padded noise FFT. */
export const noiseOffset = (config: CodecConfig): number => Math.floor((config.noiseFft - 2 * config.hopLength) / 2)

export const createRenderTables = (config: CodecConfig): RenderTables => {
  const bins = config.noiseFft / 2 + 1
  const span = 2 * config.hopLength
  const offset = noiseOffset(config)
  const inverse = new Float32Array(2 * bins * span)
  const forward = new Float32Array(span * 2 * bins)
  const hann = hannWindow(span)
  for (let bin = 0; bin < bins; bin++) {
    const weight = (bin === 0 || bin === bins - 1 ? 1 : 2) / config.noiseFft
    for (let n = 0; n < span; n++) {
      const angle = (2 * Math.PI * ((bin * (n + offset)) % config.noiseFft)) / config.noiseFft
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      inverse[bin * span + n] = weight * cos
      inverse[(bins + bin) * span + n] = -weight * sin
      forward[n * 2 * bins + bin] = hann[n] * cos
      forward[n * 2 * bins + bins + bin] = -hann[n] * sin
    }
  }
  const binPower = Float32Array.from({ length: bins }, (_, bin) => (bin === 0 || bin === bins - 1 ? 1 : 2) / config.noiseFft)
  const fade = new Float32Array(2 * config.hopLength)
  for (let n = 0; n < config.hopLength; n++) {
    fade[n] = 1 - n / config.hopLength
    fade[config.hopLength + n] = n / config.hopLength
  }
  return {
    noiseInterpolation: tf.tensor2d(createNoiseInterpolation(config), [config.noiseBands, bins]),
    inverseDft: tf.tensor2d(inverse, [2 * bins, span]),
    forwardDft: tf.tensor2d(forward, [span, 2 * bins]),
    fade: tf.tensor3d(fade, [1, 2, config.hopLength]),
    harmonicNumbers: tf.range(1, config.nHarmonics + 1),
    innerNumbers: tf.reshape(tf.range(1, BLOCK + 1), [1, BLOCK, 1]),
    outerNumbers: tf.reshape(tf.range(0, config.nHarmonics, BLOCK), [1, config.nHarmonics / BLOCK, 1]),
    binPower: tf.tensor1d(binPower),
  }
}

let noisePool: Float32Array | undefined

/** A stretch of a fixed pool of white noise: drawing fresh normals each step would cost more than the network. */
const drawNoise = (length: number, random: Random): Float32Array => {
  noisePool ??= createNoise(1 << 20, createRandom(20061))
  const start = random.integer(noisePool.length - length)
  return noisePool.subarray(start, start + length)
}

/**
 * Everything about the sound that needs no gradient.
 *
 * @param f0         [B][F] Hz
 * @param loudnessDb [B][F] dBFS
 */
export const createExcitation = (
  f0: Float32Array[],
  loudnessDb: Float32Array[],
  context: { config: CodecConfig; tables: RenderTables; seed: number },
): Excitation => {
  const { config, tables } = context
  const random = createRandom(context.seed)
  const batch = f0.length
  const frames = f0[0]?.length ?? 0
  const { nHarmonics, hopLength, envelopeBands } = config
  const points = bodyPoints(config)
  const mask = new Float32Array(batch * frames * nHarmonics)
  const envelopeIndex = new Int32Array(mask.length)
  const envelopeShare = new Float32Array(mask.length)
  const bodyIndex = new Int32Array(mask.length)
  const bodyShare = new Float32Array(mask.length)
  const level = new Float32Array(batch * frames)
  const phase = new Float32Array(batch * (frames - 1) * hopLength)
  const noise = new Float32Array(batch * frames * 2 * hopLength)
  for (let b = 0; b < batch; b++) {
    phase.set(accumulatePhase(f0[b], config, 2 * Math.PI * random.next()), b * (frames - 1) * hopLength)
    const white = drawNoise((frames + 1) * hopLength, random)
    for (let frame = 0; frame < frames; frame++) {
      const row = b * frames + frame
      noise.set(white.subarray(frame * hopLength, (frame + 2) * hopLength), row * 2 * hopLength)
      level[row] = 10 ** (loudnessDb[b][frame] / 20) // dB -> linear RMS
      for (let k = 0; k < nHarmonics; k++) {
        const freqHz = (k + 1) * f0[b][frame]
        const cell = row * nHarmonics + k
        mask[cell] = harmonicWeight(freqHz, config.sampleRate)
        const position = gridPosition(freqHz, envelopeBands, config)
        envelopeIndex[cell] = row * envelopeBands + Math.floor(position)
        envelopeShare[cell] = position - Math.floor(position)
        const fine = gridPosition(freqHz, points, config)
        bodyIndex[cell] = Math.floor(fine)
        bodyShare[cell] = fine - Math.floor(fine)
      }
    }
  }
  const rows = batch * frames
  const noiseFrames = tf.tensor2d(noise, [rows, 2 * hopLength])
  const noiseSpectrum = tf.matMul(noiseFrames, tables.forwardDft) as Tensor2D
  noiseFrames.dispose()
  return {
    batch,
    frames,
    phase: tf.tensor2d(phase, [batch * (frames - 1), hopLength]),
    harmonicMask: tf.tensor2d(mask, [rows, nHarmonics]),
    envelopeIndex: tf.tensor1d(envelopeIndex, 'int32'),
    envelopeShare: tf.tensor2d(envelopeShare, [rows, nHarmonics]),
    bodyIndex: tf.tensor1d(bodyIndex, 'int32'),
    bodyShare: tf.tensor2d(bodyShare, [rows, nHarmonics]),
    noiseSpectrum,
    level: tf.tensor2d(level, [rows, 1]),
  }
}

export const disposeExcitation = (excitation: Excitation): void => {
  for (const value of Object.values(excitation)) if (typeof value !== 'number') (value as Tensor).dispose()
}

/** Values of rows of a flat grid at fractional positions. */
const interpolate = (grid: Tensor, index: Tensor, share: Tensor2D): Tensor2D => {
  const flat = tf.reshape(grid, [-1])
  const left = tf.reshape(tf.gather(flat, index as never), share.shape)
  const right = tf.reshape(tf.gather(flat, tf.add(index, tf.scalar(1, 'int32')) as never), share.shape)
  return tf.add(tf.mul(left, tf.sub(1, share)), tf.mul(right, share)) as Tensor2D
}

/** Linear amplitudes [B * F, nHarmonics] and noise magnitudes [B * F, bins] with the level set: their power is the frame's. */
export const shapeFrames = (
  network: CodecNetwork,
  frames: DecoderFrames,
  excitation: Excitation,
  tables: RenderTables,
): { amplitudes: Tensor2D; noise: Tensor2D } => {
  const { nHarmonics, freeHarmonics } = network.config
  const rows = excitation.batch * excitation.frames
  const deviation = tf.concat([frames.deviation, tf.zeros([rows, nHarmonics - freeHarmonics])], 1)
  const envelope = interpolate(frames.envelope, excitation.envelopeIndex, excitation.envelopeShare)
  const body = interpolate(network.body, excitation.bodyIndex, excitation.bodyShare)
  const tilt = tf.log(tables.harmonicNumbers) // starts as a sawtooth: 1 / k
  const logAmplitude = tf.sub(tf.addN([envelope, body, deviation]), tilt)
  const amplitudes = tf.mul(tf.exp(tf.clipByValue(logAmplitude, -14, 6)), excitation.harmonicMask) as Tensor2D
  const noise = tf.exp(tf.clipByValue(tf.matMul(frames.noise, tables.noiseInterpolation), -14, 6)) as Tensor2D
  const power = tf.add(tf.mul(tf.sum(tf.square(amplitudes), 1, true), 0.5), tf.sum(tf.mul(tf.square(noise), tables.binPower), 1, true))
  const gain = tf.mul(tf.mul(excitation.level, tf.exp(frames.trim)), tf.rsqrt(tf.add(power, 1e-9)))
  return { amplitudes: tf.mul(amplitudes, gain) as Tensor2D, noise: tf.mul(noise, gain) as Tensor2D }
}

const renderHarmonics = (amplitudes: Tensor2D, excitation: Excitation, tables: RenderTables): Tensor => {
  const { batch, frames } = excitation
  const steps = frames - 1
  const nHarmonics = amplitudes.shape[1]
  const blocks = nHarmonics / BLOCK
  const hop = excitation.phase.shape[1]
  const perFrame = tf.reshape(amplitudes, [batch, frames, blocks, BLOCK])
  const left = tf.slice(perFrame, [0, 0, 0, 0], [batch, steps, blocks, BLOCK])
  const right = tf.slice(perFrame, [0, 1, 0, 0], [batch, steps, blocks, BLOCK])
  const pairs = tf.reshape(tf.concat([left, right], 2), [batch * steps, 2 * blocks, BLOCK])
  const phase = tf.expandDims(excitation.phase, 1) // [B(F-1), 1, hop]
  const inner = tf.mul(phase, tables.innerNumbers) // [B(F-1), BLOCK, hop]
  const outer = tf.mul(phase, tables.outerNumbers) // [B(F-1), blocks, hop]
  const shape = [batch * steps, 2, blocks, hop]
  const byCos = tf.reshape(tf.matMul(pairs, tf.cos(inner)), shape)
  const bySin = tf.reshape(tf.matMul(pairs, tf.sin(inner)), shape)
  const sines = tf.mul(byCos, tf.expandDims(tf.sin(outer), 1))
  const both = tf.sum(tf.add(sines, tf.mul(bySin, tf.expandDims(tf.cos(outer), 1))), 2) // [B(F-1), 2, hop]
  return tf.sum(tf.mul(both, tables.fade), 1)
}

/**
 * @returns [B, (F - 1) * hopLength] samples: harmonics summed with amplitudes linear between frames, plus shaped
 *          noise through an inverse STFT of half-overlapping frames
 */
export const renderBatch = (network: CodecNetwork, frames: DecoderFrames, excitation: Excitation, tables: RenderTables): Tensor2D => {
  const { hopLength } = network.config
  const { batch, frames: frameCount } = excitation
  const steps = frameCount - 1
  const { amplitudes, noise } = shapeFrames(network, frames, excitation, tables)

  const harmonic = tf.reshape(renderHarmonics(amplitudes, excitation, tables), [batch, steps * hopLength])

  const shaped = tf.mul(excitation.noiseSpectrum, tf.concat([noise, noise], 1)) as Tensor2D
  const wave = tf.reshape(tf.matMul(shaped, tables.inverseDft), [batch, frameCount, 2, hopLength])
  const tail = tf.slice(wave, [0, 0, 1, 0], [batch, steps, 1, hopLength])
  const head = tf.slice(wave, [0, 1, 0, 0], [batch, steps, 1, hopLength])
  const aperiodic = tf.reshape(tf.add(tail, head), [batch, steps * hopLength])
  return tf.add(harmonic, aperiodic) as Tensor2D
}
