import { EACH_NOTE, HARD_MANNER, NOTE_NOUN, SOFT_MANNER, TOPICS, type Topic } from './clause-topics.ts'
import { attack, term, type LaneWord } from './lane-effects.ts'
import type { TextSpan } from './quantities.ts'

/** A word of a table, where it stands. */
export interface Mention extends TextSpan {
  readonly entry: LaneWord
}

/** What clauses about notes, bow, tone and volume say. */
export interface Clauses {
  readonly mentions: readonly Mention[]
  /** Words such as "start" and "into" that speak of single notes, and so say nothing of when in the clip something is meant. */
  readonly timeless: readonly TextSpan[]
}

interface Matcher {
  readonly entry: LaneWord
  /** Ends where the text ends. */
  readonly before: RegExp
  /** Sticky. */
  readonly after: RegExp
}

const DETERMINERS = '(?:(?:the|all|each|every|any|your|its|his|her|their|these|both|single|of|die|den|alle|jede[nrs]?|das) )*'
const compile = (entries: readonly LaneWord[]): Matcher[] =>
  entries.map((entry) => ({
    entry,
    before: new RegExp(`(?<![a-z'])(?:${entry.words})$`),
    after: new RegExp(`(?:${entry.words})(?![a-z])`, 'y'),
  }))
const compileActs = ({ acts, noun }: Topic): { entry: LaneWord; pattern: RegExp }[] =>
  acts.map((entry) => ({ entry, pattern: new RegExp(`(?<![a-z'])(?:${entry.words}) ${DETERMINERS}(?:${noun})(?![a-z])`, 'g') }))

const COMPILED = TOPICS.map((topic) => ({
  topic,
  noun: new RegExp(`(?<![a-z'])(?:${topic.noun})(?![a-z])`, 'g'),
  values: compile(topic.values),
  verbs: compile(topic.verbs),
  acts: compileActs(topic),
}))
type CompiledTopic = (typeof COMPILED)[number]

const NEGATED_AUXILIARY =
  "(?:do not|don't|does not|doesn't|must not|mustn't|should not|shouldn't|cannot|can't|can not|will not|won't|never|not|nicht|nie)"
const AUXILIARY = new RegExp(
  `^(?:,? (?:that|which))?((?: (?:${NEGATED_AUXILIARY}|should|must|shall|can|could|may|will|to|always|all|slowly|gradually|steadily|gently|softly|lightly|then|just|seem to|soll(?:en)?|muss|mussen))*) `,
)
const COPULA =
  /^(?::|(?: (?:here|itself|themselves|of the \w+))?,?(?: (?:that|which))?(?: (?:should|must|shall|can|could|will|may|always|never|to|all|each|soll(?:en)?|muss|mussen))* (?:be|stays?|staying|remains?|remaining|is|are|was|were|being|sounds?|gets?|getting|feels?|comes? out|turns?|grows?|played|sein|ist|sind|bleibt|bleiben|klingt|klingen|wird|werden|kommt|kommen))(?![a-z])/
const STEP =
  /^(?:[,:]|(?:and|but|or|nor|neither|either|both|und|aber|very|really|so|too|extremely|quite|rather|fairly|pretty|more|most|slightly|somewhat|always|equally|all|also|only|just|kept|made|played|being|to be|not|never|a (?:little|bit)|a|an|the|sehr|ganz|ziemlich|recht|etwas|nicht|zu)(?![a-z]))/
const STEP_BEFORE =
  /(?:(?<![a-z])(?:and|but|or|nor|very|really|so|too|extremely|quite|rather|more|most|less|slightly|somewhat|equally|little|violin|bow|bowed|overall|solo|und|sehr|ganz)|,)$/
/** After a comma these may as well say something of their own: "soft, hard attacks". */
const AMBIGUOUS = /^(?:soft|gentle|tender|light|smooth|delicate|quiet|strong|loud|high|low|slow|fast|dark|warm|bright|detached|separate)$/
const OBJECT_VERB =
  /(?:^|[^a-z])(?:keep|make|leave|hold|play|set|turn|bring|let|have|want|keeping|making|leaving|holding|playing|with|all|each|every|alle|jede[rn]?)\s(?:(?:the|all|each|every|single|your|its|die|jede[nr]?) )*$/
