import type { LevelCurve } from './level-curve.ts'
import { quantileOf } from './level-curve.ts'
import type { NoteFeatures } from './note-features.ts'

/** The decay is fitted between these levels below the note's end. */
const FROM_DB = 8
const LEAST_RANGE_DB = 15
const MOST_RANGE_DB = 30
const ABOVE_FLOOR_DB = 6
const LONGEST_SECONDS = 2.5

/** Least-squares slope in dB a second. */
const fitSlope = (levelDb: Float32Array, from: number, to: number, hopSeconds: number): number => {
  const n = to - from
  const middle = (n - 1) / 2
  let product = 0
  let norm = 0
  for (let i = 0; i < n; i++) {
    product += (i - middle) * levelDb[from + i]
    norm += (i - middle) ** 2
  }
  return product / norm / hopSeconds
}

/**
 * Reverberation from how notes die away before a pause. In a dry room the string itself takes 0.1 to 0.3 s.
 *
 * @param features  notes of the slice
 * @param curve     its level
 * @returns         median time for 60 dB in seconds; null where no note ends in a pause that is deep enough
 */
export const measureReverb = (features: readonly NoteFeatures[], { levelDb, hopSeconds }: LevelCurve): number | null => {
  const floorDb = quantileOf(levelDb, 0.03) + ABOVE_FLOOR_DB
  const times: number[] = []
  features.forEach((note, n) => {
    const limit = Math.min(
      levelDb.length - 1,
      Math.floor(((features[n + 1]?.onsetSeconds ?? Infinity) - 0.04) / hopSeconds),
      Math.round((note.onsetSeconds + note.durationSeconds + LONGEST_SECONDS) / hopSeconds),
    )
    let from = Math.round((note.onsetSeconds + 0.5 * note.durationSeconds) / hopSeconds)
    let end = from
    for (let i = from; i < limit; i++) if (levelDb[i] > note.levelDb - FROM_DB) end = i
    from = end
    let to = from
    let lowest = levelDb[from]
    while (to < limit && levelDb[to] > Math.max(floorDb, levelDb[from] - MOST_RANGE_DB) && levelDb[to] < lowest + 3) {
      lowest = Math.min(lowest, levelDb[to])
      to++
    }
    if (levelDb[from] - lowest < LEAST_RANGE_DB || to - from < 4) return
    const slope = fitSlope(levelDb, from, to, hopSeconds)
    if (slope < -15) times.push(-60 / slope) // dB a second -> seconds for 60 dB
  })
  return times.length === 0 ? null : quantileOf(times, 0.5)
}
