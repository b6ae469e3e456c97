import type { Note } from '#contract/melody.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { centsBetween, foldOctaves } from '#music/pitch.ts'

export interface NoteScore {
  precision: number
  recall: number
  f1: number
  /** Pairs of indices [true, found]. */
  matches: [number, number][]
}

export interface NoteScoreOptions {
  onsetToleranceSeconds: number
  /** Infinity compares onsets alone. */
  pitchToleranceCents: number
  /** Octaves are forgiven. */
  isOctaveFolded?: boolean
}

const EPSILON = 1e-9

/** Largest one-to-one matching of a bipartite graph by augmenting paths. @source Kuhn 1955 */
const matchAtMost = (edges: readonly (readonly number[])[], rightCount: number): Int32Array => {
  const owner = new Int32Array(rightCount).fill(-1)
  const tryFrom = (left: number, seen: Uint8Array): boolean => {
    for (const right of edges[left]) {
      if (seen[right] === 1) continue
      seen[right] = 1
      if (owner[right] === -1 || tryFrom(owner[right], seen)) {
        owner[right] = left
        return true
      }
    }
    return false
  }
  for (let left = 0; left < edges.length; left++) tryFrom(left, new Uint8Array(rightCount))
  return owner
}

/**
 * Precision, recall and F1 of found notes: a note is right when its onset and its pitch are within the tolerances of a true
 * note that no other found note has taken. Offsets do not count.
 *
 * @source MIREX note tracking, mir_eval.transcription with offset_ratio None (50 ms, 50 cents)
 */
export const scoreNotes = (truth: readonly Note[], found: readonly Note[], options: NoteScoreOptions): NoteScore => {
  const edges = truth.map((note) =>
    found.flatMap((other, j) => {
      if (Math.abs(other.onsetSeconds - note.onsetSeconds) > options.onsetToleranceSeconds + EPSILON) return []
      const cents = (other.pitch - note.pitch) * 100
      return Math.abs(options.isOctaveFolded === true ? foldOctaves(cents) : cents) <= options.pitchToleranceCents ? [j] : []
    }),
  )
  const owner = matchAtMost(edges, found.length)
  const matches: [number, number][] = []
  for (let j = 0; j < owner.length; j++) if (owner[j] !== -1) matches.push([owner[j], j])
  const precision = found.length === 0 ? 0 : matches.length / found.length
  const recall = truth.length === 0 ? 0 : matches.length / truth.length
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1, matches: matches.sort((a, b) => a[0] - b[0]) }
}

export interface PitchScore {
  /** Share of truly voiced frames whose found pitch is within 50 cents. */
  rawPitchAccuracy: number
  /** The same with octaves forgiven. */
  rawChromaAccuracy: number
  /** Share of truly voiced frames that were found voiced. */
  voicingRecall: number
  /** Share of truly unvoiced frames that were found voiced. */
  voicingFalseAlarm: number
  /** Median absolute deviation in cents, octaves forgiven, over frames that both call voiced. */
  medianCents: number
}

/**
 * Frame-wise scores of a pitch track against the true one, both on the same grid; the shorter one counts as unvoiced beyond its end.
 *
 * @param truth  [F] Hz, 0 where unvoiced
 * @param found  [F] Hz, 0 where unvoiced
 * @source       Poliner et al. 2007, as in mir_eval.melody
 */
export const scorePitch = (truth: ArrayLike<number>, found: ArrayLike<number>): PitchScore => {
  let voiced = 0
  let right = 0
  let chroma = 0
  let recalled = 0
  let falseAlarms = 0
  const deviations: number[] = []
  for (let i = 0; i < truth.length; i++) {
    const guess = i < found.length ? found[i] : 0
    if (!(truth[i] > 0)) {
      if (guess > 0) falseAlarms++
      continue
    }
    voiced++
    if (!(guess > 0)) continue
    recalled++
    const cents = centsBetween(truth[i], guess)
    const folded = Math.abs(foldOctaves(cents))
    deviations.push(folded)
    if (Math.abs(cents) <= 50) right++
    if (folded <= 50) chroma++
  }
  const share = (count: number, of: number): number => (of === 0 ? 0 : count / of)
  return {
    rawPitchAccuracy: share(right, voiced),
    rawChromaAccuracy: share(chroma, voiced),
    voicingRecall: share(recalled, voiced),
    voicingFalseAlarm: share(falseAlarms, truth.length - voiced),
    medianCents: median(deviations),
  }
}

/** Middle value; 0 for nothing. */
export const median = (values: readonly number[]): number => {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  invariant(upper !== undefined, 'median of a non-empty list')
  return sorted.length % 2 === 1 ? upper : (upper + sorted[middle - 1]) / 2
}