const REFUSED_NOUN = /(?:^|[^a-z])(?:no|kein(?:e[rn]?)?|none of the) (?:single )?$/

/** Characters before a noun that its adjectives and verb are looked for in. */
const REACH = 100

/** Adjectives in an unbroken chain before a noun, also over "at the" ("soft at the beginning of each note"). */
const readBefore = (text: string, noun: TextSpan, { values, topic }: CompiledTopic): Mention[] => {
  const found: Mention[] = []
  const from = Math.max(0, noun.start - REACH)
  let head = text.slice(from, noun.start).trimEnd()
  if (topic.isOfEachNote) head = head.replace(/(?<![a-z])(?:at|on|in|for)(?: (?:the|a|its|their))?$/, '').trimEnd()
  let isListed = false
  for (let steps = 0; steps < 8; steps++) {
    const matches = values.flatMap(({ entry, before }) => {
      const match = before.exec(head)
      return match === null ? [] : [{ entry, start: from + match.index, end: from + head.length }]
    })
    const best = matches.sort((a, b) => a.start - b.start)[0]
    if (best !== undefined) {
      if (isListed && AMBIGUOUS.test(head.slice(best.start - from))) break
      found.push(best)
      head = head.slice(0, best.start - from).trimEnd()
      isListed = false
      continue
    }
    const step = STEP_BEFORE.exec(head)
    if (step === null) break
    isListed ||= step[0] === ','
    head = head.slice(0, step.index).trimEnd()
  }
  return found
}

const longestAt = (text: string, start: number, matchers: readonly Matcher[]): Mention | undefined =>
  matchers
    .flatMap(({ entry, after }) => {
      after.lastIndex = start
      const match = after.exec(text)
      return match === null || match[0] === '' ? [] : [{ entry, start, end: start + match[0].length }]
    })
    .sort((a, b) => b.end - a.end)[0]

/** What is said of a noun after "is", or of the object of "keep" and "make". */
const readPredicate = (text: string, noun: TextSpan, { values }: CompiledTopic): Mention[] => {
  const tail = text.slice(noun.end)
  const copula = COPULA.exec(tail)?.[0] ?? (OBJECT_VERB.test(text.slice(Math.max(0, noun.start - REACH), noun.start)) ? '' : null)
  if (copula === null) return []
  const found: Mention[] = []
  let at = noun.end + copula.length
  const skipSpace = (): void => {
    while (text[at] === ' ') at += 1
  }
  skipSpace()
  for (let steps = 0; steps < 14; steps++) {
    const best = longestAt(text, at, values)
    if (best !== undefined) {
      found.push(best)
      at = best.end
    } else {
      const step = STEP.exec(text.slice(at))
      if (step === null) break
      at += step[0].length
    }
    skipSpace()
  }
  return found
}

const readVerbs = (text: string, noun: TextSpan, { verbs }: CompiledTopic): Mention[] => {
  const tail = text.slice(noun.end)
  const auxiliary = AUXILIARY.exec(tail)
  if (auxiliary === null) return []
  const verb = longestAt(text, noun.end + auxiliary[0].length, verbs)
  return verb === undefined ? [] : [verb]
}

