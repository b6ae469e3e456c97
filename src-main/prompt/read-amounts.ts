import { NUMBER_PATTERN, readNumber, type TextSpan } from './quantities.ts'

/** A tempo factor or a count of octaves that the text states in figures or number words. */
export interface AmountMove extends TextSpan {
  readonly lane: 'tempo' | 'octave'
  readonly to: number
  readonly word: string
}

const FASTER = '(?:faster|quicker|more quickly|sped up|speedier|schneller|plus vite|plus rapide)'
const SLOWER = '(?:slower|more slowly|slowed down|langsamer|plus lent(?:ement)?)'
const UP = '(?:higher|up(?:wards?)?|above|hoher|plus haut|raised)'
const DOWN = '(?:lower|down(?:wards?)?|below|beneath|tiefer|plus bas|lowered|deeper|under)'

type Rule = readonly [RegExp, AmountMove['lane'], (match: RegExpExecArray) => number | null]
const number = (text: string | undefined): number | null => readNumber(text ?? '')
const scaled = (text: string | undefined, apply: (value: number) => number): number | null => {
  const value = number(text)
  return value === null ? null : apply(value)
}

const RULES: readonly Rule[] = [
  [new RegExp(`(\\d+(?:[.,]\\d+)?)\\s*(?:%|per ?cent|prozent|pour ?cent)\\s+${FASTER}`), 'tempo', (m) => scaled(m[1], (v) => 1 + v / 100)],
  [new RegExp(`(\\d+(?:[.,]\\d+)?)\\s*(?:%|per ?cent|prozent|pour ?cent)\\s+${SLOWER}`), 'tempo', (m) => scaled(m[1], (v) => 1 - v / 100)],
  [/(?:speed (?:it )?up|faster) by (\d+(?:\.\d+)?)\s*(?:%|per ?cent)/, 'tempo', (m) => scaled(m[1], (v) => 1 + v / 100)],
  [/(?:slow (?:it )?down|slower) by (\d+(?:\.\d+)?)\s*(?:%|per ?cent)/, 'tempo', (m) => scaled(m[1], (v) => 1 - v / 100)],
  [
    /(?:at )?(\d+(?:\.\d+)?)\s*(?:%|per ?cent)\s*(?:of (?:the )?(?:original |normal )?)?(?:speed|tempo)/,
    'tempo',
    (m) => scaled(m[1], (v) => v / 100),
  ],
  [
    /\b(?:at )?(?:half|halbes|halber)(?: the| of the)?(?: original)?[ -]?(?:speed|tempo|time)\b|\bhalf as fast\b|\btwice as slow(?:ly)?\b|\bhalbe(?:s|m)? tempo\b|\bhalb so schnell\b|\bdeux fois plus lent(?:ement)?\b/,
    'tempo',
    () => 0.5,
  ],
  [
    /\b(?:at )?(?:double|twice|doppeltes|doppelter)(?: the| of the)?(?: original)?[ -]?(?:speed|tempo|time)\b|\b(?:twice|two times) as (?:fast|quick(?:ly)?)\b|\bdoppelt so schnell\b|\bdeux fois plus vite\b/,
    'tempo',
    () => 2,
  ],
  [new RegExp(`\\b(${NUMBER_PATTERN})\\s*(?:times|x)\\s+(?:as fast|${FASTER}|(?:the )?(?:speed|tempo))`), 'tempo', (m) => number(m[1])],
  [new RegExp(`\\b(${NUMBER_PATTERN})\\s*(?:times|x)\\s+(?:as slow|${SLOWER})`), 'tempo', (m) => scaled(m[1], (v) => (v > 0 ? 1 / v : 1))],
  [
    /\b(?:a |one )?(?:third|quarter) (?:slower|as fast)\b/,
    'tempo',
    (m) => (m[0].includes('third') ? 0.67 : m[0].includes('as fast') ? 0.25 : 0.75),
  ],
  [/\bthree quarters? (?:of )?(?:the )?(?:speed|tempo)\b/, 'tempo', () => 0.75],
  [new RegExp(`\\b(?:(?:much|far|way|a lot|significantly|considerably|viel|beaucoup) )${FASTER}`), 'tempo', () => 1.5],
  [new RegExp(`\\b(?:(?:much|far|way|a lot|significantly|considerably|viel|beaucoup) )${SLOWER}`), 'tempo', () => 0.65],
  [new RegExp(`\\b(?:(?:slightly|a little(?: bit)?|a bit|a touch|a tad|somewhat|etwas|ein wenig|un peu) )${FASTER}`), 'tempo', () => 1.1],
  [new RegExp(`\\b(?:(?:slightly|a little(?: bit)?|a bit|a touch|a tad|somewhat|etwas|ein wenig|un peu) )${SLOWER}`), 'tempo', () => 0.9],
  [
    new RegExp(
      `\\b${FASTER}|\\bspeed (?:it|this|the \\w+) up|\\bspeed up\\b|\\b(?:pick up|raise|push|increase|quicken) the (?:pace|tempo|speed)`,
    ),
    'tempo',
    () => 1.25,
  ],
  [
    new RegExp(
      `\\b${SLOWER}|\\bslow (?:it|this|the \\w+) down|\\bslow down\\b|\\b(?:drop|ease|reduce|lower|relax) (?:off )?the (?:pace|tempo|speed)|\\bstretch(?:ed)? out`,
    ),
    'tempo',
    () => 0.8,
  ],
  [new RegExp(`\\b(${NUMBER_PATTERN})[ -](?:octaves?|oktaven?)\\s+${UP}`), 'octave', (m) => number(m[1])],
  [new RegExp(`\\b(${NUMBER_PATTERN})[ -](?:octaves?|oktaven?)\\s+${DOWN}`), 'octave', (m) => scaled(m[1], (v) => -v)],
  [
    new RegExp(
      `\\b(?:${UP}|rais(?:e|ing)(?: it| this| the \\w+)?|transpos(?:e|ed)(?: it)? up|shift(?:ed)?(?: it)? up|lift(?: it)?|bring(?: it)? up|move(?: it)? up|up) (?:by )?(${NUMBER_PATTERN}) (?:octaves?|oktaven?)`,
    ),
    'octave',
    (m) => number(m[1]),
  ],
  [
    new RegExp(
      `\\b(?:${DOWN}|lower(?:ing)?(?: it| this| the \\w+)?|transpos(?:e|ed)(?: it)? down|shift(?:ed)?(?: it)? down|drop(?:ped)?(?: it)?|bring(?: it)? down|move(?: it)? down|down) (?:by )?(${NUMBER_PATTERN}) (?:octaves?|oktaven?)`,
    ),
    'octave',
    (m) => scaled(m[1], (v) => -v),
  ],
  [/\b(?:octave up|8va(?! bassa)|ottava alta|octave higher|octave above)\b|\bune octave plus haut\b/, 'octave', () => 1],
  [/\b(?:octave down|8vb|8va bassa|ottava bassa|octave lower|octave below)\b|\bune octave plus bas\b/, 'octave', () => -1],
  [/\b15ma\b/, 'octave', () => 2],
  [/\b15mb\b/, 'octave', () => -2],
]

/** Amounts of tempo and octave, first rule first; each stretch of text counts once. Text is case-folded, hyphens are spaces. */
export const readAmounts = (text: string): AmountMove[] => {
  const moves: AmountMove[] = []
  let rest = text
  for (const [pattern, lane, amount] of RULES) {
    for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
      const start = match.index
      const end = start + match[0].length
      const to = amount(match)
      // "a crescendo that gets faster", "faster vibrato" have been taken by their own readers before.
      if (to !== null && !/\b(?:not|no|never|without getting|don't|nicht)\s+(?:\w+\s+)?$/.test(rest.slice(0, start)))
        moves.push({ lane, to, start, end, word: match[0].trim() })
      rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end)
    }
  }
  return moves.sort((a, b) => a.start - b.start)
}
