/** Semitones above the tonic of each scale Fiddlehead knows by name, ascending, the octave left out. */
export const SCALE_STEPS = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  'harmonic minor': [0, 2, 3, 5, 7, 8, 11],
  'melodic minor': [0, 2, 3, 5, 7, 9, 11],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
  chromatic: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  'whole tone': [0, 2, 4, 6, 8, 10],
  'major pentatonic': [0, 2, 4, 7, 9],
  'minor pentatonic': [0, 3, 5, 7, 10],
  blues: [0, 3, 5, 6, 7, 10],
} as const satisfies Record<string, readonly number[]>
export type ScaleName = keyof typeof SCALE_STEPS

/** Semitones above the root of each broken chord. */
export const CHORD_STEPS = {
  major: [0, 4, 7],
  minor: [0, 3, 7],
  diminished: [0, 3, 6],
  augmented: [0, 4, 8],
  'dominant seventh': [0, 4, 7, 10],
  'major seventh': [0, 4, 7, 11],
  'minor seventh': [0, 3, 7, 10],
  'diminished seventh': [0, 3, 6, 9],
} as const satisfies Record<string, readonly number[]>
export type ChordName = keyof typeof CHORD_STEPS
