import type { Random } from '#main/foundation/random.ts'
import { assertShape } from '#main/tensor/backend/assert-shape.ts'
import { tf, type Tensor, type Tensor2D, type Tensor3D, type Variable } from '#main/tensor/backend/tf.ts'
import { createConvBlock, createDense, createRmsNorm } from '#main/tensor/layers/dense.ts'
import { addState, addVector, createParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { featureWidth, type MulanConfig } from './config.ts'
import { createCodebooks, type Codebooks } from './codebooks.ts'

export interface MulanNetwork {
  readonly config: MulanConfig
  readonly parameters: Parameters
  /** Natural log of the inverse temperature, [1]; learned. */
  readonly logScale: Variable
  readonly codebooks: Codebooks
  /**
   * Audio tower up to its last layer.
   *
   * @param features [B, T, featureWidth], zeros beyond each item's end
   * @param lengths  frames of each item
   * @returns        [B, embeddingWidth] of free length
   */
  hear(features: Tensor3D, lengths: readonly number[]): Tensor2D
  /** Text projection. vectors [B, textWidth] -> [B, embeddingWidth] of free length */
  read(vectors: Tensor2D): Tensor2D
  /** Means of both towers' unit vectors over the training data, taken out of what they say; zeros while they learn. */
  readonly audioCenter: Variable
  readonly textCenter: Variable
}

/** Rows to length one. [N, D] */
export const toUnit = (x: Tensor2D): Tensor2D => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)))

const QUARTERS = 4

/** Weights that average each item's frames: over all of it and over its four quarters. [B, 1 + QUARTERS, T] */
const poolingWeights = (lengths: readonly number[], frames: number): Tensor3D => {
  const rows = 1 + QUARTERS
  const weights = new Float32Array(lengths.length * rows * frames)
  lengths.forEach((length, b) => {
    weights.fill(1 / length, b * rows * frames, b * rows * frames + length)
    for (let q = 0; q < QUARTERS; q++) {
      const from = Math.floor((q * length) / QUARTERS)
      const to = Math.max(from + 1, Math.floor(((q + 1) * length) / QUARTERS))
      const row = (b * rows + 1 + q) * frames
      weights.fill(1 / (to - from), row + from, row + to)
    }
  })
  return tf.tensor3d(weights, [lengths.length, rows, frames])
}

/** Fresh weights from the seeded source. */
export const createMulanNetwork = (config: MulanConfig, random: Random): MulanNetwork => {
  const parameters = createParameters()
  const { width, hidden, pooledWidth, embeddingWidth, textWidth, textHidden } = config
  const dense = (name: string, sizes: [number, number], activation: 'linear' | 'relu' = 'linear') =>
    createDense(parameters, name, sizes, { random, activation, scale: Math.sqrt((activation === 'relu' ? 2 : 1) / sizes[0]) })
  const audioIn = dense('audio.in', [featureWidth(config), width])
  const blocks = config.dilations.map((dilation, i) => createConvBlock(parameters, `audio.block${i}`, { width, hidden, dilation, random }))
  const audioNorm = createRmsNorm(parameters, 'audio.norm', width)
  const audioPool = dense('audio.pool', [(2 + QUARTERS) * width, pooledWidth], 'relu')
  const audioOut = dense('audio.out', [pooledWidth, embeddingWidth])
  const textIn = dense('text.in', [textWidth, textHidden], 'relu')
  const textOut = dense('text.out', [textHidden, embeddingWidth])
  const logScale = addVector(parameters, 'logScale', 1, Math.log(14))
  const audioCenter = addState(parameters, 'audio.center', tf.zeros([embeddingWidth]))
  const textCenter = addState(parameters, 'text.center', tf.zeros([embeddingWidth]))
  const codebooks = createCodebooks(parameters, config)

  return {
    config,
    parameters,
    logScale,
    codebooks,
    audioCenter,
    textCenter,
    hear(features, lengths) {
      const { B = 0, T = 0 } = assertShape(features, `B T ${featureWidth(config)}`)
      const isPadded = lengths.some((length) => length < T)
      const within = tf.tensor3d(
        Float32Array.from({ length: B * T }, (_, i) => (i % T < (lengths[Math.floor(i / T)] ?? 0) ? 1 : 0)),
        [B, T, 1],
      )
      // What lies beyond an item's end is put back to zero after each block, so that padding changes nothing.
      const trim = (x: Tensor): Tensor => (isPadded ? tf.mul(x, within) : x)
      const first = trim(tf.reshape(audioIn(tf.reshape(features, [B * T, featureWidth(config)])), [B, T, width]))
      const last = blocks.reduce((x, block) => trim(block(x)), first)
      const framed = tf.reshape(audioNorm(tf.reshape(last, [B * T, width])), [B, T, width])
      const weights = poolingWeights(lengths, T)
      const means = tf.matMul(weights, framed) // [B, 1 + QUARTERS, D]
      const mean = tf.reshape(tf.slice(means, [0, 0, 0], [B, 1, width]), [B, width])
      const square = tf.reshape(tf.matMul(tf.slice(weights, [0, 0, 0], [B, 1, T]), tf.square(framed)), [B, width])
      const spread = tf.sqrt(tf.maximum(tf.sub(square, tf.square(mean)), 1e-4))
      const pooled = tf.concat([tf.reshape(means, [B, (1 + QUARTERS) * width]), spread], 1) as Tensor2D
      return audioOut(audioPool(pooled))
    },
    read: (vectors) => textOut(textIn(vectors)),
  }
}
