const WINDOW_SECONDS = 0.0116
const FLOOR_DB = -120

/** Level of a recording every few milliseconds; value i belongs to the moment i * hopSeconds. */
export interface LevelCurve {
  readonly hopSeconds: number
  /** [F] dBFS, at least -120 */
  readonly levelDb: Float32Array
}

/**
 * Level curve fine enough for attacks and bow changes.
 *
 * @param pcm         [S] mono samples, full scale = 1
 * @param sampleRate  Hz
 * @param hopSeconds  0.005 unless told
 * @returns           [F] 10 log10 of the mean square over 12 ms (squared Hann), F = 1 + floor(duration / hopSeconds)
 */
export const measureLevelCurve = (pcm: Float32Array, sampleRate: number, hopSeconds = 0.005): LevelCurve => {
  const length = Math.max(2, Math.round(WINDOW_SECONDS * sampleRate))
  const weights = Float64Array.from({ length }, (_, n) => (0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / length)) ** 2)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const levelDb = new Float32Array(pcm.length === 0 ? 0 : 1 + Math.floor(pcm.length / sampleRate / hopSeconds + 1e-9))
  for (let i = 0; i < levelDb.length; i++) {
    const start = Math.round(i * hopSeconds * sampleRate) - (length >> 1)
    const from = Math.max(0, -start)
    const to = Math.min(length, pcm.length - start)
    let sum = 0
    for (let n = from; n < to; n++) {
      const x = pcm[start + n]
      sum += weights[n] * x * x
    }
    levelDb[i] = Math.max(FLOOR_DB, 10 * Math.log10(sum / total + 1e-13))
  }
  return { hopSeconds, levelDb }
}

/** Value below which a share of the values lies; -120 of none. */
export const quantileOf = (values: Float32Array | readonly number[], share: number): number => {
  if (values.length === 0) return FLOOR_DB
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}
