import { LETTER_SEMITONES } from './keys.ts'

export interface NoteName {
  /** 0..11 above C; may be -1 or 12 before the octave is added (Cb, B#). */
  readonly semitone: number
  /** Scientific octave (A4 = 440 Hz), null where none was written. */
  readonly octave: number | null
}

const GERMAN_ENDINGS: Readonly<Record<string, number>> = { is: 1, isis: 2, es: -1, s: -1, eses: -2 }

/**
 * Reads one note name: "A4", "C#5", "Bb", "F♯4", "Cx5", "Fis4", "B flat 4", "c-sharp". German H is B natural.
 * Null where the text is no note name.
 */
export const readNoteName = (text: string): NoteName | null => {
  const match = /^([A-Ha-h])[\s-]*(##|bb|[#♯x𝄪b♭]|sharp|flat|natural|isis|eses|is|es|s)?[\s-]*(\d)?$/iu.exec(text.trim())
  if (match === null) return null
  const letter = (match[1] ?? '').toUpperCase()
  const sign = (match[2] ?? '').toLowerCase()
  const isGerman = sign in GERMAN_ENDINGS
  if (sign === 's' && letter !== 'E' && letter !== 'A') return null
  const base = letter === 'H' ? 11 : LETTER_SEMITONES[letter]
  if (base === undefined) return null
  const alteration = isGerman
    ? (GERMAN_ENDINGS[sign] ?? 0)
    : sign === '##' || sign === 'x' || sign === '𝄪'
      ? 2
      : sign === 'bb'
        ? -2
        : sign === '#' || sign === '♯' || sign === 'sharp'
          ? 1
          : sign === 'b' || sign === '♭' || sign === 'flat'
            ? -1
            : 0
  return { semitone: base + alteration, octave: match[3] === undefined ? null : Number(match[3]) }
}

/** MIDI number of a semitone above C in a scientific octave. */
export const toMidi = (semitone: number, octave: number): number => 12 * (octave + 1) + semitone

/** The octave of `semitone` that lies nearest to `reference` (a MIDI number); the upper one at a tie. */
export const nearestOctave = (semitone: number, reference: number): number => {
  const distance = ((((semitone - reference + 6) % 12) + 12) % 12) - 6
  return reference + (distance === -6 ? 6 : distance)
}
