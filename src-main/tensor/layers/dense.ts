import type { Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D, type Variable } from '../backend/tf.ts'
import { addLoraPair, type LoraSetting } from './lora.ts'
import { addMatrix, addVector, type Parameters } from './parameters.ts'

/** [N, in] -> [N, out] */
export type Layer = (x: Tensor2D) => Tensor2D

export interface DenseOptions {
  readonly random: Random
  readonly activation?: 'linear' | 'relu'
  readonly scale?: number
  /** Adds a trainable low-rank update; the caller freezes the rest. */
  readonly lora?: LoraSetting
}

/** Affine map with optional ReLU. [N, in] -> [N, out] */
export const createDense = (parameters: Parameters, name: string, sizes: [number, number], options: DenseOptions): Layer => {
  const weight = addMatrix(parameters, `${name}.weight`, sizes, options)
  const bias = addVector(parameters, `${name}.bias`, sizes[1], 0)
  const activation = options.activation ?? 'linear'
  const pair = options.lora === undefined ? undefined : addLoraPair(parameters, name, sizes, { random: options.random, lora: options.lora })
  // Measured: three plain ops beat the fused one (8.5 against 12.5 ms forward, 28 against 34 ms with gradients, [1248, 576] x [576, 384]).
  return (x) => {
    const plain = tf.add(tf.matMul(x, weight as unknown as Tensor2D), bias) as Tensor2D
    const y = pair === undefined ? plain : (tf.add(plain, applyLora(x, pair)) as Tensor2D)
    return activation === 'relu' ? tf.relu(y) : y
  }
}

const applyLora = (x: Tensor2D, { down, up, scale }: ReturnType<typeof addLoraPair>): Tensor =>
  tf.matMul(tf.mul(tf.matMul(x, down as unknown as Tensor2D), scale), up as unknown as Tensor2D)

/** Root-mean-square norm with learned gain over the last axis. [N, D] -> [N, D] @source arXiv 1910.07467 */
export const createRmsNorm = (parameters: Parameters, name: string, width: number): Layer => {
  const gain = addVector(parameters, `${name}.gain`, width, 1)
  return (x) => applyRmsNorm(x, gain)
}

const applyRmsNorm = (x: Tensor2D, gain: Variable): Tensor2D => {
  const meanSquare = tf.mean(tf.square(x), 1, true) // [N, 1]
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, 1e-6))), gain)
}

/** Frames shifted in time with zeros moving in: y[t] = x[t + shift]. [B, F, D] -> [B, F, D] */
const shiftFrames = (x: Tensor, shift: number): Tensor => {
  const [batch = 0, frames = 0, width = 0] = x.shape
  if (shift === 0) return x
  const size = Math.min(Math.abs(shift), frames)
  const zeros = tf.zeros([batch, size, width])
  if (size === frames) return zeros
  return shift > 0
    ? tf.concat([tf.slice(x, [0, size, 0], [batch, frames - size, width]), zeros], 1)
    : tf.concat([zeros, tf.slice(x, [0, 0, 0], [batch, frames - size, width])], 1)
}

/**
 * Residual block: norm, three dilated taps, two dense layers. A dense convolution of kernel 3 written as one matmul,
 * because depthwise kernels and their gradients are slow in eager CPU TensorFlow while matmul runs at the machine's limit.
 *
 * @returns x [B, F, D] -> [B, F, D]
 * @source  ConvNeXt's order of things (arXiv 2201.03545) with the depthwise kernel replaced by shifted concatenation
 */
export const createConvBlock = (
  parameters: Parameters,
  name: string,
  options: { width: number; hidden: number; dilation: number; random: Random; lora?: LoraSetting },
): ((x: Tensor) => Tensor) => {
  const { width, hidden, dilation, random } = options
  const adapted = options.lora === undefined ? {} : { lora: options.lora }
  const normalise = createRmsNorm(parameters, `${name}.norm`, width)
  const expand = createDense(parameters, `${name}.expand`, [3 * width, hidden], { random, activation: 'relu', ...adapted })
  const project = createDense(parameters, `${name}.project`, [hidden, width], { random, scale: 0.3 / Math.sqrt(hidden), ...adapted })
  return (x) => {
    const [batch = 0, frames = 0] = x.shape
    const flat = normalise(tf.reshape(x, [batch * frames, width]))
    const framed = tf.reshape(flat, [batch, frames, width])
    const taps = tf.concat([shiftFrames(framed, -dilation), framed, shiftFrames(framed, dilation)], 2) // [B, F, 3D]
    const y = project(expand(tf.reshape(taps, [batch * frames, 3 * width])))
    return tf.add(x, tf.reshape(y, [batch, frames, width]))
  }
}
