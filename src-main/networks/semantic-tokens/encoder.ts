import { CONTROL_HOP } from '#main/audio/level/frame-measures.ts'
import { computeLogMel } from '#main/audio/spectral/log-mel.ts'
import type { Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D, type Tensor3D, type Variable } from '#main/tensor/backend/tf.ts'
import { createConvBlock, createDense, createRmsNorm } from '#main/tensor/layers/dense.ts'
import { addState, createParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { countTokens, TOKEN_STRIDE, type SemanticControls } from './describe-performance.ts'

export interface SemanticEncoderConfig {
  readonly nMels: number
  readonly width: number
  readonly hidden: number
  readonly dilations: readonly number[]
  /** After how many blocks the tokens are read off. */
  readonly readBlocks: number
  /** The frozen quantiser whose codes are to be guessed. */
  readonly targetWidth: number
  readonly targetCodes: number
}

export const SEMANTIC_ENCODER_CONFIG: SemanticEncoderConfig = {
  nMels: 80,
  width: 128,
  hidden: 256,
  dilations: [1, 2, 4, 8],
  readBlocks: 3,
  targetWidth: 16,
  targetCodes: 1024,
}

/** Numbers per token that the encoder is given. */
export const encoderInputWidth = (config: SemanticEncoderConfig): number => config.nMels * TOKEN_STRIDE

/**
 * The encoder's view of a clip: log-mel against the clip's median level, four frames stacked for each token.
 *
 * @param pcm       [S] at 44.1 kHz
 * @param controls  f0 and loudnessDb, [F] each
 * @returns         [T, 4 * nMels], T = ceil(F / 4); the last frame is repeated where F is no multiple of 4
 */
export const stackLogMel = (pcm: Float32Array, controls: SemanticControls, { nMels }: SemanticEncoderConfig): Float32Array => {
  const frames = controls.loudnessDb.length
  const tokens = countTokens(frames)
  const result = new Float32Array(tokens * TOKEN_STRIDE * nMels)
  if (frames === 0) return result
  const padded = new Float32Array(Math.max(pcm.length, frames * CONTROL_HOP, 1024))
  padded.set(pcm)
  const logMel = computeLogMel(padded, { sampleRate: 44100, nFft: 1024, hopLength: CONTROL_HOP, nMels, fMin: 80, fMax: 16000 })
  const sounding = controls.loudnessDb.filter((db) => db > -60).sort()
  const level = (sounding.length === 0 ? -60 : sounding[sounding.length >> 1]) * 0.2302585 // dB -> ln power
  for (let frame = 0; frame < tokens * TOKEN_STRIDE; frame++) {
    const from = Math.min(frame, frames - 1) * nMels
    for (let mel = 0; mel < nMels; mel++) result[frame * nMels + mel] = Math.min(4, Math.max(-8, logMel[from + mel] - level))
  }
  return result
}

export interface SemanticEncoder {
  readonly config: SemanticEncoderConfig
  readonly parameters: Parameters
  /** Sets what `normalise` takes out: [input width] each. */
  setNormalisation(mean: Float32Array, deviation: Float32Array): void
  /** [B, T, input width] from stackLogMel -> the same with unit spread */
  normalise(x: Tensor3D): Tensor3D
  /** Codes of the frozen random quantiser. normalised [B, T, input width] -> [B * T] int32 */
  quantise(x: Tensor3D): Tensor
  /** Guesses of those codes. normalised, parts masked [B, T, input width] -> logits [B * T, targetCodes] */
  predict(x: Tensor3D): Tensor2D
  /** What the tokens are clustered from. normalised [B, T, input width] -> [B * T, width] */
  read(x: Tensor3D): Tensor2D
}

/**
 * Learns from sound alone: guesses, under a mask, the codes that a random projection and a random codebook give.
 *
 * @source BEST-RQ (arXiv 2202.01855): the quantiser is never trained; here over convolution blocks, one step for each token
 */
export const createSemanticEncoder = (config: SemanticEncoderConfig, random: Random): SemanticEncoder => {
  const parameters = createParameters()
  const { width, hidden, targetWidth, targetCodes } = config
  const inputWidth = encoderInputWidth(config)
  const normals = (rows: number, columns: number, scale: number): Tensor2D =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => scale * random.normal()),
      [rows, columns],
    )
  const unitRows = (x: Tensor): Tensor => tf.div(x, tf.add(tf.norm(x, 2, 1, true), 1e-9))
  const projection = addState(parameters, 'target.projection', normals(inputWidth, targetWidth, 1 / Math.sqrt(inputWidth)))
  const codebook = addState(
    parameters,
    'target.codebook',
    tf.tidy(() => unitRows(normals(targetCodes, targetWidth, 1))),
  )
  const mean = addState(parameters, 'input.mean', tf.zeros([inputWidth]))
  const deviation = addState(parameters, 'input.deviation', tf.ones([inputWidth]))
  const enter = createDense(parameters, 'in', [inputWidth, width], { random, scale: 1 / Math.sqrt(inputWidth) })
  const blocks = config.dilations.map((dilation, i) => createConvBlock(parameters, `block${i}`, { width, hidden, dilation, random }))
  const norm = createRmsNorm(parameters, 'norm', width)
  const head = createDense(parameters, 'head', [width, targetCodes], { random, scale: 1 / Math.sqrt(width) })

  const run = (x: Tensor3D, count: number): Tensor2D => {
    const [batch, tokens] = x.shape
    const entered = tf.reshape(enter(tf.reshape(x, [batch * tokens, inputWidth])), [batch, tokens, width])
    return tf.reshape(
      blocks.slice(0, count).reduce((y: Tensor, block) => block(y), entered),
      [batch * tokens, width],
    )
  }
  const assign = (variable: Variable, values: Float32Array): void => {
    const fresh = tf.tensor1d(values)
    variable.assign(fresh)
    fresh.dispose()
  }
  return {
    config,
    parameters,
    setNormalisation(means, deviations) {
      assign(mean, means)
      assign(deviation, deviations)
    },
    normalise: (x) => tf.tidy(() => tf.clipByValue(tf.div(tf.sub(x, mean), deviation), -5, 5) as Tensor3D),
    quantise: (x) =>
      tf.tidy(() => {
        const flat = tf.reshape(x, [-1, inputWidth]) as Tensor2D
        const projected = unitRows(tf.matMul(flat, projection as unknown as Tensor2D)) as Tensor2D
        return tf.argMax(tf.matMul(projected, codebook as unknown as Tensor2D, false, true), 1)
      }),
    predict: (x) => tf.tidy(() => head(norm(run(x, blocks.length)))),
    read: (x) =>
      tf.tidy(() => {
        const y = run(x, config.readBlocks)
        return tf.mul(y, tf.rsqrt(tf.add(tf.mean(tf.square(y), 1, true), 1e-6))) as Tensor2D
      }),
  }
}

/** What the tokens of one clip are clustered from. stacked [T, input width] -> [T, width] */
export const readClip = (encoder: SemanticEncoder, stacked: Float32Array): Float32Array => {
  const inputWidth = encoderInputWidth(encoder.config)
  if (stacked.length === 0) return new Float32Array(0)
  return tf.tidy(() => {
    const x = encoder.normalise(tf.tensor3d(stacked, [1, stacked.length / inputWidth, inputWidth]))
    return Float32Array.from(encoder.read(x).dataSync())
  })
}
