import { hannWindow } from '#main/audio/spectral/stft.ts'
import { tf, type Scalar, type Tensor2D } from '#main/tensor/backend/tf.ts'

/**
 * Multi-scale spectral distance between waveforms, as in DDSP (arXiv 2001.04643), with three departures: the DFT is a
 * matmul (faster than eager FFT on a CPU and differentiable as it is), the hop is half a window with the frame grid
 * moved at random each step, and a mel term follows the ear.
 */
export interface SpectralLoss {
  /** prediction, target [B, S]; offset in samples moves the frame grid -> mean distance, log units (1 = 8.7 dB) */
  (prediction: Tensor2D, target: Tensor2D, offset: number): Scalar
}

interface Scale {
  readonly size: number
  readonly bins: number
  /** [size, 2 * bins] */
  readonly dft: Tensor2D
  /** [1, bins] mean 1, falls towards high frequencies */
  readonly weight: Tensor2D
  /** [bins, nMels], rows of equal area per band */
  readonly mel: Tensor2D | null
}

const FLOOR = 3e-5 // -90 dBFS

const createScale = ({ size, sampleRate, bins }: { size: number; sampleRate: number; bins: number }, mel: Tensor2D | null): Scale => {
  const hann = hannWindow(size)
  const dft = new Float32Array(size * 2 * bins)
  const scale = 4 / size // a full-scale sine reads 1
  for (let n = 0; n < size; n++)
    for (let bin = 0; bin < bins; bin++) {
      const angle = (2 * Math.PI * ((bin * n) % size)) / size
      dft[n * 2 * bins + bin] = scale * hann[n] * Math.cos(angle)
      dft[n * 2 * bins + bins + bin] = -scale * hann[n] * Math.sin(angle)
    }
  const raw = Float32Array.from({ length: bins }, (_, bin) => 1 / Math.sqrt(1 + (bin * sampleRate) / size / 2000))
  const mean = raw.reduce((sum, x) => sum + x, 0) / bins
  return {
    size,
    bins,
    dft: tf.tensor2d(dft, [size, 2 * bins]),
    weight: tf.tensor2d(
      raw.map((x) => x / mean),
      [1, bins],
    ),
    mel,
  }
}

/** [B, S] -> [N, bins] power, frames of half-overlapping windows */
const powerFrames = (x: Tensor2D, scale: Scale): Tensor2D => {
  const [batch, samples] = x.shape
  const half = scale.size / 2
  const blocks = Math.floor(samples / half)
  const cut = tf.reshape(tf.slice(x, [0, 0], [batch, blocks * half]), [batch, blocks, half])
  const framed = tf.concat([tf.slice(cut, [0, 0, 0], [batch, blocks - 1, half]), tf.slice(cut, [0, 1, 0], [batch, blocks - 1, half])], 2)
  const spectrum = tf.matMul(tf.reshape(framed, [batch * (blocks - 1), scale.size]) as Tensor2D, scale.dft)
  const { bins } = scale
  const rows = batch * (blocks - 1)
  return tf.add(tf.square(tf.slice(spectrum, [0, 0], [rows, bins])), tf.square(tf.slice(spectrum, [0, bins], [rows, bins]))) as Tensor2D
}

const logOf = (power: Tensor2D): Tensor2D => tf.mul(tf.log(tf.add(power, FLOOR * FLOOR)), 0.5) as Tensor2D

const compare = (prediction: Tensor2D, target: Tensor2D, scale: Scale): Scalar => {
  const logs = tf.mean(tf.mul(tf.abs(tf.sub(logOf(prediction), logOf(target))), scale.weight))
  const root = (power: Tensor2D) => tf.sqrt(tf.add(power, FLOOR * FLOOR))
  const wanted = root(target)
  const linear = tf.div(tf.sum(tf.abs(tf.sub(root(prediction), wanted))), tf.sum(wanted))
  const parts = [logs, tf.mul(linear, 0.5)]
  if (scale.mel !== null) {
    const gap = tf.abs(tf.sub(logOf(tf.matMul(prediction, scale.mel)), logOf(tf.matMul(target, scale.mel))))
    parts.push(tf.mean(gap))
  }
  return tf.addN(parts) as Scalar
}

export interface LossScale {
  readonly size: number
  /** Bins above this frequency are left to the smaller sizes. */
  readonly highestHz: number
  /** Filterbank [nMels][size / 2 + 1], or null for no mel term at this size. */
  readonly mel: Float32Array | null
}

export const createSpectralLoss = (sampleRate: number, wanted: readonly LossScale[]): SpectralLoss => {
  const scales = wanted.map(({ size, highestHz, mel }) => {
    const all = size / 2 + 1
    const bins = Math.min(all, Math.ceil((highestHz * size) / sampleRate))
    const bank =
      mel === null ? null : tf.tidy(() => tf.slice(tf.transpose(tf.tensor2d(mel, [mel.length / all, all])), [0, 0], [bins, -1]) as Tensor2D)
    return createScale({ size, sampleRate, bins }, bank)
  })
  return (prediction, target, offset) => {
    const [batch, samples] = prediction.shape
    const moved = (x: Tensor2D) => tf.slice(x, [0, offset], [batch, samples - offset])
    const losses = scales.map((scale) => compare(powerFrames(moved(prediction), scale), powerFrames(moved(target), scale), scale))
    return tf.div(tf.addN(losses), scales.length) as Scalar
  }
}
