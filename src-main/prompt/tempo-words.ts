import type { TextSpan } from './quantities.ts'

export interface TempoWord extends TextSpan {
  readonly word: string
  /** Quarter notes a minute where the word sets a written melody. */
  readonly bpm: number
  /** Factor on the tempo where the music has one of its own. */
  readonly factor: number
}

/** Tempo marks in the usual order of metronomes; `factor` is what a hum gets. */
export const TEMPO_MARKS: readonly (readonly [string, number, number])[] = [
  ['prestissimo', 200, 1.7],
  ['presto|racing|races|rasend|at breakneck speed', 180, 1.5],
  ['vivace|vivo|lebhaft|vif|sehr schnell|very (?:fast|quick|quickly)|extremely fast|tres vite|molto (?:allegro|vivace)', 160, 1.4],
  [
    'allegro|fast(?! (?:unhorbar|lautlos|nichts?|kein|ohne))|at (?:high|top|full) speed|quick|quickly|brisk|briskly|lively|rapid|rapidly|swift|swiftly|uptempo|up-tempo|schnell|vite|rapide|rasch|animato|con moto|speedy|hurried|fleet',
    138,
    1.25,
  ],
  ['allegretto|moving along|fairly fast|rather fast|quite fast', 116, 1.12],
  ['moderato|moderate tempo|medium tempo|mid-?tempo|massig|modere', 104, 1],
  ['andantino', 88, 0.92],
  ['andante|walking (?:pace|tempo)|strolling|gehend|rather slow|quite slow|fairly slow|unhurried', 80, 0.88],
  ['adagietto', 72, 0.84],
  [
    'very slow(?:ly)?|extremely slow(?:ly)?|tres lente?(?:ment)?|sehr langsam|molto lento|largo|grave|larghissimo|glacial(?:ly)?|breit',
    46,
    0.6,
  ],
  [
    'adagio|slow|slowly|langsam|lente?(?:ment)?|lento|larghetto|leisurely|dragging|sluggish(?:ly)?|getragen|takes? (?:its|your) time|long held notes|held for a (?:long|very long) time',
    63,
    0.75,
  ],
]

const COMPILED = TEMPO_MARKS.map(([words, bpm, factor]) => ({ pattern: new RegExp(`(?<![a-z-])(?:${words})(?![a-z-])`, 'g'), bpm, factor }))
const NEGATED =
  /(?:\b(?:not|no|never|don't|dont|nicht|pas|non|isn't|without being)\s+(?:too\s+|very\s+|so\s+|zu\s+|trop\s+|troppo\s+|be\s+)?|\bless\s+)$/
/** What a tempo word must not stand before: it then says something else ("slow vibrato", "fast bow"). */
const OTHER_NOUN =
  /^[\s,]*(?:(?:and|,|but|wide|narrow|deep|shallow|light|subtle|gentle|big|broad|small|fast|slow|tight|intense)\s+)*(?:vibrato|tremol|shak|trembl|shiver|quiver|(?:repeated )?(?:bow|bowing|strokes)|attacks?|fade|fad(?:es?|ing)|swell(?:s|ing)?|build(?:s|ing)?|grow(?:s|ing)?|dy(?:ing)|crescendo|decrescendo|diminuendo|onsets?|build)/
const VIBRATO_BEFORE = /vibrato\s+(?:(?:is|that|which|should|be|very|rather|quite|and|wide|narrow|too)\s+)*$/

/** The tempo word that stands last in a case-folded text: later words win. */
export const findTempoWord = (folded: string): TempoWord | null => {
  let best: TempoWord | null = null
  for (const { pattern, bpm, factor } of COMPILED) {
    for (const match of folded.matchAll(pattern)) {
      const start = match.index
      const end = start + match[0].length
      const head = folded.slice(0, start)
      if (OTHER_NOUN.test(folded.slice(end)) || VIBRATO_BEFORE.test(head)) continue
      const isInside = best !== null && start >= best.start && end <= best.end
      if (isInside || (best !== null && start < best.start && end < best.end)) continue
      const negation = NEGATED.exec(head)
      if (negation === null) best = { word: match[0], start, end, bpm, factor }
      else {
        const isFast = factor > 1
        const word = negation[0] + match[0]
        best = { word, start: negation.index, end, bpm: isFast ? 88 : 112, factor: isFast ? 0.9 : 1.1 }
      }
    }
  }
  return best
}
