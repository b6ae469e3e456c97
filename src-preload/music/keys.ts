/** Semitones of the seven letters above C. */
export const LETTER_SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }

/** How many fifths a mode's signature lies from the major key on the same tonic. */
const MODE_FIFTHS = { lydian: 1, major: 0, mixolydian: -1, dorian: -2, minor: -3, phrygian: -4, locrian: -5 } as const
export type KeyMode = keyof typeof MODE_FIFTHS

const LETTER_FIFTHS: Readonly<Record<string, number>> = { F: -1, C: 0, G: 1, D: 2, A: 3, E: 4, B: 5 }
const SHARP_ORDER = ['F', 'C', 'G', 'D', 'A', 'E', 'B'] as const

export interface KeySignature {
  /** "D", "Bb", "F#" */
  readonly tonic: string
  readonly mode: KeyMode
  /** Sharps (positive) or flats (negative), -7..7. */
  readonly fifths: number
}

const readMode = (word: string): KeyMode | null => {
  const mode = word.toLowerCase()
  if (word === 'm' || mode.startsWith('min') || mode.startsWith('aeo') || mode === 'moll') return 'minor'
  if (mode === '' || word === 'M' || mode.startsWith('maj') || mode.startsWith('ion') || mode === 'dur') return 'major'
  const modes = Object.keys(MODE_FIFTHS) as KeyMode[]
  return mode.length < 3 ? null : (modes.find((name) => name.startsWith(mode.slice(0, 3))) ?? null)
}

/** Reads "D", "Bb major", "F#m", "E dorian", "Amix"; null where it is no key, or one beyond seven sharps or flats. */
export const readKey = (text: string): KeySignature | null => {
  const match = /^\s*([A-G])([#b♯♭]?)\s*([A-Za-z]*)\s*$/.exec(text)
  if (match === null) return null
  const letter = match[1] ?? ''
  const accidental = (match[2] ?? '').replace('♯', '#').replace('♭', 'b')
  const mode = readMode(match[3] ?? '')
  if (mode === null) return null
  const fifths = (LETTER_FIFTHS[letter] ?? 0) + (accidental === '#' ? 7 : accidental === 'b' ? -7 : 0) + MODE_FIFTHS[mode]
  return Math.abs(fifths) > 7 ? null : { tonic: letter + accidental, mode, fifths }
}

/** Letters altered by a signature: +1 sharp, -1 flat. */
export const signatureAlterations = (fifths: number): ReadonlyMap<string, number> => {
  const letters = fifths >= 0 ? SHARP_ORDER.slice(0, fifths) : [...SHARP_ORDER].reverse().slice(0, -fifths)
  return new Map(letters.map((letter) => [letter, Math.sign(fifths)]))
}

/** "D major", "E minor" for a signature; modes other than these two keep their own name. */
export const keyName = ({ tonic, mode }: KeySignature): string => `${tonic} ${mode}`

/** Signature of the key named by a count of sharps or flats, as MIDI writes it. */
export const keyFromFifths = (fifths: number, isMinor: boolean): KeySignature | null => {
  for (const letter of SHARP_ORDER) {
    for (const accidental of ['', '#', 'b']) {
      const key = readKey(`${letter}${accidental} ${isMinor ? 'minor' : 'major'}`)
      if (key?.fifths === fifths) return key
    }
  }
  return null
}
