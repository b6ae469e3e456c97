import { resample } from '#main/audio/io/resample.ts'
import { computeMelPower, type LogMelConfig } from '#main/audio/spectral/log-mel.ts'
import { invariant } from '#main/foundation/engine-error.ts'

const CONFIG: LogMelConfig = { sampleRate: 44100, nFft: 2048, hopLength: 441, nMels: 128, fMin: 0, fMax: 16000 }
const RANGE_DB = 80

export interface SpectrogramMse {
  /** Mean squared difference of the log-mel spectrograms, dB^2, at the levels the clips have. */
  readonly logMelMse: number
  /** The same after the candidate was brought to the reference's energy. */
  readonly levelMatchedLogMelMse: number
  /** `levelMatchedLogMelMse` over the variance of the reference's own spectrogram: 0 equal, 1 as far as a flat spectrum. */
  readonly normalisedMse: number
}

const measureEnergy = (pcm: Float32Array): number => pcm.reduce((sum, sample) => sum + sample * sample, 0)

/** [F, nMels] dB, cut off at `floor` (power). */
const toDb = (power: Float32Array, gain: number, floor: number): Float64Array =>
  Float64Array.from(power, (value) => 10 * Math.log10(Math.max(value * gain, floor)))

const meanSquare = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length

const variance = (values: Float64Array): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

/**
 * Mean squared error between the log-mel spectrograms of two aligned clips: 2048-sample Hann windows every 10 ms, 128 Slaney
 * mel bands to 16 kHz, in dB, both cut off 80 dB below the reference's loudest band.
 *
 * @param reference   [S] mono samples
 * @param candidate   [S] mono samples of the same length, aligned by the caller
 * @param sampleRate  Hz of both; other rates than 44 100 Hz are resampled to it
 * @returns           dB^2 and, for `normalisedMse`, a plain ratio; all 0 for equal clips
 */
export const measureSpectrogramMse = (reference: Float32Array, candidate: Float32Array, sampleRate: number): SpectrogramMse => {
  invariant(reference.length === candidate.length, `clips of equal length, not ${reference.length} and ${candidate.length} samples`)
  const [a, b] = [reference, candidate].map((pcm) => resample(pcm, sampleRate, CONFIG.sampleRate))
  const [powerA, powerB] = [computeMelPower(a, CONFIG), computeMelPower(b, CONFIG)]
  const largest = Math.max(...[powerA, powerB].map((power) => power.reduce((most, value) => Math.max(most, value), 0)))
  if (largest === 0) return { logMelMse: 0, levelMatchedLogMelMse: 0, normalisedMse: 0 }
  const largestA = powerA.reduce((most, value) => Math.max(most, value), 0)
  const floor = (largestA || largest) * 10 ** (-RANGE_DB / 10)
  const [energyA, energyB] = [measureEnergy(a), measureEnergy(b)]
  const gain = energyA > 0 && energyB > 0 ? energyA / energyB : 1
  const target = toDb(powerA, 1, floor)
  const levelMatchedLogMelMse = meanSquare(target, toDb(powerB, gain, floor))
  return {
    logMelMse: meanSquare(target, toDb(powerB, 1, floor)),
    levelMatchedLogMelMse,
    normalisedMse: levelMatchedLogMelMse / Math.max(1e-9, variance(target)),
  }
}
