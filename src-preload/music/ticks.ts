/** Ticks per quarter note on the timeline and in exported MIDI. */
export const PPQ = 480

/** From `atTicks` on, `bpm` quarter notes a minute. Sorted by `atTicks`; the first change stands at 0. */
export interface TempoChange {
  readonly atTicks: number
  readonly bpm: number
}
export type TempoMap = readonly TempoChange[]

export const DEFAULT_BPM = 120

/** Sorted, one change a tick (the last one given wins), starting at tick 0. */
export const createTempoMap = (changes: readonly TempoChange[]): TempoMap => {
  const byTick = new Map<number, number>([[0, DEFAULT_BPM]])
  for (const { atTicks, bpm } of changes) byTick.set(atTicks, bpm)
  return [...byTick].sort((a, b) => a[0] - b[0]).map(([atTicks, bpm]) => ({ atTicks, bpm }))
}

const secondsPerTick = (bpm: number, ppq: number): number => 60 / bpm / ppq

export const ticksToSeconds = (ticks: number, map: TempoMap, ppq = PPQ): number => {
  let seconds = 0
  for (let i = 0; i < map.length; i++) {
    const change = map[i]
    if (change === undefined || ticks <= change.atTicks) break
    const until = Math.min(ticks, map[i + 1]?.atTicks ?? Infinity)
    seconds += (until - change.atTicks) * secondsPerTick(change.bpm, ppq)
  }
  return seconds
}

/** Inverse of ticksToSeconds; fractional, so that the caller decides how to round. */
export const secondsToTicks = (seconds: number, map: TempoMap, ppq = PPQ): number => {
  let left = seconds
  for (let i = 0; i < map.length; i++) {
    const change = map[i]
    if (change === undefined) break
    const next = map[i + 1]
    const span = next === undefined ? Infinity : (next.atTicks - change.atTicks) * secondsPerTick(change.bpm, ppq)
    if (left < span) return change.atTicks + left / secondsPerTick(change.bpm, ppq)
    left -= span
  }
  return 0
}
