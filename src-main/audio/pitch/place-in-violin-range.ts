import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Note } from '#contract/melody.ts'

/** Where a violin sings without strain: G3 to E6. */
const COMFORTABLE_HIGHEST = 88
/** The middle of most violin melodies, D5. */
const CENTRE = 74

/** Seconds' worth of strain of a melody moved by whole octaves. */
const strainOf = (notes: readonly Note[], shift: number): number => {
  let strain = 0
  let total = 0
  for (const note of notes) {
    const key = note.pitch + shift
    const below = Math.max(0, VIOLIN_LOWEST - 0.5 - key)
    const above = Math.max(0, key - COMFORTABLE_HIGHEST)
    const outside = Math.max(0, key - VIOLIN_HIGHEST - 0.5)
    strain += note.durationSeconds * (100 * below + 100 * outside + 2 * above + 0.1 * Math.abs(key - CENTRE))
    total += note.durationSeconds
  }
  return total > 0 ? strain / total : 0
}

/** Whole octaves, in semitones, that bring a melody best into the violin's range; a tie goes to the smaller move. */
export const findOctaveShift = (notes: readonly Note[]): number => {
  let best = 0
  for (const shift of [0, 12, -12, 24, -24, 36, -36, 48, -48, 60, 72])
    if (strainOf(notes, shift) < strainOf(notes, best) - 1e-9) best = shift
  return best
}

/**
 * Moves a melody by whole octaves so that it lies well between G3 and A7, at best within G3 to E6. Intervals stay as they are;
 * only a note that even so falls outside (in a melody wider than the violin) is folded back by octaves of its own.
 *
 * @param notes  pitch in MIDI keys
 * @returns      the notes, moved
 */
export const placeInViolinRange = (notes: readonly Note[]): Note[] => {
  const shift = findOctaveShift(notes)
  return notes.map((note) => {
    let pitch = note.pitch + shift
    while (pitch < VIOLIN_LOWEST - 0.5) pitch += 12
    while (pitch > VIOLIN_HIGHEST + 0.5) pitch -= 12
    return { ...note, pitch: Math.min(VIOLIN_HIGHEST, Math.max(VIOLIN_LOWEST, pitch)) }
  })
}
