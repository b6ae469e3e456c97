import { invariant } from '#main/foundation/engine-error.ts'
import { resample } from '../io/resample.ts'
import { computeMelPower, createMelFilterbank, type LogMelConfig } from '../spectral/log-mel.ts'

const SAMPLE_RATE = 44100
const FFT_SIZES = [512, 1024, 2048, 4096] as const
const RANGE_DB = 80

export interface LogSpectralDistance {
  /** Mean over the FFT sizes, in dB. */
  readonly meanDb: number
  readonly byFftSize: readonly { readonly nFft: number; readonly distanceDb: number }[]
  /** What the candidate was amplified by before the comparison. */
  readonly levelMatchDb: number
}

const measureEnergy = (pcm: Float32Array): number => pcm.reduce((sum, sample) => sum + sample * sample, 0)

const findLargest = (power: Float32Array): number => power.reduce((most, value) => Math.max(most, value), 0)

/** Mel power in dB, cut off 80 dB below the clip's own maximum (a silent clip: below the other's), in place of the power. */
const toBoundedDb = (power: Float32Array, largest: number): Float32Array => {
  const floor = largest * 10 ** (-RANGE_DB / 10)
  for (let i = 0; i < power.length; i++) power[i] = 10 * Math.log10(Math.max(power[i], floor))
  return power
}

/**
 * How far apart two renderings of the same clip sound, blind to phase and to overall level.
 *
 * 1. The candidate is multiplied by sqrt(energy of the reference / energy of the candidate).
 * 2. For each FFT size n of 512, 1024, 2048 and 4096 samples at 44.1 kHz: power spectra of Hann windows of n samples,
 *    every n / 4 samples, centred with zeros beyond the ends; 128 Slaney mel bands of equal area from 0 to 16 kHz; dB.
 * 3. Each clip's bands are raised to at least 80 dB below that clip's own loudest band at that FFT size.
 * 4. The distance at n is the mean of |reference - candidate| in dB over all frames and over those mel bands that hold an
 *    FFT bin (at n = 512 the lowest are narrower than a bin and hold none).
 * 5. The result is the plain mean of the four distances. Alignment is the caller's task: codec delays must be cut off.
 *
 * @param reference   [S] mono samples
 * @param candidate   [S] mono samples, of the same length
 * @param sampleRate  Hz of both; other rates than 44 100 Hz are resampled to it first
 * @returns           dB; 0 for equal clips, and for clips that differ in level alone
 */
export const measureLogSpectralDistance = (reference: Float32Array, candidate: Float32Array, sampleRate: number): LogSpectralDistance => {
  invariant(reference.length === candidate.length, `clips of equal length, not ${reference.length} and ${candidate.length} samples`)
  const [a, b] = [reference, candidate].map((pcm) => resample(pcm, sampleRate, SAMPLE_RATE))
  const [energyA, energyB] = [measureEnergy(a), measureEnergy(b)]
  const gain = energyA > 0 && energyB > 0 ? Math.sqrt(energyA / energyB) : 1
  const matched = b.map((sample) => sample * gain)
  const byFftSize = FFT_SIZES.map((nFft) => {
    const config: LogMelConfig = { sampleRate: SAMPLE_RATE, nFft, hopLength: nFft / 4, nMels: 128, fMin: 0, fMax: 16000 }
    const { firstBin, endBin } = createMelFilterbank(config)
    const [powerA, powerB] = [computeMelPower(a, config), computeMelPower(matched, config)]
    const [largestA, largestB] = [findLargest(powerA), findLargest(powerB)]
    if (largestA === 0 && largestB === 0) return { nFft, distanceDb: 0 }
    const first = toBoundedDb(powerA, largestA || largestB)
    const second = toBoundedDb(powerB, largestB || largestA)
    let sum = 0
    let count = 0
    for (let i = 0; i < first.length; i++) {
      const mel = i % config.nMels
      if (endBin[mel] <= firstBin[mel]) continue
      sum += Math.abs(first[i] - second[i])
      count++
    }
    return { nFft, distanceDb: sum / count }
  })
  return {
    meanDb: byFftSize.reduce((sum, { distanceDb }) => sum + distanceDb, 0) / byFftSize.length,
    byFftSize,
    levelMatchDb: 20 * Math.log10(gain),
  }
}
