import { invariant } from '#main/foundation/engine-error.ts'

/**
 * Level curve of a clip.
 *
 * @param pcm        [S] samples, full scale = 1
 * @param hopLength  samples from frame to frame
 * @param winLength  samples per frame, centred on f * hopLength; twice the hop by default
 * @returns          [F] root mean square, F = 1 + floor(S / hopLength); samples beyond the ends count as 0
 */
export const computeRmsFrames = (pcm: Float32Array, hopLength: number, winLength = 2 * hopLength): Float32Array => {
  invariant(hopLength >= 1 && winLength >= 1, 'a hop and a window')
  const rms = new Float32Array(1 + Math.floor(pcm.length / hopLength))
  for (let frame = 0; frame < rms.length; frame++) {
    const start = frame * hopLength - Math.floor(winLength / 2)
    let energy = 0
    for (let i = Math.max(0, start); i < Math.min(pcm.length, start + winLength); i++) energy += pcm[i] * pcm[i]
    rms[frame] = Math.sqrt(energy / winLength)
  }
  return rms
}

/** Largest magnitude of a clip, between samples not counted. */
export const findPeak = (pcm: Float32Array): number => {
  let peak = 0
  for (const sample of pcm) peak = Math.max(peak, Math.abs(sample))
  return peak
}

/** Lowest and highest sample of each part of a clip, for drawing it. */
export interface Peaks {
  readonly minima: Float32Array
  readonly maxima: Float32Array
}

/**
 * Outline of a waveform.
 *
 * @param pcm    [S] samples, full scale = 1
 * @param count  parts of equal length, 400 by default
 * @returns      minima, maxima [count]; a part without samples repeats the nearest one
 */
export const computePeaks = (pcm: Float32Array, count = 400): Peaks => {
  const minima = new Float32Array(count)
  const maxima = new Float32Array(count)
  if (pcm.length === 0) return { minima, maxima }
  for (let part = 0; part < count; part++) {
    const start = Math.min(pcm.length - 1, Math.floor((part * pcm.length) / count))
    const end = Math.max(start + 1, Math.floor(((part + 1) * pcm.length) / count))
    let low = pcm[start]
    let high = low
    for (let i = start + 1; i < end; i++) {
      low = Math.min(low, pcm[i])
      high = Math.max(high, pcm[i])
    }
    minima[part] = low
    maxima[part] = high
  }
  return { minima, maxima }
}

export interface PeakLevel extends Peaks {
  readonly samplesPerPeak: number
}

/**
 * Outlines at every zoom, each half as fine as the one before.
 *
 * @param pcm           [S] samples, full scale = 1
 * @param finestSamples samples per part at the finest zoom, 256 by default
 * @param fewest        the coarsest zoom has at most so many parts, 400 by default
 * @returns             finest first; the last part of a level may be shorter than the others
 */
export const buildPeakPyramid = (pcm: Float32Array, finestSamples = 256, fewest = 400): PeakLevel[] => {
  const count = Math.max(1, Math.ceil(pcm.length / finestSamples))
  const minima = new Float32Array(count)
  const maxima = new Float32Array(count)
  for (let part = 0; part < count; part++) {
    const samples = pcm.subarray(part * finestSamples, (part + 1) * finestSamples)
    minima[part] = samples.reduce((low, sample) => Math.min(low, sample), samples[0] ?? 0)
    maxima[part] = samples.reduce((high, sample) => Math.max(high, sample), samples[0] ?? 0)
  }
  const levels: PeakLevel[] = [{ samplesPerPeak: finestSamples, minima, maxima }]
  for (let finer = levels[0]; finer.minima.length > fewest; finer = levels[levels.length - 1]) {
    const { minima: low, maxima: high } = finer
    const half = Math.ceil(low.length / 2)
    levels.push({
      samplesPerPeak: finer.samplesPerPeak * 2,
      minima: Float32Array.from({ length: half }, (_, i) => Math.min(low[2 * i], low[Math.min(2 * i + 1, low.length - 1)])),
      maxima: Float32Array.from({ length: half }, (_, i) => Math.max(high[2 * i], high[Math.min(2 * i + 1, high.length - 1)])),
    })
  }
  return levels
}