const readActs = (text: string, { acts }: CompiledTopic): Mention[] =>
  acts.flatMap(({ entry, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({ entry, start: match.index, end: match.index + match[0].length })),
  )

const SOFTLY = term(SOFT_MANNER, attack(0.12))
const HARD = term(HARD_MANNER, attack(0.92))
const MANNER = `(?<manner>${HARD_MANNER}|${SOFT_MANNER})(?![a-z])`
const START =
  '(?:start|begin|speak|enter|open|emerge|appear|sound|come|set)(?:s|n?ing)?(?: (?:in|up|off|out))?|beginn(?:t|en)|setz(?:t|en)|fang(?:t|en)|kommt|kommen'
/** "The notes start softly and get louder" speaks of the clip after all. */
const NO_COURSE = '(?!,? (?:and|but|then|und|dann)(?: then)? (?:get|grow|become|end|finish|build|swell|rise|fade|sink|turn|wird|werden))'
const NOTE_STARTS = [
  new RegExp(
    `(?<![a-z])(?<!(?:first|opening|last|final|closing|next|few) )${NOTE_NOUN}(?:,? (?:that|which))?(?: (?:${NEGATED_AUXILIARY}|should|must|shall|may|can|will|to|always|all|each))* (?<verb>${START}) ${MANNER}${NO_COURSE}`,
    'dg',
  ),
  new RegExp(
    `(?<![a-z])(?<verb>(?:start|begin|attack|hit|strike|approach|enter|take|open|touch)(?:s|n?ing)?) ${EACH_NOTE}(?: (?:in|off|out))? ${MANNER}`,
    'dg',
  ),
  new RegExp(`(?<![a-z])(?<verb>${START}) ${MANNER} (?:on|with|for|of|at) ${EACH_NOTE}`, 'dg'),
]
const MANNERS = [SOFTLY, HARD].map((entry) => ({ entry, pattern: new RegExp(`^(?:${entry.words})$`) }))

/** "The notes start gently", "begin every note with a bite": how each note begins, not how loud the piece does. */
const readNoteStarts = (text: string): Clauses => {
  const mentions: Mention[] = []
  const timeless: TextSpan[] = []
  for (const pattern of NOTE_STARTS) {
    for (const { index, indices } of text.matchAll(pattern)) {
      const [verb, manner] = [indices?.groups?.['verb'], indices?.groups?.['manner']]
      if (verb === undefined || manner === undefined) continue
      const entry = MANNERS.find((one) => one.pattern.test(text.slice(...manner)))?.entry ?? HARD
      const isRefused = new RegExp(`(?:${NEGATED_AUXILIARY}|nothing) $`).test(text.slice(0, verb[0]))
      const start = isRefused ? verb[0] : REFUSED_NOUN.test(text.slice(0, index)) ? index : manner[0]
      mentions.push({ entry, start, end: manner[1] })
      timeless.push({ start: verb[0], end: verb[1] })
    }
  }
  return { mentions, timeless }
}

/** Of mentions that overlap the longest counts, of equal ones the first. */
export const keepLongest = (mentions: readonly Mention[]): Mention[] => {
  const kept: Mention[] = []
  for (const mention of [...mentions].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
    if (mention.end > mention.start && !kept.some((other) => mention.start < other.end && other.start < mention.end)) kept.push(mention)
  }
  return kept.sort((a, b) => a.start - b.start)
}

const TIME_WORD = /(?<![a-z])(?:then|dann|into|in|ends?|ending|middle|starts?|starting|begin\w*|peak\w*|finish|from)(?![a-z])/

const readTopic = (text: string, compiled: CompiledTopic): Clauses => {
  const mentions = readActs(text, compiled)
  const { topic } = compiled
  const timeless: TextSpan[] = topic.isOfEachNote ? [...mentions] : []
  for (const match of text.matchAll(compiled.noun)) {
    const noun = { start: match.index, end: match.index + match[0].length }
    const refusal = REFUSED_NOUN.test(text.slice(Math.max(0, noun.start - REACH), noun.start)) ? noun.start : null
    const said = [...readPredicate(text, noun, compiled), ...readVerbs(text, noun, compiled)]
    const found = readBefore(text, noun, compiled)
    // "No note is hit hard": the refusal stands before the subject.
    mentions.push(...found, ...said.map((mention) => (refusal === null ? mention : { ...mention, start: refusal })))
    if (topic.isOfEachNote && found.length + said.length > 0) timeless.push(noun)
  }
  return { mentions, timeless }
}

/**
 * Reads clauses by what they speak of: with notes, attacks, bow, tone and volume the same adjective or verb means different
 * things ("hard attacks", "a hard sound"; "the notes melt together", "it melts away"). Text is case-folded, hyphens are spaces.
 */
export const readClauses = (text: string): Clauses => {
  const starts = readNoteStarts(text)
  const all = COMPILED.map((compiled) => readTopic(text, compiled))
  const mentions = keepLongest([...starts.mentions, ...all.flatMap((clauses) => clauses.mentions)])
  const timeless = [
    ...starts.timeless,
    ...all.flatMap((clauses) => clauses.timeless),
    ...mentions.filter(({ start, end }) => TIME_WORD.test(text.slice(start, end))),
  ]
  return { mentions, timeless }
}
