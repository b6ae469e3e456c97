import type { PromptReading } from '#contract/api.ts'
import type { LaneMove, Lanes } from '#contract/expression.ts'
import { LANE_WORDS } from './lane-words.ts'
import { blankOut, foldCase } from './quantities.ts'
import { readNamedMusic } from './read-named-music.ts'
import { readPrompt } from './read-prompt.ts'

/** A stretch of a prompt out of which the known words take no direction. */
export interface UnreadClause {
  /** As the person wrote it. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What somebody else says that a clause asks for. */
export interface Guess {
  readonly clause: UnreadClause
  /** "fact: value" */
  readonly direction: string
}

/** The known words that say the same as a direction. */
const TERMS: Readonly<Record<string, string>> = {
  'articulation: legato': 'legato',
  'articulation: detache': 'detache',
  'articulation: staccato': 'staccato',
  'articulation: spiccato': 'spiccato',
  'articulation: pizzicato': 'pizzicato',
  'articulation: tremolo': 'tremolo',
  'dynamics: very soft': 'pianissimo',
  'dynamics: soft': 'piano',
  'dynamics: medium loud': 'mezzo forte',
  'dynamics: loud': 'forte',
  'dynamics: very loud': 'fortissimo',
  'change: crescendo': 'crescendo',
  'change: diminuendo': 'diminuendo',
  'change: swell': 'messa di voce',
  'pace: very slow': 'very slow',
  'pace: slow': 'slow',
  'pace: fast': 'fast',
  'pace: very fast': 'presto',
  'register: low': 'low register',
  'register: high': 'high register',
  'register: very high': 'high register',
  'vibrato: none': 'non vibrato',
  'vibrato: slight': 'slight vibrato',
  'vibrato: warm': 'vibrato',
  'vibrato: wide': 'wide vibrato',
  'attack: soft': 'soft attacks',
  'attack: hard': 'hard attacks',
  'tone: dark': 'dark tone',
  'tone: bright': 'bright tone',
}
const STILL = 'vibrato: none'

const LONGEST_CLAUSE = 200
const MOST_CLAUSES = 24
/** Stretches between marks of punctuation that are looked at: a prompt of thousands must not keep the one who types waiting. */
const MOST_STRETCHES = 60
/** Words on each side that make an "and" join two clauses, not two adjectives. */
const LEAST_WORDS = 3
const NEGATION = /\b(?:no|not|non|nor|never|without|neither|instead|rather than|anything but|avoid|stop|less)\b|n[’']t\b/i
/** A clause that speaks of a time within the clip says how it changes; a single value would be false. */
const TIME =
  /\b(?:at|towards?|by|until|till|in|from|near) (?:the |its )?(?:very )?(?:start|beginning|end|ending|close|middle|finish)\b|\b(?:then|first|finally|later|afterwards|eventually|at last)\b/i
/** How long the piece shall be, or how long ago something was, is no tempo. */
const DURATION = /\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|bars|measures|sekunden?|minuten?|stunden?|jahren?|takte?)\b/i
const TIMELESS = /^(?:dynamics|tone|vibrato|pace|register)\b/
/** Words of the lowest rank are moods, genres and styles. */
const WEAKEST = Math.min(...LANE_WORDS.map(({ rank }) => rank))
const MOODS = LANE_WORDS.filter(({ rank }) => rank === WEAKEST).map(({ words }) => words)
const MOOD_WORDS = new RegExp(`(?<![a-z'])(?:${MOODS.join('|')})(?![a-z])`, 'g')
/** How moves of the loudness lane begin that give it a shape and not a level. */
const SHAPE = /^(?:grows|swells|recedes|fades)/

/** Moods colour everything a little and direct nothing outright. */
const withoutMoods = (text: string): string => {
  const folded = foldCase(text)
  return blankOut(
    text,
    [...folded.matchAll(MOOD_WORDS)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  )
}

const withoutMusic = (text: string): string => blankOut(text, readNamedMusic(text)?.spans ?? [])

const kindOf = ({ lane, effect }: LaneMove): string => (lane === 'dynamics' && SHAPE.test(effect) ? 'change' : lane)

/** Lanes that the words direct outright; a shape of the loudness counts as "change". */
const directedKinds = (text: string): Set<string> => new Set(readPrompt(withoutMoods(text)).moves.map(kindOf))

const countWords = (text: string): number => text.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length

/** Stretches of the text between marks of punctuation, and between "and" or "but" where whole clauses stand on both sides. */
const splitClauses = (text: string): UnreadClause[] => {
  const take = (start: number, end: number): UnreadClause => {
    const raw = text.slice(start, end)
    const from = start + (raw.length - raw.trimStart().length)
    return { text: raw.trim(), start: from, end: from + raw.trim().length }
  }
  return [...text.matchAll(/[^.,;:!?\n()]*\p{L}{3}[^.,;:!?\n()]*/gu)].slice(0, MOST_STRETCHES).flatMap((chunk) => {
    const [first, ...others] = [...chunk[0].matchAll(/(?<=^|\s(?:and|but)\s)(?:(?!\s(?:and|but)\s).)+/g)].map((part) =>
      take(chunk.index + part.index, chunk.index + part.index + part[0].length),
    )
    if (others.length === 0) return [take(chunk.index, chunk.index + chunk[0].length)]
    const parts = [first, ...others]
    const isJoined = parts.some((part) => countWords(part.text) < LEAST_WORDS && directedKinds(part.text).size === 0)
    return isJoined ? [take(chunk.index, chunk.index + chunk[0].length)] : parts
  })
}

/**
 * The clauses of a prompt out of which the known words take no direction to the player: unknown words, or moods and genres alone.
 * Named music is left out.
 *
 * @throws EngineError MELODY_UNREADABLE
 */
export const findUnreadClauses = (text: string): UnreadClause[] =>
  splitClauses(withoutMusic(text))
    .filter((clause) => clause.text.length <= LONGEST_CLAUSE && /\p{L}{3}/u.test(clause.text))
    .filter((clause) => directedKinds(clause.text).size === 0)
    .slice(0, MOST_CLAUSES)

/** Whether the guess can be taken at its word: not turned round by a negation, meant for the whole clip, and no length for a tempo. */
const isPlain = ({ clause, direction }: Guess): boolean =>
  TERMS[direction] !== undefined &&
  !(direction.startsWith('pace') && DURATION.test(clause.text)) &&
  (direction === STILL || !NEGATION.test(clause.text)) &&
  (!TIMELESS.test(direction) || !TIME.test(clause.text))

/**
 * What a prompt says when the guesses are taken for said as well. Lanes that known words direct stay as those have them; moves that come
 * of a guess bear the clause that it was made about.
 *
 * @throws EngineError MELODY_UNREADABLE
 */
export const readWithGuesses = (text: string, guesses: readonly Guess[]): PromptReading => {
  const known = readPrompt(text)
  const directed = directedKinds(text)
  // Later words win, as among known ones.
  const lastOfEach = new Map(guesses.filter(isPlain).map((guess) => [guess.direction.split(':')[0], guess]))
  const taken = [...lastOfEach.values()]
    .map(({ clause, direction }) => ({ clause, term: TERMS[direction] }))
    .filter(({ term }) =>
      readPrompt(term)
        .moves.slice(0, 1)
        .every((move) => !directed.has(kindOf(move))),
    )
  if (taken.length === 0) return known
  const bare = withoutMusic(text)
  const ends = [...taken].sort((a, b) => b.clause.end - a.clause.end)
  const told = readPrompt(
    ends.reduce((whole, { clause, term }) => `${whole.slice(0, clause.end)}, ${term}${whole.slice(clause.end)}`, bare),
  )
  const moves = told.moves.flatMap((move) => {
    const source = taken.find(({ term }) => term === move.word)
    return source === undefined || directed.has(kindOf(move)) ? [] : [{ ...move, word: source.clause.text }]
  })
  const lanes: Lanes = { ...known.lanes, ...pick(told.lanes, new Set(moves.map(({ lane }) => lane))) }
  return { lanes, moves: [...known.moves, ...moves], melody: known.melody }
}

const pick = (lanes: Lanes, names: ReadonlySet<string>): Partial<Lanes> =>
  Object.fromEntries(Object.entries(lanes).filter(([name]) => names.has(name)))
