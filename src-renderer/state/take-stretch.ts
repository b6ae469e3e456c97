import type { Note } from '#contract/melody.ts'

/** A part of a take, in its own seconds. */
export interface Stretch {
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** A rest shorter than this belongs to the note before it. */
const SHORTEST_REST_SECONDS = 0.12

/** Where a stretch may begin or end: where notes begin, where rests begin, and the end of the take; ascending. */
export const stretchEdges = (notes: readonly Note[], durationSeconds: number): number[] => {
  const edges = notes.flatMap(({ onsetSeconds, durationSeconds: length }, i) => {
    const end = onsetSeconds + length
    const next = notes[i + 1]?.onsetSeconds
    return next !== undefined && next - end > SHORTEST_REST_SECONDS ? [onsetSeconds, end] : [onsetSeconds]
  })
  return [...new Set([...edges, durationSeconds])].filter((edge) => edge <= durationSeconds).sort((a, b) => a - b)
}

/** The whole notes that lie under two points, or under one where they are the same. */
export const coverStretch = (edges: readonly number[], oneSeconds: number, otherSeconds: number): Stretch | null => {
  const [low, high] = [Math.min(oneSeconds, otherSeconds), Math.max(oneSeconds, otherSeconds)]
  const first = Math.max(
    0,
    edges.findLastIndex((edge) => edge <= low),
  )
  const from = edges[Math.min(first, edges.length - 2)]
  if (from === undefined) return null
  const to = edges.find((edge) => edge >= high && edge > from) ?? edges.at(-1)
  return to === undefined || to <= from ? null : { fromSeconds: from, toSeconds: to }
}

/** One end of a stretch, a note further or nearer; the ends never meet. */
export const moveStretchEnd = (edges: readonly number[], stretch: Stretch, end: 'from' | 'to', by: 1 | -1): Stretch => {
  const now = end === 'from' ? stretch.fromSeconds : stretch.toSeconds
  const next = by > 0 ? edges.find((edge) => edge > now) : edges.findLast((edge) => edge < now)
  if (next === undefined) return stretch
  const moved = end === 'from' ? { ...stretch, fromSeconds: next } : { ...stretch, toSeconds: next }
  return moved.toSeconds > moved.fromSeconds ? moved : stretch
}

/** The notes that begin inside, as positions in the list. */
export const notesInStretch = (notes: readonly Note[], { fromSeconds, toSeconds }: Stretch): number[] =>
  notes.flatMap(({ onsetSeconds }, i) => (onsetSeconds >= fromSeconds - 1e-6 && onsetSeconds < toSeconds - 1e-6 ? [i] : []))
