import type { Lanes } from '#contract/expression.ts'
import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Note } from '#contract/melody.ts'

/** A note up to this far beyond the violin's last key is that key, out of tune. */
const MARGIN = 0.5

/** Whole octaves, in semitones, that bring the lowest note up to the violin, or else the highest down to it. */
const findShift = (pitches: readonly number[]): number => {
  const up = Math.ceil((VIOLIN_LOWEST - MARGIN - Math.min(...pitches)) / 12)
  const down = Math.ceil((Math.max(...pitches) - VIOLIN_HIGHEST - MARGIN) / 12)
  return 12 * (up > 0 ? up : -Math.max(0, down))
}

const foldAlone = (pitch: number): number => {
  let folded = pitch
  while (folded > VIOLIN_HIGHEST + MARGIN) folded -= 12
  while (folded < VIOLIN_LOWEST - MARGIN) folded += 12
  return folded
}

/**
 * Notes stretched by the tempo lane and moved by whole octaves, kept inside the violin's range (G3-A7). The melody moves as one,
 * so that its intervals stay; only in a melody wider than the violin do notes move alone.
 */
export const placeNotes = (notes: readonly Note[], lanes: Pick<Lanes, 'tempo' | 'octave'>): Note[] => {
  if (notes.length === 0) return []
  const wanted = 12 * lanes.octave
  const move = wanted + findShift(notes.map(({ pitch }) => pitch + wanted))
  return notes.map((note) => ({
    ...note,
    pitch: foldAlone(note.pitch + move),
    onsetSeconds: note.onsetSeconds / lanes.tempo,
    durationSeconds: note.durationSeconds / lanes.tempo,
  }))
}
