import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

/** A moment or a length within a melody. */
export const noteSeconds = (seconds: number): string => formatNumber(seconds, 2)

const tonics = wordsOf('notes.tonics') as Readonly<Record<string, string>>

export const notesWords = wordsOf('notes', {
  note: (name: string, start: number, length: number) => m['notes.note']({ name, start: noteSeconds(start), length: noteSeconds(length) }),
  grids: wordsOf('notes.grids'),
  noteBowed: (note: string, bowing: string) => m['notes.noteBowed']({ note, bowing }),
  facts: (count: number, seconds: number) => m['notes.facts']({ count, seconds: formatNumber(seconds, 1) }),
  /** "D minor" as the engine says it, in the language of the page. */
  keyName: (key: string) => {
    const [name = '', mode] = key.split(' ')
    const tonic = tonics[name] ?? name
    return mode === 'minor' ? m['notes.minor']({ tonic: tonic.toLowerCase(), Tonic: tonic }) : m['notes.major']({ tonic })
  },
  key: (key: string) => m['notes.key']({ key: notesWords.keyName(key) }),
  bpm: (bpm: number) => m['notes.bpm']({ bpm: Math.round(bpm) }),
  moved: (name: string, start: number) => m['notes.moved']({ name, start: noteSeconds(start) }),
})
export const MAJOR_MINOR_KEYS = ['C', 'G', 'D', 'A', 'E', 'B', 'F#', 'Db', 'Ab', 'Eb', 'Bb', 'F'].flatMap((tonic) => [
  `${tonic} major`,
  `${tonic} minor`,
])
