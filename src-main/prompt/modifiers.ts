/** What stands before a word and changes how far, or which way, it moves its lanes. */
export interface Modifier {
  /** 1 as the table says, above that further, below it less. */
  readonly degree: number
  readonly isNegated: boolean
  /** "staccato rather than legato": the second word is only there to be refused. */
  readonly isRefused: boolean
  /** "getting louder": reached at the end, not at once. */
  readonly isGrowing: boolean
  /** Where the modifying words begin. */
  readonly start: number
}

const FILLERS =
  /\b(?:be|being|is|are|it|sound(?:s|ing)?|play(?:ed|s|ing)?|the|an?|any|use|using|with|in|of|more|much|way|all|that|make|making|made|kind|sort|tone|quality|this|them|have|has|feel(?:s|ing)?|eine?n?|un|une|plus|piu)\s+$/
const DEGREES: readonly (readonly [RegExp, number])[] = [
  [
    /\b(?:extremely|incredibly|insanely|ultra|super|utterly|unbelievably|impossibly|ausserst|extremement|issimo|as .{0,12} as possible)\s+$/,
    1.7,
  ],
  [
    /\b(?:very|really|so|too|truly|highly|deeply|intensely|lots of|plenty of|lot of|full of|much|far|molto|assai|sehr|ganz|viel|tres|beaucoup de|most|quite a bit|a good deal)\s+$/,
    1.35,
  ],
  [
    /\b(?:slightly|a little|a bit(?: of)?|bit|a touch(?: of)?|touch of|a tad|somewhat|mildly|subtly|poco|un poco|un po'?|etwas|ein wenig|ein bisschen|bisschen|un peu|legerement|a hint of|hint of|just|a shade|barely|faintly|leicht)\s+$/,
    0.45,
  ],
  [/\b(?:rather|quite|fairly|pretty|moderately|reasonably|ziemlich|assez|relatively)\s+$/, 0.8],
]
const SOFTENERS = /\b(?:too|so|very|overly|trop|troppo|zu|really|particularly|all that|sehr|especially|that)\s+$/
const NEGATIONS =
  /\b(?:not|no|never|non|dont|don't|do not|doesn't|does not|shouldn't|should not|isn't|without|senza|sans|ohne|nicht|kein(?:e|en|er)?|pas(?: de)?|avoid(?:ing)?|nothing|hardly|less|moins|weniger|meno|nor|neither|free of|free from|anything but|stop|lose|drop|skip|zero|minus)\s+$/
const REFUSALS = /\b(?:rather than|instead of|as opposed to|in place of|and not|statt|plutot que|au lieu de)\s+$/
const GROWTH =
  /\b(?:getting|gets|get|growing|grows|grow|becoming|becomes|become|gradually|increasingly|progressively|more and more|ever|steadily|turning|turns|immer|de plus en plus|build(?:ing|s)? (?:to|towards?))\s+$/
const GROWTH_AFTER =
  /^\s*(?:werden\b|and more so|as it goes|over time|little by little|gradually|bit by bit|towards? the end|as (?:it|the \w+) (?:progresses|goes on|continues))/

/** Characters before a word that its modifiers are looked for in. */
const REACH = 160

/** Reads backwards from the word at `start`, over fillers, degrees and a negation, not across a clause. */
export const readModifier = (text: string, start: number, end: number): Modifier => {
  const from = Math.max(0, start - REACH)
  let head = text.slice(from, start)
  let degree = 1
  let isNegated = false
  let isRefused = false
  const word = text.slice(start, end)
  // "louder and louder"
  const isComparative = word.endsWith('er')
  let isGrowing =
    GROWTH_AFTER.test(text.slice(end)) ||
    (isComparative && (text.slice(end).trimStart().startsWith(`and ${word}`) || /\b(?:wird|werden) $/.test(text.slice(from, start))))
  let reach = start
  const strip = (pattern: RegExp): string | null => {
    const match = pattern.exec(head)
    if (match === null) return null
    head = head.slice(0, match.index)
    return match[0]
  }
  for (let step = 0; step < 6; step++) {
    if (strip(REFUSALS) !== null) {
      isRefused = true
      reach = from + head.length
      break
    }
    const negation = strip(NEGATIONS)
    if (negation !== null) {
      isNegated = true
      reach = from + head.length
      break
    }
    if (strip(GROWTH) !== null) {
      isGrowing = true
      reach = from + head.length
      continue
    }
    const found = DEGREES.find(([pattern]) => pattern.test(head))
    if (found !== undefined) {
      const before = head
      strip(found[0])
      const isSoftened = SOFTENERS.test(before) && NEGATIONS.test(head.replace(FILLERS, ''))
      degree *= isSoftened ? 0.7 : found[1]
      reach = from + head.length
      continue
    }
    if (strip(FILLERS) === null) break
  }
  // "neither loud nor harsh", "without accents or edge": the negation reaches over the first word.
  if (
    !isNegated &&
    /\b(?:or|nor)\s+$/.test(text.slice(from, start)) &&
    /\b(?:not|no|without|neither|never|senza|sans|ohne)\s+(?:\w+\s+){1,3}(?:or|nor)\s+$/.test(text.slice(from, start))
  )
    isNegated = true
  return { degree: Math.min(1.9, Math.max(0.3, degree)), isNegated, isRefused, isGrowing, start: reach }
}

export type Moment = 'all' | 'start' | 'middle' | 'end' | 'next'

const START_BEFORE =
  /\b(?:start(?:s|ing|ed)?|begin(?:s|ning)?|beginne|at first|first|initially|from|opening|opens|anfangs|zuerst|au debut|d'abord)\b/g
const END_BEFORE =
  /\b(?:end(?:s|ing)?|finish(?:es|ing)?|finally|into|until|towards?|becom(?:e|es|ing)|turn(?:s|ing)? (?:in)?to|lastly|clos(?:es|ing)|afterwards|later|am ende|zum schluss|a la fin)\b/g
const MIDDLE_BEFORE =
  /\b(?:in the (?:middle|centre|center)(?! of the (?:range|register|bow|string))|(?<!the )middle(?! (?:register|range|octave|voice|pitch|of the (?:range|register|bow|string)))|midway|halfway|peak(?:s|ing)?|climax(?:es|ing)?|in der mitte|au milieu)\b/g
const START_AFTER =
  /^\s*(?:\w+\s+){0,2}(?:anfangen\b|beginnen\b|at first|at the (?:start|beginning|outset)|to (?:start|begin)(?: with)?|in the beginning|initially|beginning|start|opening|am anfang|au debut)\b/
const END_AFTER =
  /^\s*(?:\w+\s+){0,2}(?:(?:at|by|towards?|in|for) the (?:very )?(?:end|close|last notes?|finish|ending)|ending|finish|later(?: on)?|am ende|a la fin)\b/
const MIDDLE_AFTER =
  /^\s*(?:\w+\s+){0,2}(?:(?:in|at|around) the (?:middle|centre|center|climax|peak)(?! of the (?:range|register|bow|string))|middle(?! (?:register|range|octave|voice|pitch|of the))|climax|halfway|in der mitte|au milieu)\b/

/** Characters before a word that a moment is looked for in: no clause goes on for longer. */
const CLAUSE_REACH = 400

const lastIndex = (pattern: RegExp, text: string): number => [...text.matchAll(pattern)].at(-1)?.index ?? -1

/** When in the clip a word is meant: "starts soft", "loud at the end", "from dark to bright", "soft, then loud". */
export const readMoment = (text: string, start: number, end: number): Moment => {
  const tail = text.slice(end).split(/[.,;!?\n]|\bthen\b|\bbut\b|\band\b/)[0] ?? ''
  if (START_AFTER.test(tail)) return 'start'
  if (MIDDLE_AFTER.test(tail)) return 'middle'
  if (END_AFTER.test(tail)) return 'end'
  const sentence =
    text
      .slice(Math.max(0, start - CLAUSE_REACH), start)
      .split(/[.;!?\n]/)
      .at(-1) ?? ''
  const clause = sentence.split(/,|\bbut\b/).at(-1) ?? ''
  const from = lastIndex(START_BEFORE, clause)
  const middle = lastIndex(MIDDLE_BEFORE, clause)
  const travel =
    /\b(?:from|cresc(?:endo)?|decresc(?:endo)?|diminuendo|dim|grow(?:s|ing)?|build(?:s|ing)?|ris(?:es|ing)|swell(?:s|ing)?|fad(?:es|ing|e)|drop(?:s|ping)?|go(?:es|ing)?|mov(?:es|ing|e)|von|de)\b.*\b(?:to|up to|down to|zu|bis|a|nach)\s+(?:\w+\s+){0,2}$/.exec(
      clause,
    )
  const ending = Math.max(lastIndex(END_BEFORE, clause), travel === null ? -1 : clause.length)
  const latest = Math.max(from, middle, ending)
  const thenAt = lastIndex(/\b(?:then|dann|puis|ensuite|poi|afterwards)\b/g, sentence)
  if (thenAt >= 0 && sentence.length - thenAt < 60 && (latest < 0 || thenAt > sentence.length - clause.length + latest)) return 'next'
  if (latest < 0) return 'all'
  return latest === ending ? 'end' : latest === middle ? 'middle' : 'start'
}
