import type { Note } from '#contract/melody.ts'

const LEAST_NOTES = 8
const SLOWEST_BPM = 50
const FASTEST_BPM = 180
/** Onsets of a played line keep within this share of a beat of the grid of quarter beats. */
const WORST_ERROR = 0.045

/** Root-mean-square distance of the onsets from a grid of quarter beats, as a share of the beat; the phase is fitted. */
const gridError = (onsets: readonly number[], beatSeconds: number): number => {
  const step = beatSeconds / 4
  let x = 0
  let y = 0
  for (const onset of onsets) {
    x += Math.cos((2 * Math.PI * onset) / step)
    y += Math.sin((2 * Math.PI * onset) / step)
  }
  const phase = (Math.atan2(y, x) / (2 * Math.PI)) * step
  let sum = 0
  for (const onset of onsets) {
    const steps = (onset - phase) / step
    sum += (steps - Math.round(steps)) ** 2
  }
  return Math.sqrt(sum / onsets.length) / 4
}

/**
 * Tempo that the onsets of a line keep.
 *
 * @param notes  in order
 * @returns      quarter notes a minute to a half, most often counted note value near the beat; null where fewer than eight notes, or no clear beat
 */
export const estimateTempo = (notes: readonly Note[]): number | null => {
  if (notes.length < LEAST_NOTES) return null
  const onsets = notes.map(({ onsetSeconds }) => onsetSeconds)
  const gaps = onsets
    .slice(1)
    .map((onset, i) => onset - onsets[i])
    .sort((a, b) => a - b)
  const common = gaps[gaps.length >> 1]
  let best: { bpm: number; cost: number; error: number } | undefined
  for (let bpm = SLOWEST_BPM; bpm <= FASTEST_BPM; bpm += 0.5) {
    const beat = 60 / bpm
    const error = gridError(onsets, beat)
    // fine grids are hit by chance, and the commonest note is a whole, half or quarter beat
    const parts = Math.log2(beat / common)
    const cost = error * beat + 0.02 * Math.abs(parts - Math.round(parts)) + 0.006 * Math.abs(Math.log2(bpm / 105))
    if (best === undefined || cost < best.cost) best = { bpm, cost, error }
  }
  return best !== undefined && best.error < WORST_ERROR ? best.bpm : null
}
