/**
 * A bidirectional transformer over frames. Attention reaches a limited number of frames to either side, so that a model
 * trained on short segments plays clips of any length as it was trained.
 *
 * Positions are rotary (arXiv 2104.09864) or the Music Transformer's learned relative ones (arXiv 1809.04281).
 */
import type { Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D } from '../backend/tf.ts'
import { createConvBlock, createDense, createRmsNorm } from './dense.ts'
import type { LoraSetting } from './lora.ts'
import { addMatrix, type Parameters } from './parameters.ts'

export interface TransformerConfig {
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** Width inside the three-tap feed-forward part. */
  readonly hidden: number
  /** Frames to either side that attention sees. */
  readonly reach: number
  readonly positions: 'rotary' | 'relative'
}

export interface TransformerTables {
  /** [T, T] 0 within reach, -1e9 outside */
  readonly bias: Tensor
  /** [T, headWidth] each, and the matrix [headWidth, headWidth] that turns pairs by 90 degrees */
  readonly cos: Tensor
  readonly sin: Tensor
  readonly turn: Tensor2D
}

const headWidth = (config: TransformerConfig): number => config.width / config.heads

/** What attention needs for T frames; depends on nothing trained. The caller disposes it. */
export const createTransformerTables = (config: TransformerConfig, frames: number): TransformerTables => {
  const dims = headWidth(config)
  const half = dims / 2
  const cos = new Float32Array(frames * dims)
  const sin = new Float32Array(frames * dims)
  const turn = new Float32Array(dims * dims)
  for (let d = 0; d < half; d++) {
    const speed = 1000 ** (-d / half) // rad per frame, the slowest turns once in about four minutes
    for (let t = 0; t < frames; t++) {
      for (const at of [t * dims + d, t * dims + half + d]) {
        cos[at] = Math.cos(t * speed)
        sin[at] = Math.sin(t * speed)
      }
    }
    turn[(half + d) * dims + d] = -1
    turn[d * dims + half + d] = 1
  }
  const bias = new Float32Array(frames * frames)
  for (let i = 0; i < frames; i++) for (let j = 0; j < frames; j++) bias[i * frames + j] = Math.abs(i - j) > config.reach ? -1e9 : 0
  return {
    bias: tf.tensor2d(bias, [frames, frames]),
    cos: tf.tensor2d(cos, [frames, dims]),
    sin: tf.tensor2d(sin, [frames, dims]),
    turn: tf.tensor2d(turn, [dims, dims]),
  }
}

export const disposeTransformerTables = (tables: TransformerTables): void => {
  tf.dispose([tables.bias, tables.cos, tables.sin, tables.turn])
}

/** Turns each pair of dimensions by its frame's angle. [B, H, T, d] -> [B, H, T, d] */
const rotate = (x: Tensor, { cos, sin, turn }: TransformerTables): Tensor => {
  const [batch = 0, heads = 0, frames = 0, dims = 0] = x.shape
  const turned = tf.reshape(tf.matMul(tf.reshape(x, [-1, dims]) as Tensor2D, turn), [batch, heads, frames, dims])
  return tf.add(tf.mul(x, cos), tf.mul(turned, sin))
}

/** Scores by distance, [.., T, 2T - 1] -> [.., T, T]: row i keeps the columns of distances -i .. T-1-i. */
const skew = (byDistance: Tensor, frames: number): Tensor => {
  const [batch = 0, heads = 0] = byDistance.shape
  const padded = tf.concat([byDistance, tf.zeros([batch, heads, frames, 1])], 3)
  const flat = tf.slice(tf.reshape(padded, [batch, heads, 2 * frames * frames]), [0, 0, 0], [-1, -1, frames * (2 * frames - 1)])
  return tf.slice(tf.reshape(flat, [batch, heads, frames, 2 * frames - 1]), [0, 0, 0, frames - 1], [-1, -1, -1, frames])
}

interface AttentionOptions {
  readonly config: TransformerConfig
  readonly random: Random
  readonly lora?: LoraSetting
}

