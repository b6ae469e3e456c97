import { isBowed, type Instrument } from '../material/instruments.ts'

type WordTable = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** What a caption says of a wind instrument where the violin's words speak of bows and strings. */
const BLOWN_WORDS: WordTable = {
  articulation: {
    detache: ['tongued', 'every note tongued', 'separate notes', 'broad separate notes'],
    staccato: ['staccato', 'short tongued notes', 'crisp staccato', 'clipped notes'],
  },
  register: { low: ['low register'], 'very high': ['very high register'] },
  tone: { bright: ['bright tone', 'brilliant'] },
}

/** Words for a fact: an instrument's own where it has some, the given ones elsewhere. */
export const wordsOn = (instrument: Instrument, fact: string, value: string, words: readonly string[]): readonly string[] =>
  isBowed(instrument) ? words : (BLOWN_WORDS[fact]?.[value] ?? words)
