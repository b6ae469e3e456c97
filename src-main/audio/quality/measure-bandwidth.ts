import { sharedRealFft } from '../spectral/fft.ts'

export interface Bandwidth {
  /** Highest frequency that carries sound, Hz. */
  readonly highestHz: number
  /** Where the spectrum breaks off as a codec or a low sample rate cuts it; null where it fades by itself. */
  readonly cutOffHz: number | null
}

const FFT = 2048
const EVERY_SECONDS = 0.04
const MOST_FRAMES = 400
const LOWEST_HZ = 3000
const CLIFF_DB = 15
const REACH_HZ = 450
const GUARD_HZ = 120
/** Softer than the loudest band by this much is no sound. */
const RANGE_DB = 96

/** Blackman-Harris: what leaks from a loud partial stays 92 dB below it. */
const WINDOW = Float64Array.from({ length: FFT }, (_, n) => {
  const a = (2 * Math.PI * n) / FFT
  return 0.35875 - 0.48829 * Math.cos(a) + 0.14128 * Math.cos(2 * a) - 0.01168 * Math.cos(3 * a)
})

/** Mean spectrum in dB over the louder half of evenly spread frames. */
const measureMeanSpectrum = (pcm: Float32Array, sampleRate: number): Float64Array | null => {
  const count = Math.min(MOST_FRAMES, Math.floor((pcm.length - FFT) / (EVERY_SECONDS * sampleRate)) + 1)
  if (pcm.length < FFT || count < 1) return null
  const step = count > 1 ? (pcm.length - FFT) / (count - 1) : 0
  const starts = Array.from({ length: count }, (_, i) => Math.round(i * step))
  const energies = starts.map((start) => {
    let sum = 0
    for (let n = start; n < start + FFT; n += 2) sum += pcm[n] * pcm[n]
    return sum
  })
  const middle = [...energies].sort((a, b) => a - b)[count >> 1]
  const fft = sharedRealFft(FFT)
  const buffer = new Float64Array(FFT)
  const re = new Float64Array(FFT / 2 + 1)
  const im = new Float64Array(FFT / 2 + 1)
  const mean = new Float64Array(FFT / 2 + 1)
  starts.forEach((start, i) => {
    if (energies[i] < middle) return
    for (let n = 0; n < FFT; n++) buffer[n] = pcm[start + n] * WINDOW[n]
    fft.forward(buffer, re, im)
    for (let k = 0; k < mean.length; k++) mean[k] += re[k] * re[k] + im[k] * im[k]
  })
  return mean.map((power) => 10 * Math.log10(power / count + 1e-16))
}

/**
 * How far up a recording reaches, and whether something cut it off.
 *
 * @param pcm         [S] mono at the rate it was recorded at
 * @param sampleRate  Hz
 * @returns           Hz; null for less than 50 ms
 */
export const measureBandwidth = (pcm: Float32Array, sampleRate: number): Bandwidth | null => {
  const spectrum = measureMeanSpectrum(pcm, sampleRate)
  if (spectrum === null) return null
  const binHz = sampleRate / FFT
  const loudest = spectrum.reduce((most, db) => Math.max(most, db), -200)
  const sums = new Float64Array(spectrum.length + 1)
  for (let k = 0; k < spectrum.length; k++) sums[k + 1] = sums[k] + spectrum[k]
  const meanDb = (fromHz: number, toHz: number): number => {
    const from = Math.max(0, Math.round(fromHz / binHz))
    const to = Math.min(spectrum.length, Math.max(from + 1, Math.round(toHz / binHz)))
    return (sums[to] - sums[from]) / (to - from)
  }
  let highest = spectrum.length - 1
  while (highest > 0 && spectrum[highest] < loudest - RANGE_DB) highest--
  let cutOffHz: number | null = null
  let deepest = CLIFF_DB
  const end = sampleRate / 2 - REACH_HZ
  for (let hz = LOWEST_HZ; hz < end; hz += binHz) {
    const below = meanDb(hz - REACH_HZ, hz - GUARD_HZ)
    const above = meanDb(hz + GUARD_HZ, hz + REACH_HZ)
    if (below < loudest - RANGE_DB || below - above <= deepest) continue
    // a gap between two partials closes again; a codec's does not
    if (meanDb(hz + GUARD_HZ, sampleRate / 2) > below - CLIFF_DB) continue
    deepest = below - above
    cutOffHz = hz
  }
  return { highestHz: cutOffHz ?? highest * binHz, cutOffHz }
}