const createAttention = (
  parameters: Parameters,
  name: string,
  options: AttentionOptions,
): ((x: Tensor, tables: TransformerTables) => Tensor) => {
  const { config, random } = options
  const { width, heads, reach } = config
  const dims = headWidth(config)
  const adapted = options.lora === undefined ? {} : { lora: options.lora }
  const normalise = createRmsNorm(parameters, `${name}.norm`, width)
  const project = createDense(parameters, `${name}.in`, [width, 3 * width], { random, scale: 1 / Math.sqrt(width), ...adapted })
  const combine = createDense(parameters, `${name}.out`, [width, width], { random, scale: 0.5 / Math.sqrt(width), ...adapted })
  const distances =
    config.positions === 'relative' ? addMatrix(parameters, `${name}.distances`, [2 * reach + 1, dims], { random, scale: 0.1 }) : undefined
  return (x, tables) => {
    const [batch = 0, frames = 0] = x.shape
    const mixed = tf.reshape(project(normalise(tf.reshape(x, [batch * frames, width]) as Tensor2D)), [batch, frames, 3 * heads, dims])
    const split = tf.transpose(mixed, [0, 2, 1, 3]) // [B, 3H, T, d]
    const both = tf.slice(split, [0, 0, 0, 0], [-1, 2 * heads, -1, -1])
    const turned = distances === undefined ? rotate(both, tables) : both
    const query = tf.mul(tf.slice(turned, [0, 0, 0, 0], [-1, heads, -1, -1]), 1 / Math.sqrt(dims))
    const key = tf.slice(turned, [0, heads, 0, 0], [-1, heads, -1, -1])
    const value = tf.slice(split, [0, 2 * heads, 0, 0], [-1, heads, -1, -1])
    let scores = tf.matMul(query, key, false, true) // [B, H, T, T]
    if (distances !== undefined) {
      const far = Array.from({ length: 2 * frames - 1 }, (_, i) => Math.min(2 * reach, Math.max(0, i - (frames - 1) + reach)))
      const pick = tf.oneHot(tf.tensor1d(far, 'int32'), 2 * reach + 1).toFloat() as Tensor2D
      const spread = tf.matMul(pick, distances as unknown as Tensor2D) // [2T-1, d]
      const byDistance = tf.matMul(tf.reshape(query, [-1, dims]) as Tensor2D, spread, false, true)
      scores = tf.add(scores, skew(tf.reshape(byDistance, [batch, heads, frames, 2 * frames - 1]), frames))
    }
    const mixedValues = tf.matMul(tf.softmax(tf.add(scores, tables.bias)), value) // [B, H, T, d]
    const joined = tf.reshape(tf.transpose(mixedValues, [0, 2, 1, 3]), [batch * frames, width])
    return tf.add(x, tf.reshape(combine(joined as Tensor2D), [batch, frames, width]))
  }
}

/**
 * The stack of blocks: attention, then a three-tap convolutional feed-forward part, each with its residual.
 *
 * @returns x [B, T, width] -> [B, T, width], normalised at the end
 */
export const createTransformer = (
  parameters: Parameters,
  name: string,
  options: AttentionOptions,
): ((x: Tensor, tables: TransformerTables) => Tensor) => {
  const { config, random } = options
  const adapted = options.lora === undefined ? {} : { lora: options.lora }
  const blocks = Array.from({ length: config.layers }, (_, i) => ({
    attend: createAttention(parameters, `${name}.${i}.attention`, options),
    feed: createConvBlock(parameters, `${name}.${i}.feed`, { width: config.width, hidden: config.hidden, dilation: 1, random, ...adapted }),
  }))
  const normalise = createRmsNorm(parameters, `${name}.norm`, config.width)
  return (x, tables) => {
    const [batch = 0, frames = 0] = x.shape
    // Block by block, so that at inference one block's attention is held at a time; a tape keeps what it needs.
    const y = blocks.reduce((state, { attend, feed }) => tf.tidy(() => feed(tf.tidy(() => attend(state, tables)))), x)
    return tf.reshape(normalise(tf.reshape(y, [batch * frames, config.width]) as Tensor2D), [batch, frames, config.width])
  }
}
