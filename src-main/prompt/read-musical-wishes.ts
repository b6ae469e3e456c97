import type { MusicalWishes } from '#contract/musical-wishes.ts'
import { readNoteName } from '#music/note-names.ts'
import { MAXIMUM_BPM, MINIMUM_BPM } from './beats.ts'
import { GENRE_WORDS, METRE_WORDS, MODE_WORDS, MOOD_WORDS, REGISTER_WORDS, SHAPE_WORDS, type WishWord } from './musical-words.ts'
import { blankOut, foldCase, NUMBER_PATTERN, readNumber, type TextSpan } from './quantities.ts'
import { findBpm } from './read-bpm.ts'
import { findTempoWord } from './tempo-words.ts'

type Mode = NonNullable<MusicalWishes['mode']>

const REFUSED = /\b(?:not|no|never|without|nicht|kein|keine|pas|non)\s+(?:too\s+|very\s+|so\s+|at all\s+|a\s+|an\s+|zu\s+|trop\s+)?$/

/** The table's words in the text, in order; refused ones left out. A stretch already taken by an earlier row is not read again. */
const findWords = (text: string, table: readonly WishWord[]): { wish: MusicalWishes; span: TextSpan }[] => {
  const found: { wish: MusicalWishes; span: TextSpan }[] = []
  for (const [words, wish] of table) {
    for (const match of text.matchAll(new RegExp(`(?<![a-z'/\\d-])(?:${words})(?![a-z'/\\d])`, 'g'))) {
      const span = { start: match.index, end: match.index + match[0].length }
      if (found.some((other) => span.start < other.span.end && other.span.start < span.end)) continue
      found.push({ wish, span })
    }
  }
  return found.filter(({ span }) => !REFUSED.test(text.slice(0, span.start))).sort((a, b) => a.span.start - b.span.start)
}

const ACCIDENTAL = '(?:\\s?[#♯♭]|b(?![a-z])|[ -](?:sharp|flat)|is(?![a-z])|(?<=[adegh])e?s(?![a-z]))?'
const MODE = 'major|minor|dur|moll|maj|min|majeur|mineur|dorian|mixolydian|aeolian|phrygian|lydian|ionian|dorisch|mixolydisch'
const KEY_WITH_MODE = new RegExp(`(?<![A-Za-z#♯♭'])([A-Ha-h])(${ACCIDENTAL})[ -]+(${MODE})(?![a-z])`, 'gi')
const KEY_ALONE = new RegExp(`\\b(?:in(?: the key of)?|key of|en)\\s+([A-H])(${ACCIDENTAL})(?![A-Za-z'#♯♭/\\d])`, 'g')
const NOUN_AFTER = /^\s+(?!(?:and|with|at|in|for|on|of|played|but|that|which|by|to|legato|please)\b)[a-z]/i

const modeOf = (word: string): Mode | undefined =>
  findWords(foldCase(word).replace(/^maj$/, 'major').replace(/^min$/, 'minor'), MODE_WORDS)[0]?.wish.mode

/** "D minor", "in F sharp", "fis-Moll"; "a minor tune" names a mode and no key. */
const readKeyWish = (text: string): Pick<MusicalWishes, 'tonic' | 'mode'> => {
  for (const match of text.matchAll(KEY_WITH_MODE)) {
    const [all, letter = '', accidental = '', word = ''] = match
    const isArticle = letter === 'a' && accidental === '' && NOUN_AFTER.test(text.slice(match.index + all.length))
    const name = isArticle ? null : readNoteName(`${letter}${accidental}`)
    const mode = modeOf(word)
    if (name !== null) return { tonic: (name.semitone + 12) % 12, ...(mode === undefined ? {} : { mode }) }
  }
  for (const match of text.matchAll(KEY_ALONE)) {
    const name = readNoteName(`${match[1] ?? ''}${match[2] ?? ''}`)
    if (name !== null) return { tonic: (name.semitone + 12) % 12 }
  }
  return {}
}

const SECONDS = new RegExp(`(${NUMBER_PATTERN})[ -]?(seconds?|secs?|s|sekunden?|secondes?|minutes?|mins?|minuten?)(?![a-z])`)
const BARS = new RegExp(`(${NUMBER_PATTERN}|twelve|sixteen|twenty-four|thirty-two)[ -]+(?:bars?|measures?|takte?|mesures?)(?![a-z])`)
const LARGE_NUMBERS: Readonly<Record<string, number>> = { twelve: 12, sixteen: 16, 'twenty-four': 24, 'thirty-two': 32 }
const SHORTEST_SECONDS = 2
const LONGEST_SECONDS = 60
const MOST_BARS = 64

const readLength = (folded: string): Pick<MusicalWishes, 'seconds' | 'bars'> => {
  const time = SECONDS.exec(folded)
  const bars = BARS.exec(folded)
  const count = bars === null ? null : (LARGE_NUMBERS[bars[1] ?? ''] ?? readNumber(bars[1] ?? ''))
  const amount = time === null ? null : readNumber(time[1] ?? '')
  const seconds = amount === null ? null : amount * (/^m/.test(time?.[2] ?? '') ? 60 : 1)
  return {
    ...(seconds === null ? {} : { seconds: Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, seconds)) }),
    ...(count === null ? {} : { bars: Math.min(MOST_BARS, Math.max(1, Math.round(count))) }),
  }
}

const SLOW = 0.9
const FAST = 1.1

/** Tempo in figures or words. Where a kind of tune is named, a word speeds it up or slows it down instead. */
const readTempo = (folded: string, hasGenre: boolean): Pick<MusicalWishes, 'bpm' | 'pace'> => {
  const stated = findBpm(folded)
  if (stated !== null) return { bpm: Math.min(MAXIMUM_BPM, Math.max(MINIMUM_BPM, stated.bpm)) }
  const word = findTempoWord(folded)
  if (word === null) return {}
  const pace = word.factor < SLOW ? 'slow' : word.factor > FAST ? 'fast' : 'moderate'
  return hasGenre ? { pace } : { pace, bpm: word.bpm }
}

/**
 * What a prompt asks of a melody that is to be composed: key, mode, tempo, metre, kind of tune, shape, height, length.
 * Moods stand for mode and pace where the words do not say them. What the prompt leaves open is left out.
 */
export const readMusicalWishes = (prompt: string): MusicalWishes => {
  const folded = foldCase(prompt)
  const merge = (table: readonly WishWord[]): MusicalWishes =>
    findWords(folded, table).reduceRight<MusicalWishes>((all, { wish }) => ({ ...all, ...wish }), {})
  const length = readLength(folded)
  const genre = merge(GENRE_WORDS)
  const moods = merge(MOOD_WORDS)
  const timed = SECONDS.exec(folded)
  const untimed = timed === null ? folded : blankOut(folded, [{ start: timed.index, end: timed.index + timed[0].length }])
  const tempo = readTempo(untimed, genre.genre !== undefined)
  const all: MusicalWishes = {
    ...moods,
    ...genre,
    ...merge(METRE_WORDS),
    ...merge(SHAPE_WORDS),
    ...merge(REGISTER_WORDS),
    ...merge(MODE_WORDS),
    ...readKeyWish(prompt),
    ...tempo,
    ...length,
  }
  // A tempo in figures says all about pace.
  if (tempo.bpm !== undefined && tempo.pace === undefined) delete all.pace
  return all
}
