import type { Lanes } from '#contract/expression.ts'
import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Note } from '#contract/melody.ts'

/** Notes stretched by the tempo lane and moved by whole octaves, kept inside the violin's range (G3-A7). */
export const placeNotes = (notes: readonly Note[], lanes: Pick<Lanes, 'tempo' | 'octave'>): Note[] =>
  notes.map((note) => {
    let pitch = note.pitch + 12 * lanes.octave
    while (pitch < VIOLIN_LOWEST - 0.5) pitch += 12
    while (pitch > VIOLIN_HIGHEST + 0.5) pitch -= 12
    return { ...note, pitch, onsetSeconds: note.onsetSeconds / lanes.tempo, durationSeconds: note.durationSeconds / lanes.tempo }
  })
