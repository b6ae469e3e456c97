import type { Melody } from '#contract/melody.ts'
import { checkBpm, MAXIMUM_BPM, MINIMUM_BPM, toMelody, type Beat } from './beats.ts'
import { FAMOUS_TUNES, type FamousTune } from './famous-tunes.ts'
import { blankOut, foldCase, type TextSpan } from './quantities.ts'
import { looksLikeAbc, readAbcBeats } from './read-abc.ts'
import { findBpm } from './read-bpm.ts'
import { readNoteList } from './read-note-list.ts'
import { readScale } from './read-scale.ts'
import { readSolfege } from './read-solfege.ts'
import { findTempoWord } from './tempo-words.ts'

/** A melody that a text names, and the stretches of the text that named it. */
export interface NamedMusic {
  readonly melody: Melody
  readonly spans: TextSpan[]
  /** What set the tempo, in the text's own words; null where the ordinary tempo stands. */
  readonly tempoWord: string | null
}

const ORDINARY_BPM = 100
const ORDINARY_BEATS = 1

/** Where the ABC of a text begins: the first line that is a field; text before it is prompt. */
const findAbcStart = (text: string): number => /(?:^|\n)[ \t]*[XTMLQKRCV]:|(?:^|\s)[XLMK]:\s*(?=[\dA-GC])/.exec(text)?.index ?? 0

interface Phrase {
  beats: Beat[]
  spans: TextSpan[]
  key?: string | undefined
  bpm?: number | null
}

const spread = (needle: string): RegExp => new RegExp(`\\b${needle.split(' ').join("[\\s,.'’-]+")}\\b`)

const findTune = (folded: string): { tune: FamousTune; span: TextSpan } | null => {
  for (const tune of FAMOUS_TUNES) {
    for (const name of tune.names) {
      const match = spread(name).exec(folded.replace(/['’]s\b/g, '  '))
      if (match !== null) return { tune, span: { start: match.index, end: match.index + match[0].length } }
    }
  }
  return null
}

/** Clauses are read one after another, so that "a D major scale, then a long A5" is both. */
const splitClauses = (text: string): TextSpan[] => {
  const clauses: TextSpan[] = []
  let start = 0
  for (const match of text.matchAll(/\b(?:and\s+)?then\b|\bfollowed by\b|;|\n|\b(?:und\s+)?dann\b|\b(?:et\s+)?(?:puis|ensuite)\b/gi)) {
    clauses.push({ start, end: match.index })
    start = match.index + match[0].length
  }
  return [...clauses, { start, end: text.length }]
}

const readClauses = (text: string): Phrase | null => {
  const phrase: Phrase = { beats: [], spans: [] }
  let defaultBeats = ORDINARY_BEATS
  let lastPitch: number | null = null
  for (const clause of splitClauses(text)) {
    const words = text.slice(clause.start, clause.end)
    const keep = (spans: readonly TextSpan[]): void => {
      phrase.spans.push(...spans.map(({ start, end }) => ({ start: start + clause.start, end: end + clause.start })))
    }
    const found = findTune(foldCase(words))
    if (found !== null) {
      const { beats, bpm, key } = readAbcBeats(`X:1\n${found.tune.abc}`)
      phrase.beats.push(...beats)
      phrase.key ??= key
      phrase.bpm ??= bpm
      keep([found.span])
      continue
    }
    const scale = readScale(words, defaultBeats)
    if (scale !== null) {
      phrase.beats.push(...scale.beats)
      phrase.key ??= scale.key
      defaultBeats = scale.defaultBeats
      lastPitch = scale.lastPitch
      keep(scale.spans)
      continue
    }
    const solfege = readSolfege(words, defaultBeats, lastPitch)
    if (solfege !== null) {
      phrase.beats.push(...solfege.beats)
      lastPitch = solfege.lastPitch
      keep(solfege.spans)
      continue
    }
    const list = readNoteList(words, defaultBeats, lastPitch)
    if (list === null) continue
    phrase.beats.push(...list.beats)
    defaultBeats = list.defaultBeats
    lastPitch = list.lastPitch
    keep(list.spans)
  }
  return phrase.beats.some((beat) => beat.pitch !== null) ? phrase : null
}

const REPEATS: readonly (readonly [RegExp, number])[] = [
  [/\b(?:twice|two times|2 times|2x|x2|repeated once|zweimal|deux fois)\b(?! as| the)/, 2],
  [/\b(?:three times|3 times|3x|x3|thrice|repeated twice|dreimal|trois fois)\b/, 3],
  [/\b(?:four times|4 times|4x|x4|viermal|quatre fois)\b(?! as)/, 4],
]

/**
 * The melody that a text names: ABC, a tune by its name, scales and broken chords, solfège, notes one by one.
 * Null where it names none; MELODY_UNREADABLE where it plainly means to and is broken.
 */
export const readNamedMusic = (text: string): NamedMusic | null => {
  if (looksLikeAbc(text)) {
    const start = findAbcStart(text)
    const { beats, bpm, key } = readAbcBeats(text.slice(start))
    const prompt = foldCase(text.slice(0, start))
    const stated = findBpm(prompt)
    const spans = [{ start, end: text.length }, ...(stated === null ? [] : [stated])]
    return {
      melody: toMelody(beats, stated === null ? (bpm ?? ORDINARY_BPM) : checkBpm(stated.bpm), key),
      spans,
      tempoWord: stated?.word ?? null,
    }
  }
  const folded = foldCase(text)
  const stated = findBpm(folded)
  const phrase = readClauses(stated === null ? text : blankOut(text, [stated]))
  if (phrase === null) return null
  const spans = [...phrase.spans, ...(stated === null ? [] : [stated])]
  let beats = phrase.beats
  for (const [pattern, times] of REPEATS) {
    const match = pattern.exec(blankOut(folded, spans))
    if (match === null) continue
    beats = Array.from({ length: times }, () => phrase.beats).flat()
    spans.push({ start: match.index, end: match.index + match[0].length })
    break
  }
  const word = stated === null ? findTempoWord(blankOut(folded, spans)) : null
  const ownBpm = phrase.bpm ?? ORDINARY_BPM
  const worded = word === null ? ownBpm : phrase.bpm == null ? word.bpm : ownBpm * word.factor
  const bpm = stated === null ? Math.min(MAXIMUM_BPM, Math.max(MINIMUM_BPM, worded)) : checkBpm(stated.bpm)
  if (word !== null) spans.push(word)
  return { melody: toMelody(beats, bpm, phrase.key), spans, tempoWord: stated?.word ?? word?.word ?? null }
}
