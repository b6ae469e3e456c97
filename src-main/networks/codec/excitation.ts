import type { Random } from '#main/foundation/random.ts'
import { envelopeOctaves, type CodecConfig } from './config.ts'

/**
 * Phase of the fundamental per sample, wrapped to [0, 2 pi). Accumulated in double precision: float32 drifts.
 *
 * @param f0         [F] Hz at frame centres, frame t centred on sample t * hopLength
 * @param startPhase radians
 * @returns          [(F - 1) * hopLength] radians
 */
export const accumulatePhase = (f0: Float32Array, config: CodecConfig, startPhase: number): Float32Array => {
  const { hopLength, sampleRate } = config
  const phase = new Float32Array((f0.length - 1) * hopLength)
  const turn = 2 * Math.PI
  let angle = startPhase
  for (let frame = 0; frame + 1 < f0.length; frame++) {
    const from = f0[frame]
    const slope = (f0[frame + 1] - from) / hopLength
    const base = frame * hopLength
    for (let n = 0; n < hopLength; n++) {
      phase[base + n] = angle
      angle += (turn * (from + slope * n)) / sampleRate // Hz -> rad/sample
      if (angle >= turn) angle -= turn
    }
  }
  return phase
}

/** White Gaussian noise, unit variance. */
export const createNoise = (length: number, random: Random): Float32Array => Float32Array.from({ length }, () => random.normal())

/** Share of each harmonic that is let through below Nyquist: 1, tapering to 0 from 0.44 to 0.48 of the sample rate. */
export const harmonicWeight = (freqHz: number, sampleRate: number): number => Math.min(1, Math.max(0, (0.48 - freqHz / sampleRate) / 0.04))

/** Position of a frequency on the log grid of `points` between envelopeLowHz and envelopeHighHz. */
export const gridPosition = (freqHz: number, points: number, config: CodecConfig): number => {
  const octaves = Math.log2(Math.max(freqHz, 1) / config.envelopeLowHz) / envelopeOctaves(config)
  return Math.min(points - 1.001, Math.max(0, octaves * (points - 1)))
}

/**
 * Magnitude interpolation from noise bands (mel-spaced, linear below) to FFT bins.
 *
 * @returns [noiseBands, noiseFft / 2 + 1], columns sum to 1
 */
export const createNoiseInterpolation = (config: CodecConfig): Float32Array => {
  const bins = config.noiseFft / 2 + 1
  const nyquist = config.sampleRate / 2
  const warp = (hz: number): number => Math.log(1 + hz / 700) // mel-like
  const matrix = new Float32Array(config.noiseBands * bins)
  for (let bin = 0; bin < bins; bin++) {
    const position = (warp((bin * nyquist) / (bins - 1)) / warp(nyquist)) * (config.noiseBands - 1)
    const low = Math.min(config.noiseBands - 2, Math.floor(position))
    matrix[low * bins + bin] = 1 - (position - low)
    matrix[(low + 1) * bins + bin] = position - low
  }
  return matrix
}
