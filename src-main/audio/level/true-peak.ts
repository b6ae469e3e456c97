import { dbToGain, gainToDb } from '#music/pitch.ts'

/** Input samples on each side of an interpolated one. */
const REACH = 16
const TAPS = 2 * REACH
const BLOCK = 64

interface Interpolator {
  readonly phases: number
  /** [phases - 1, TAPS]: the points between two samples. */
  readonly table: Float64Array
  /** No interpolated sample exceeds this times the largest sample around it. */
  readonly bound: number
}

const makeInterpolator = (phases: number): Interpolator => {
  const table = new Float64Array((phases - 1) * TAPS)
  let bound = 1
  for (let phase = 1; phase < phases; phase++) {
    const row = table.subarray((phase - 1) * TAPS, phase * TAPS)
    for (let tap = 0; tap < TAPS; tap++) {
      const time = tap - REACH + 1 - phase / phases
      const window = 0.5 + 0.5 * Math.cos((Math.PI * time) / REACH)
      row[tap] = (Math.sin(Math.PI * time) / (Math.PI * time)) * window
    }
    const sum = row.reduce((total, weight) => total + weight, 0)
    row.forEach((weight, tap) => (row[tap] = weight / sum))
    bound = Math.max(
      bound,
      row.reduce((total, weight) => total + Math.abs(weight), 0),
    )
  }
  return { phases, table, bound }
}

const interpolators = new Map<number, Interpolator>()
/** Four points per sample at the usual rates; fewer where the rate itself is high, as the standard allows. */
const chooseInterpolator = (sampleRate: number): Interpolator => {
  const phases = sampleRate < 96000 ? 4 : sampleRate < 192000 ? 2 : 1
  let interpolator = interpolators.get(phases)
  if (!interpolator) {
    interpolator = makeInterpolator(phases)
    interpolators.set(phases, interpolator)
  }
  return interpolator
}

/** Largest magnitude at sample i and at the points between it and the next one. */
const peakAt = (pcm: Float32Array, i: number, { phases, table }: Interpolator): number => {
  let peak = Math.abs(pcm[i])
  const from = Math.max(0, REACH - 1 - i)
  const end = Math.min(TAPS, pcm.length - i + REACH - 1)
  for (let phase = 0; phase < phases - 1; phase++) {
    let sum = 0
    for (let tap = from, row = phase * TAPS, start = i - REACH + 1; tap < end; tap++) sum += table[row + tap] * pcm[start + tap]
    peak = Math.max(peak, Math.abs(sum))
  }
  return peak
}

/** Calls `visit` for every sample whose true peak may exceed `threshold()`; the others cannot. */
const visitPeaks = (pcm: Float32Array, sampleRate: number, threshold: () => number, visit: (i: number, peak: number) => void): void => {
  const interpolator = chooseInterpolator(sampleRate)
  for (let start = 0; start < pcm.length; start += BLOCK) {
    const end = Math.min(pcm.length, start + BLOCK)
    let around = 0
    for (let i = Math.max(0, start - REACH); i < Math.min(pcm.length, end + REACH); i++) around = Math.max(around, Math.abs(pcm[i]))
    if (around * interpolator.bound <= threshold()) continue
    for (let i = start; i < end; i++) {
      const peak = peakAt(pcm, i, interpolator)
      if (peak > threshold()) visit(i, peak)
    }
  }
}

/**
 * True peak: the largest magnitude between the samples, too.
 *
 * @param pcm         [S] samples, full scale = 1
 * @param sampleRate  Hz
 * @returns           dBTP, 4 times oversampled below 96 kHz; -200 for silence
 * @source            ITU-R BS.1770-4, annex 2; peer: ffmpeg ebur128, see test/peers/loudness
 */
export const measureTruePeakDb = (pcm: Float32Array, sampleRate: number): number => {
  let largest = 0
  visitPeaks(
    pcm,
    sampleRate,
    () => largest,
    (_, peak) => (largest = peak),
  )
  return gainToDb(largest)
}

/** Smallest value within `reach` on both sides. */
const slideMinimum = (values: Float32Array, reach: number): Float32Array => {
  const output = new Float32Array(values.length)
  const queue = new Int32Array(values.length)
  let [head, tail] = [0, 0]
  for (let i = 0; i < values.length + reach; i++) {
    if (i < values.length) {
      while (tail > head && values[queue[tail - 1]] >= values[i]) tail--
      queue[tail++] = i
    }
    const center = i - reach
    if (center < 0) continue
    while (queue[head] < center - reach) head++
    output[center] = values[queue[head]]
  }
  return output
}

/** Mean over `reach` on both sides; the ends repeat. Two passes of it make a triangular window. */
const slideMean = (values: Float32Array, reach: number): Float32Array => {
  const last = values.length - 1
  const output = new Float32Array(values.length)
  let sum = 0
  for (let i = -reach; i <= reach; i++) sum += values[Math.min(last, Math.max(0, i))]
  for (let i = 0; i <= last; i++) {
    output[i] = sum / (2 * reach + 1)
    sum += values[Math.min(last, i + reach + 1)] - values[Math.max(0, i - reach)]
  }
  return output
}

/**
 * Look-ahead limiter: no true peak above the ceiling, gain changes spread over some 10 ms, quiet parts untouched.
 *
 * @param pcm         [S] samples, full scale = 1
 * @param sampleRate  Hz
 * @param ceilingDb   dBTP, -1 by default
 * @returns           [S]; the same array when nothing exceeds the ceiling
 */
export const limitTruePeak = (pcm: Float32Array, sampleRate: number, ceilingDb = -1): Float32Array => {
  const ceiling = dbToGain(ceilingDb)
  const wanted = new Float32Array(pcm.length).fill(1)
  let isNeeded = false
  visitPeaks(
    pcm,
    sampleRate,
    () => ceiling,
    (i, peak) => {
      isNeeded = true
      const gain = ceiling / peak
      // The peak lies between this sample and the next one.
      wanted[i] = Math.min(wanted[i], gain)
      if (i + 1 < wanted.length) wanted[i + 1] = Math.min(wanted[i + 1], gain)
    },
  )
  if (!isNeeded) return pcm
  // Means of minima over the same reach never exceed the minimum at their centre, so every peak is met.
  const reach = Math.max(1, Math.round(sampleRate * 0.005))
  const gains = slideMean(slideMean(slideMinimum(wanted, 2 * reach), reach), reach)
  const limited = pcm.map((sample, i) => sample * gains[i])
  // A moving gain shifts the curve between samples a little: what is left above the ceiling is taken off everywhere.
  const excess = dbToGain(measureTruePeakDb(limited, sampleRate)) / ceiling
  return excess > 1 ? limited.map((sample) => (sample / excess) * (1 - 1e-6)) : limited
}
