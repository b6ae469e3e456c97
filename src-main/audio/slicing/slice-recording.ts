import type { F0Track } from '../pitch/track-f0.ts'
import { measureLevelCurve, quantileOf } from '../quality/level-curve.ts'

/** Why a slice ends where it ends. */
export type SliceReason = 'breath' | 'bow change' | 'length' | 'end'

export interface Slice {
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly reason: SliceReason
}

export interface SliceOptions {
  readonly shortestSeconds?: number
  readonly longestSeconds?: number
  readonly wishedSeconds?: number
}

/** A place where the recording may be cut: it sounds until `end` and again from `begin`. */
interface Cut {
  readonly end: number
  readonly begin: number
  readonly reason: SliceReason
  readonly cost: number
}

const HOP_SECONDS = 0.01
/** Silence kept before the first and after the last sound of a slice. */
const LEAD_SECONDS = 0.08
const TAIL_SECONDS = 0.25
/** A pause this long is a breath. */
const BREATH_SECONDS = 0.12
/** Softer than the loud parts by this much is silence; so is the level of the room. */
const SILENT_DB = 42
const ABOVE_ROOM_DB = 8
/** A bow change: the level sinks by this much between two sounding moments. */
const DIP_DB = 6
const DIP_REACH_SECONDS = 0.12
const COSTS: Record<SliceReason, number> = { breath: 0, 'bow change': 1, length: 4, end: 0 }

/** Stretches [first, end) of frames below the threshold, as long as a breath. */
const findBreaths = (levelDb: Float32Array, threshold: number): [number, number][] => {
  const breaths: [number, number][] = []
  for (let i = 0; i < levelDb.length; i++) {
    if (levelDb[i] >= threshold) continue
    let end = i
    while (end < levelDb.length && levelDb[end] < threshold) end++
    const isAtEdge = i === 0 || end === levelDb.length
    if ((end - i) * HOP_SECONDS >= BREATH_SECONDS || isAtEdge) breaths.push([i, end])
    i = end
  }
  return breaths
}

/** Dips of the level while the violin goes on: the bow turns there, best where the pitch changes too. */
const findBowChanges = (levelDb: Float32Array, from: number, to: number, track: F0Track): Cut[] => {
  const reach = Math.round(DIP_REACH_SECONDS / HOP_SECONDS)
  const cuts: Cut[] = []
  for (let i = from + reach; i + reach < to; i++) {
    let left = -Infinity
    let right = -Infinity
    let isLowest = true
    for (let d = 1; d <= reach; d++) {
      left = Math.max(left, levelDb[i - d])
      right = Math.max(right, levelDb[i + d])
      if (d <= 4 && (levelDb[i - d] < levelDb[i] || levelDb[i + d] < levelDb[i])) isLowest = false
    }
    const depthDb = Math.min(left, right) - levelDb[i]
    if (!isLowest || depthDb < DIP_DB) continue
    const before = track.f0[Math.round((i * HOP_SECONDS - 0.05) / track.hopSeconds)] ?? 0
    const after = track.f0[Math.round((i * HOP_SECONDS + 0.05) / track.hopSeconds)] ?? 0
    const isNewNote = before <= 0 || after <= 0 || Math.abs(Math.log2(after / before)) > 1 / 24
    cuts.push({ end: i, begin: i, reason: 'bow change', cost: COSTS['bow change'] + (isNewNote ? 0 : 0.7) + 2 / depthDb })
  }
  return cuts
}

/** Softest moments every half second, for music that never dips. */
const findForced = (levelDb: Float32Array, from: number, to: number): Cut[] => {
  const step = Math.round(0.5 / HOP_SECONDS)
  const cuts: Cut[] = []
  for (let start = from; start < to; start += step) {
    let at = start
    for (let i = start; i < Math.min(to, start + step); i++) if (levelDb[i] < levelDb[at]) at = i
    cuts.push({ end: at, begin: at, reason: 'length', cost: COSTS.length })
  }
  return cuts
}

