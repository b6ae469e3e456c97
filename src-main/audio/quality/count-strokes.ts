import type { F0Track } from '../pitch/track-f0.ts'
import type { LevelCurve } from './level-curve.ts'

export interface StrokeCount {
  /** Dips of the level under a standing pitch, a second of sounding time. */
  readonly dipsPerSecond: number
  /** Share of those dips that follow the one before within 65 to 145 ms: the hand's regular trembling. */
  readonly regularity: number
}

const REACH_SECONDS = 0.04
const LEAST_DEPTH_DB = 3
const SAME_PITCH_SEMITONES = 0.5
const TREMBLING_SECONDS = [0.065, 0.145] as const

/** Deepest of the values near a frame, and the largest on each side. */
const lookAround = (levelDb: Float32Array, at: number, reach: number): { isLowest: boolean; depthDb: number } => {
  let left = -Infinity
  let right = -Infinity
  let least = Infinity
  for (let d = 1; d <= reach; d++) {
    left = Math.max(left, levelDb[at - d])
    right = Math.max(right, levelDb[at + d])
    if (2 * d <= reach) least = Math.min(least, levelDb[at - d], levelDb[at + d])
  }
  return { isLowest: levelDb[at] <= least, depthDb: Math.min(left, right) - levelDb[at] }
}

/**
 * Counts bow strokes that repeat a pitch: many of them, regularly, are a tremolo.
 *
 * @param track  pitch
 * @param curve  level of the same recording
 */
export const countStrokes = ({ f0, hopSeconds: pitchHop }: F0Track, { levelDb, hopSeconds }: LevelCurve): StrokeCount => {
  const reach = Math.round(REACH_SECONDS / hopSeconds)
  const near = Math.round(0.03 / pitchHop)
  const dips: number[] = []
  let voiced = 0
  for (let i = reach; i + reach < levelDb.length; i++) {
    const frame = Math.floor((i * hopSeconds) / pitchHop)
    const before = f0[frame - near] ?? 0
    const after = f0[frame + near] ?? 0
    if (before <= 0 || after <= 0) continue
    voiced++
    if (levelDb[i] > levelDb[i - 1] || levelDb[i] >= levelDb[i + 1]) continue
    if (12 * Math.abs(Math.log2(after / before)) >= SAME_PITCH_SEMITONES) continue
    const { isLowest, depthDb } = lookAround(levelDb, i, reach)
    if (isLowest && depthDb >= LEAST_DEPTH_DB) dips.push(i * hopSeconds)
  }
  const regular = dips.filter((seconds, i) => {
    const gap = seconds - (dips[i - 1] ?? -1)
    return gap >= TREMBLING_SECONDS[0] && gap <= TREMBLING_SECONDS[1]
  }).length
  return { dipsPerSecond: dips.length / Math.max(0.3, voiced * hopSeconds), regularity: dips.length < 3 ? 0 : regular / (dips.length - 1) }
}
