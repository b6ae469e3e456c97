import { readNoteName } from '#music/note-names.ts'
import { unreadable } from './beats.ts'
import { NUMBER_PATTERN, readNumber, type TextSpan } from './quantities.ts'

/** What a written list of notes is made of. Lengths are quarter-note beats. */
export type NoteToken = TextSpan &
  (
    | {
        readonly kind: 'note'
        readonly semitone: number
        readonly octave: number | null
        readonly isLower: boolean
        readonly beats: number | null
      }
    | { readonly kind: 'rest'; readonly beats: number | null }
    | {
        readonly kind: 'duration'
        readonly beats: number
        readonly isGroup: boolean
        readonly hasArticle: boolean
        readonly isLoose: boolean
      }
  )

const DURATION_NAMES: readonly (readonly [string, number])[] = [
  ['whole|semibreve|ganze|ronde', 4],
  ['half|minim|halbe|blanche', 2],
  ['quarter|crotchet|viertel|noire', 1],
  ['thirty-?second|32nd|demisemiquaver|zweiunddreissigstel', 0.125],
  ['sixteenth|16th|semiquaver|sechzehntel|doubles?[ -]croche', 0.25],
  ['eighth|8th|quaver|achtel|croche', 0.5],
]
const NAMES = DURATION_NAMES.map(([names]) => names).join('|')