/** Cheapest way through the cuts of one stretch; lengths outside the limits are possible but dear. */
const choosePath = (
  cuts: readonly Cut[],
  { shortest, longest, wished }: { shortest: number; longest: number; wished: number },
): number[] => {
  const best = cuts.map(() => Infinity)
  const back = cuts.map(() => -1)
  best[0] = 0
  for (let j = 1; j < cuts.length; j++) {
    for (let i = j - 1; i >= 0; i--) {
      const length = (cuts[j].end - cuts[i].begin) * HOP_SECONDS
      if (length <= 0) continue
      if (length > longest && i < j - 1 && back[j] >= 0) break
      const outside = length < shortest ? 3 * (shortest - length) : length > longest ? 20 + 5 * (length - longest) : 0
      const cost = best[i] + cuts[j].cost + Math.abs(Math.log2(length / wished)) + outside
      if (cost < best[j]) {
        best[j] = cost
        back[j] = i
      }
    }
  }
  const path = [cuts.length - 1]
  while (path[0] > 0) path.unshift(back[path[0]])
  return path
}

/**
 * Cuts a recording into slices at breaths and bow changes.
 *
 * @param pcm         [S] mono
 * @param sampleRate  Hz
 * @param track       pitch of the recording
 * @param options     shortest (3), longest (12) and wished (7) length in seconds; a slice is shorter only where a recording, or what lies
 *                    between two long silences, is
 * @returns           slices in order and disjoint; long silences belong to none; nothing where all is silent
 */
export const sliceRecording = (pcm: Float32Array, sampleRate: number, track: F0Track, options: SliceOptions = {}): Slice[] => {
  const { shortestSeconds: shortest = 3, longestSeconds: longest = 12, wishedSeconds: wished = 7 } = options
  const { levelDb } = measureLevelCurve(pcm, sampleRate, HOP_SECONDS)
  const loud = quantileOf(levelDb, 0.95)
  if (loud < -80) return []
  const threshold = Math.max(loud - SILENT_DB, Math.min(quantileOf(levelDb, 0.05) + ABOVE_ROOM_DB, loud - 15))
  const breaths = findBreaths(levelDb, threshold)
  const first = breaths[0]?.[0] === 0 ? breaths[0][1] : 0
  const last = breaths.length > 0 && breaths[breaths.length - 1][1] === levelDb.length ? breaths[breaths.length - 1][0] : levelDb.length
  if (last <= first) return []
  const inner = breaths.filter(([from, to]) => from > first && to < last)
  const cuts: Cut[] = [{ end: first, begin: first, reason: 'end', cost: 0 }]
  let from = first
  for (const [end, begin] of [...inner, [last, last] as [number, number]]) {
    // a sounding stretch may need cuts inside only where it is long
    if ((end - from) * HOP_SECONDS > wished / 2) {
      const bows = findBowChanges(levelDb, from, end, track)
      const forced = (end - from) * HOP_SECONDS > longest ? findForced(levelDb, from + 50, end - 50) : []
      cuts.push(...[...bows, ...forced].sort((a, b) => a.end - b.end))
    }
    if (end < last) {
      // the longer the pause the better the place: none that lasts belongs into a slice
      const pauseSeconds = (begin - end) * HOP_SECONDS
      cuts.push({ end, begin, reason: 'breath', cost: COSTS.breath - 2.5 * Math.min(1, pauseSeconds) })
    }
    from = begin
  }
  cuts.push({ end: last, begin: last, reason: 'end', cost: 0 })
  const path = choosePath(cuts, { shortest, longest, wished })
  const duration = pcm.length / sampleRate
  return path.slice(1).map((index, n): Slice => {
    const start = cuts[path[n]]
    const stop = cuts[index]
    // lead and tail share the silence, and never reach into the neighbour
    const pauseBefore = start.begin === first ? first : start.begin - start.end
    const pauseAfter = stop.reason === 'end' ? levelDb.length - last : stop.begin - stop.end
    const lead = Math.min(LEAD_SECONDS, (pauseBefore * HOP_SECONDS) / 2)
    const tail = Math.min(TAIL_SECONDS, (pauseAfter * HOP_SECONDS) / 2)
    return {
      fromSeconds: Math.max(0, start.begin * HOP_SECONDS - lead),
      toSeconds: Math.min(duration, stop.end * HOP_SECONDS + tail),
      reason: stop.reason,
    }
  })
}