const NOTE =
  /([A-Ha-h])(##|♯♯|bb(?![a-z])|♭♭|[#♯♭]|b(?![a-z])|x(?=\d)|isis(?=\d)|is(?=\d)|eses(?=\d)|es(?=\d)|s(?=\d)|[ -](?:sharp|flat|natural)(?![a-z])[ -]?)?(\d)?(?:([whqes])(\.?)(?![a-z])|[:*×](\d+(?:\.\d+)?)(?:\/(\d+))?|\((\d+(?:\.\d+)?)\)|\/(\d+))?(?![\w#♯♭])/uy
const BROKEN = /(?:[I-Z][#♯b♭]?\d{1,2}|[A-H][#♯b♭]?\d{2,}|[A-H](?:[#♯]{3,}|[b♭]{3,})\d?)(?![\w#♯♭])/uy
const DURATION = new RegExp(
  `(?:(an?|one|the)\\s+)?(?:(double[ -]dotted|dotted|punktierte)\\s+)?(triplet\\s+)?(${NAMES})(s|n)?(?:[ -](notes?(?:[ -]triplets?)?|noten?|triplets?))?(?:[ -](rests?))?(?![a-z])`,
  'iy',
)
const LOOSE = /(?:(an?|one|the)\s+)?(very\s+)?(long|short|lang(?:es)?|kurz(?:es)?|longue?|court)(?![a-z])/iy
const BEATS = new RegExp(
  `(?:(?:each\\s+)?(?:for|lasting|held\\s+for|of)\\s+)?(${NUMBER_PATTERN})(\\s+and\\s+a\\s+half|\\s+a)?[ -](?:beats?|counts?|schlage?|temps)(\\s+each)?(?![a-z])`,
  'iy',
)
const REST = /(?:(an?)\s+)?(?:rest|pause|silence|r(?=[\s,\d]|$))(?![a-z])/iy
const LETTER_LENGTH = /([whqes])(\.?)(?![\w#♯♭.])/y
const LETTER_BEATS: Readonly<Record<string, number>> = { w: 4, h: 2, q: 1, e: 0.5, s: 0.25 }

const nameToBeats = (name: string): number => {
  const lower = name.toLowerCase()
  return DURATION_NAMES.find(([names]) => new RegExp(`^(?:${names})$`).test(lower))?.[1] ?? 1
}

const noteBeats = (match: RegExpExecArray): number | null => {
  const [, , , , letter, dot, figure, fraction, bracketed, noteValue] = match
  if (letter !== undefined) return (LETTER_BEATS[letter] ?? 1) * (dot === '.' ? 1.5 : 1)
  if (figure !== undefined) return Number(figure) / (fraction === undefined ? 1 : Number(fraction))
  if (bracketed !== undefined) return Number(bracketed)
  return noteValue === undefined ? null : 4 / Number(noteValue)
}

const readDuration = (match: RegExpExecArray): { beats: number; isGroup: boolean; hasArticle: boolean; isRest: boolean } => {
  const [, article, dotted, triplet, name = '', plural, noun = '', rest] = match
  const dot = dotted === undefined ? 1 : /^double/i.test(dotted) ? 1.75 : 1.5
  const isTriplet = triplet !== undefined || /triplet/i.test(noun)
  return {
    beats: (nameToBeats(name) * dot * (isTriplet ? 2 : 1)) / (isTriplet ? 3 : 1),
    isGroup: plural !== undefined || /(?:s|en)$/i.test(noun),
    hasArticle: article !== undefined,
    isRest: rest !== undefined,
  }
}

const at = (pattern: RegExp, text: string, index: number): RegExpExecArray | null => {
  pattern.lastIndex = index
  return pattern.exec(text)
}

const checkBeats = (beats: number, written: string): number => {
  if (!(beats > 0 && beats <= 64)) throw unreadable(`"${written.trim()}" has no length that can be played`)
  return beats
}

/** True for the "a" of "a long note": the letter, then a plain word. */
const isArticle = (text: string, index: number): boolean =>
  /^[aA]\s+[a-z]{2,}/.test(text.slice(index)) &&
  !/^[aA]\s+(?:and|then|to|sharp|flat|natural|rest|for|in|at|half|quarter|eighth|whole|dotted)\b/.test(text.slice(index))

export interface TokenScan {
  readonly tokens: NoteToken[]
  /** Written like notes, but none: "H9", "X2". */
  readonly broken: (TextSpan & { readonly text: string })[]
}

/** Every note, rest and length word of a text, in order. Which of them really are music is decided by who asks. */
export const scanNoteTokens = (text: string): TokenScan => {
  const tokens: NoteToken[] = []
  const broken: (TextSpan & { text: string })[] = []
  let index = 0
  while (index < text.length) {
    if (index > 0 && /[\p{L}\d#♯♭]/u.test(text.charAt(index - 1)) && /[\p{L}\d#♯♭]/u.test(text.charAt(index))) {
      index += 1
      continue
    }
    const start = index
    const previous = tokens.at(-1)
    const followsNote = previous !== undefined && previous.kind === 'note' && text.slice(previous.end, start).trim() === ''
    let match: RegExpExecArray | null
    if ((match = at(BEATS, text, index)) !== null) {
      const number = readNumber(match[1] ?? '') ?? 1
      const beats = /half/i.test(match[2] ?? '') ? number + 0.5 : number
      tokens.push({
        kind: 'duration',
        start,
        end: start + match[0].length,
        beats: checkBeats(beats, match[0]),
        isGroup: /each/i.test(match[0]),
        hasArticle: false,
        isLoose: false,
      })
    } else if ((match = at(DURATION, text, index)) !== null) {
      const { isRest, ...duration } = readDuration(match)
      const span = { start, end: start + match[0].length }
      tokens.push(isRest ? { kind: 'rest', beats: duration.beats, ...span } : { kind: 'duration', ...duration, ...span, isLoose: false })
    } else if ((match = at(LOOSE, text, index)) !== null) {
      const isShort = /^(?:short|kurz|court)/i.test(match[3] ?? '')
      const beats = isShort ? 0.5 : match[2] === undefined ? 4 : 6
      tokens.push({
        kind: 'duration',
        start,
        end: start + match[0].length,
        beats,
        isGroup: false,
        hasArticle: match[1] !== undefined,
        isLoose: true,
      })
    } else if ((match = at(REST, text, index)) !== null) tokens.push({ kind: 'rest', beats: null, start, end: start + match[0].length })
    else if (
      followsNote &&
      start > previous.end &&
      (match = at(LETTER_LENGTH, text, index)) !== null &&
      (match[1] !== 'e' || previous.octave !== null)
    ) {
      const beats = (LETTER_BEATS[match[1] ?? 'q'] ?? 1) * (match[2] === '.' ? 1.5 : 1)
      tokens.push({ kind: 'duration', start, end: start + match[0].length, beats, isGroup: false, hasArticle: false, isLoose: false })
    } else if ((match = at(BROKEN, text, index)) !== null) broken.push({ start, end: start + match[0].length, text: match[0] })
    else if (!isArticle(text, index) && (match = at(NOTE, text, index)) !== null) {
      const name = readNoteName(`${match[1] ?? ''}${(match[2] ?? '').replace('♯♯', '##').replace('♭♭', 'bb').trim()}${match[3] ?? ''}`)
      const beats = noteBeats(match)
      if (name !== null) {
        const isTooHigh = name.octave !== null && 12 * (name.octave + 1) + name.semitone > 127
        const span = { start, end: start + match[0].length }
        if (isTooHigh) broken.push({ ...span, text: match[0] })
        else
          tokens.push({
            kind: 'note',
            semitone: name.semitone,
            octave: name.octave,
            isLower: /^[a-h]/.test(match[0]),
            beats: beats === null ? null : checkBeats(beats, match[0]),
            ...span,
          })
      }
    }
    index = match === null ? index + 1 : start + Math.max(1, match[0].length)
  }
  return { tokens, broken }
}
