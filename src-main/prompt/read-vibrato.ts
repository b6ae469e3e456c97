import type { TextSpan } from './quantities.ts'
import { readMoment, type Moment } from './modifiers.ts'

export interface VibratoMove extends TextSpan {
  readonly lane: 'vibratoDepth' | 'vibratoRate'
  readonly to: number
  readonly word: string
  readonly moment: Moment
  readonly isGrowing: boolean
  readonly isShrinking: boolean
}

const NOUN = 'vibrato|vibrati|vibratos|vib|vibrating'
/** Verbs of vibrato, and nouns made of them. */
const WAVERING =
  '(?:waver(?:s|ing)?|wobbl(?:e|es|ing)|vibrat(?:e|es|ing|ion)|oscillat(?:e|es|ing|ion)|undulat(?:e|es|ing|ion)|vibrier(?:en|t|e))'
const NONE = [
  /\b(?:(?<!(?:almost|nearly|practically|next to) )no|non|without(?: any| using)?|senza|sans|ohne|zero|kein(?:e|en)?|not? (?:any|(?:an? )?(?:trace|hint|sign|touch|bit|shred) of)|free of|free from|devoid of|nix|never (?:any |use |with )?|skip(?: the)?|omit(?: the)?|drop(?: the)?|lose(?: the)?|avoid(?:ing)?(?: the| any)?|don't (?:use|add|play|want)(?: any)?|do not (?:use|add)(?: any)?|not? with|absolutely no|pas de|hold the|minus the|turn off(?: the)?|remove(?: the)?|kill the)\s+(?:\w+ or )?(?:vibrato|vib)(?: at all)?\b/,
  /\b(?:non|not)\s+vibrato\b|\bvibrato ?(?:less|free|off)\b|\bvibrato\s*[:=]\s*(?:none|off|no|0)\b|\bvibrato is (?:off|absent)\b/,
  /\b(?:straight|plain|pure) (?:tones?|sound|pitch|notes?)\b|\b(?:play(?:ed)?|keep it|perfectly|dead|completely) straight\b|\bsans vibrer\b|\bnon vibrando\b|\bs\.\s?v\.|\bstraight\b(?! (?:ahead|away|into|through|eighths?))|\bunwavering pitch\b|\bsteady pitch\b|\bgerade[mnr]? ton\b|\bvibriert nicht\b|\bshaking of the (?:pitch|tone)\b/,
  /\b(?:pitch|tones?|notes?|sound|ton|intonation) (?:that )?(?:should |must )?(?:is|are|stays?|remains?|be|held|bleibt|ist) (?:held |kept )?(?:\w+ly |very |dead |always )?(?:steady|still|straight|motionless|unmoving|unwavering|ruhig|gerade)\b/,
  /\b(?:keep|hold|leave)(?:s|ing)? (?:the |each |every |all )?(?:pitch|tones?|notes?|sound) (?:\w+ly )?(?:steady|still|straight)\b|\bsteady (?:tones?|notes)\b|\bleft hand (?:stays|is|remains) (?:\w+ly )?(?:still|quiet|calm)\b/,
  new RegExp(
    `\\b(?:no|not|never|nor|without(?: any)?|don't|do not|doesn't|does not|must not|should not|nicht|kein|ohne zu) ${WAVERING}\\b`,
  ),
]

/** Words beside "vibrato": target depth in cents, or target rate in Hz. */
const DEPTHS: readonly (readonly [RegExp, number])[] = [
  [
    /^(?:wide|wider|broad|broader|big|bigger|deal|large|huge|enormous|deep|deeper|heavy|heavier|lots?|much|more|plenty|strong|stronger|rich|richer|intense|lush|generous|ample|pronounced|operatic|molto|viel|starke[sm]?|weites?|breites?|breitem|gross?e[sm]|beaucoup|large|ample|schmaltzy|romantic|passionate|exaggerated|extra|full|throbbing|wobbly|wobbling|wailing|obvious|opera|kraftiges?|kraftigem)$/,
    40,
  ],
  [
    /^(?:narrow|narrower|small|smaller|subtle|slight|slightly|light|lighter|tight|shallow|shallower|thin|gentle|delicate|little|less|poco|wenig|enges?|engem|kleines?|leichte[sm]?|peu|leger|petit|minimal|discreet|restrained|hint|touch|trace|barely|modest|soft|faint|tiny|reduced|scarce|scarcely|hardly|sparing|sparse|almost|kaum)$/,
    11,
  ],
  [/^(?:warm|warmer|warmes|warmem|singing|pleasant|lovely|beautiful)$/, 24],
  [/^(?:normal|moderate|medium|ordinary|usual|natural|standard)$/, 18],
]
const RATES: readonly (readonly [RegExp, number])[] = [
  [
    /^(?:fast|faster|quick|quicker|rapid|nervous|schnelle[sn]?|schnellem|rapide|vite|fluttering|fluttery|agitated|speedy|shimmering|excited|intense)$/,
    7,
  ],
  [/^(?:slow|slower|lazy|relaxed|langsame[sn]?|langsamem|lente?|leisurely|calm|unhurried|languid|lento|rolling)$/, 4.4],
]
const LITTLE =
  'slight(?:ly)?|just a (?:bit|little)|a (?:bit|little|touch)|little|gently|barely|hardly|scarcely|faintly|subtly|small|tiny|leicht|kaum|etwas|ein wenig'
const MUCH =
  'a lot|wild(?:ly)?|wide(?:ly)?|strong(?:ly)?|heav(?:y|ily)|big|broad(?:ly)?|much|violently|intensely|deeply|freely|greatly|stark|kraftig|viel'
const SLIGHTLY = new RegExp(`\\b(?:${LITTLE})\\b`)
const WIDELY = new RegExp(`\\b(?:${MUCH})\\b`)
/** "The pitch wavers a lot", "a big wobble", "vibrate every note slightly". */
const AMOUNT_OF_WAVERING = new RegExp(
  `(?:\\b(${LITTLE}|${MUCH}) )?\\b${WAVERING}\\b(?: (?:all |each |every |the )+(?:notes?|tones?|pitch))?(?: (?:very |so |quite |only |\\w+ly and )?(${LITTLE}|${MUCH}|warmly|pleasantly|softly|normally|nicely|beautifully)\\b)?`,
  'g',
)
const STEPPING =
  /^(?:and|a|an|the|of|with|but|very|really|rather|quite|fairly|extremely|so|too|une|un|eine?n?|ein|sehr|tres|de|et|und|e|that|is|which|should|be|,|with|some|amount|s|use|use|add|lots|it|not|isn't|nicht|pas|extra|any|no|like)$/
const GROWING =
  /\b(?:grow(?:s|ing)?|increas(?:es|ing)|widen(?:s|ing)?|deepen(?:s|ing)?|intensif(?:ies|ying)|build(?:s|ing)?|gets? (?:wider|bigger|stronger|deeper)|blossom(?:s|ing)?|bloom(?:s|ing)?|develop(?:s|ing)?|emerg(?:es|ing)|com(?:es|ing) in (?:late|later|gradually|slowly)|appears? (?:late|later|gradually)|gradual(?:ly)?|delayed|late|starts? (?:late|later|narrow)|swell(?:s|ing)?|wider and wider|more and more|zunehmend(?:e[sm]?)?|croissant|wachsend(?:e[sm]?)?)\b/
const SHRINKING =
  /\b(?:fad(?:es|ing)|shrink(?:s|ing)?|narrow(?:s|ing)|decreas(?:es|ing)|d(?:ies|ying)|disappear(?:s|ing)?|calms? down|lessen(?:s|ing)?|diminish(?:es|ing)?|gets? (?:narrower|smaller))\b/

/** What follows the noun speaks of it for a few words only, also where no comma ends the clause. */
const NEAR = /^(?:\s*\S+){0,6}/

/** Words between the noun and what it does; others begin something new: "warm vibrato dry growing louder". */
const LINK =
  /^(?:\s*(?:that|which|and|then|is|are|to|it|should|must|only|just|very|slowly|gradually|gently|steadily|always|starts?|starting|begins?|narrow|small|straight|wide|light|slight|deep|slow|fast|on|at|from|in|the|a|each|every|long|notes?|first|comes?|more|und|qui|der|die|das|sich))*\s*$/
const TRAIL =
  /^(?:\s+(?:and|gets?|wide|wider|bigger|larger|stronger|deeper|faster|slower|narrower|smaller|intense|more|in|width|depth|intensity|towards?|at|on|the|end|over|time|each|every|notes?|of|as|it|goes)(?![a-z]))*/
const linked = (match: RegExpExecArray | null): RegExpExecArray | null =>
  match !== null && LINK.test(match.input.slice(0, match.index)) ? match : null

const wordsOf = (text: string): { word: string; start: number; end: number }[] =>
  [...text.matchAll(/[a-z0-9']+|[,.;:!?()]/g)].map((match) => ({ word: match[0], start: match.index, end: match.index + match[0].length }))

interface Qualities {
  depth: number | null
  rate: number | null
  start: number
  end: number
}

const degreeOf = (words: readonly string[]): number =>
  words.some((word) => /^(?:very|extremely|really|sehr|tres|molto|so|super)$/.test(word)) ? 1.3 : 1

/** Reads the adjectives that stand in an unbroken chain before or after the noun. */
const readQualities = (text: string, noun: TextSpan): Qualities => {
  const found: Qualities = { depth: null, rate: null, start: noun.start, end: noun.end }
  const seen: string[] = []
  const take = (entry: { word: string; start: number; end: number }, isNegated: boolean): boolean => {
    const depth = DEPTHS.find(([pattern]) => pattern.test(entry.word))?.[1]
    const rate = RATES.find(([pattern]) => pattern.test(entry.word))?.[1]
    if (depth !== undefined) found.depth ??= isNegated ? 18 - Math.sign(depth - 18) * 8 : depth
    if (rate !== undefined) found.rate ??= isNegated ? 5.6 - Math.sign(rate - 5.6) * 0.6 : rate
    if (depth === undefined && rate === undefined) return false
    found.start = Math.min(found.start, entry.start)
    found.end = Math.max(found.end, entry.end)
    return true
  }
  const before = wordsOf(text.slice(0, noun.start))
  for (let i = before.length - 1, skipped = 0; i >= 0 && skipped < 4; i--) {
    const entry = before[i]
    if (entry === undefined) break
    const previous = before[i - 1]?.word ?? ''
    const isNegated =
      /^(?:not|without|no|nicht|pas)$/.test(previous) ||
      (/^(?:too|very|so)$/.test(previous) && /^(?:not|nicht|pas)$/.test(before[i - 2]?.word ?? ''))
    if (take(entry, isNegated)) {
      skipped = 0
      seen.push(previous)
    } else if (entry.word === 'with' || !STEPPING.test(entry.word)) break
    else skipped += 1
  }
  const after = wordsOf(text.slice(noun.end)).map((entry) => ({ ...entry, start: entry.start + noun.end, end: entry.end + noun.end }))
  const firstWord = after[0]?.word ?? ''
  if (
    /^(?:that|is|which|should|wide|narrow|small|light|subtle|tight|gentle|minimal|low|moderate|:|and|\(|very|slow|fast|deep|shallow|not|a|must|large|rapide|lent|stark|molto|stretto)$/.test(
      firstWord,
    )
  ) {
    const needsVerb = firstWord === 'and'
    let isNegated = false
    for (const [i, entry] of after.entries()) {
      if (i > 8 || needsVerb || /^[,.;!?)]$/.test(entry.word)) break
      if (/^(?:not|isn't|never)$/.test(entry.word)) isNegated = true
      if (take(entry, isNegated)) seen.push(after[i - 1]?.word ?? '')
      else if (!STEPPING.test(entry.word) && !/^(?:[:(]|bit|must|at|all|times|on)$/.test(entry.word)) break
    }
  }
  const degree = degreeOf(seen)
  if (found.depth !== null) found.depth = found.depth < 18 ? found.depth / degree : found.depth * degree
  if (found.rate !== null) found.rate = 5.6 + (found.rate - 5.6) * degree
  return found
}

/** Every statement about vibrato; its words are then closed to the other lanes. Text is case-folded, hyphens are spaces. */
export const readVibrato = (text: string): VibratoMove[] => {
  const moves: VibratoMove[] = []
  let rest = text
  const blank = (start: number, end: number): void => {
    rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end)
  }
  const add = (
    move: Omit<VibratoMove, 'moment' | 'isGrowing' | 'isShrinking' | 'word'>,
    flags: { isGrowing?: boolean; isShrinking?: boolean } = {},
  ): void => {
    const moment = readMoment(text, move.start, move.end)
    moves.push({
      ...move,
      moment,
      word: text.slice(move.start, move.end).trim(),
      isGrowing: flags.isGrowing === true,
      isShrinking: flags.isShrinking === true,
    })
  }
  for (const pattern of NONE) {
    for (const match of rest.matchAll(new RegExp(pattern, 'g'))) {
      const span = { start: match.index, end: match.index + match[0].length }
      add({ lane: 'vibratoDepth', to: 0, ...span })
      blank(span.start, span.end)
    }
  }
  for (const match of [...rest.matchAll(new RegExp(`\\b(?:${NOUN})\\b`, 'g'))]) {
    const noun = { start: match.index, end: match.index + match[0].length }
    const clauseEnd = /[,;!?]|\.(?!\d)|\bbut\b|\bwith\b/.exec(text.slice(noun.end))
    const clause = NEAR.exec(text.slice(noun.end, clauseEnd === null ? text.length : noun.end + clauseEnd.index))?.[0] ?? ''
    const ahead = /[^,.;!?]*$/.exec(rest.slice(0, noun.start))?.[0].slice(-24) ?? ''
    const cents =
      /^\s*(?:of|at|:|=|depth)?\s*(?:of\s+)?(\d+(?:\.\d+)?)\s*cents?/.exec(clause) ??
      /(\d+(?:\.\d+)?)\s*cents?\s+(?:of\s+|deep\s+)?$/.exec(ahead)
    const hertz = /(\d+(?:\.\d+)?)\s*(?:hz|hertz|cycles)/.exec(clause) ?? /(\d+(?:\.\d+)?)\s*(?:hz|hertz)\s+$/.exec(ahead)
    const growth =
      linked(GROWING.exec(clause)) ??
      /\b(?:growing|increasing|delayed|late|gradual|widening|blossoming|developing|wachsendes|zunehmendes)\s+(?:\w+\s+)?$/.exec(ahead)
    const shrink = linked(SHRINKING.exec(clause)) ?? /\b(?:fading|decreasing|shrinking|diminishing|narrowing)\s+(?:\w+\s+)?$/.exec(ahead)
    const qualities = readQualities(rest, noun)
    const isInClause = growth !== null && clause.includes(growth[0])
    const isShrinkInClause = shrink !== null && clause.includes(shrink[0])
    const reach = (match: RegExpExecArray | null): number => {
      const at = match === null ? -1 : clause.indexOf(match[0])
      return at < 0 || match === null ? 0 : at + match[0].length
    }
    const course = Math.max(isInClause ? reach(growth) : 0, isShrinkInClause ? reach(shrink) : 0)
    const trail = course === 0 ? 0 : (TRAIL.exec(clause.slice(course))?.[0].length ?? 0)
    const end = Math.max(qualities.end, noun.end + Math.max(course + trail, reach(cents), reach(hertz)))
    const start =
      growth !== null && !isInClause
        ? Math.min(qualities.start, noun.start - growth[0].length)
        : shrink !== null && !isShrinkInClause
          ? noun.start - shrink[0].length
          : qualities.start
    const span = { start, end }
    const isGrowing = growth !== null
    const isShrinking = !isGrowing && shrink !== null
    if (cents !== null) add({ lane: 'vibratoDepth', to: Number(cents[1]), ...span })
    else if (isGrowing || isShrinking)
      add({ lane: 'vibratoDepth', to: isGrowing ? (qualities.depth ?? 36) : 4, ...span }, { isGrowing, isShrinking })
    else if (qualities.depth !== null) add({ lane: 'vibratoDepth', to: qualities.depth, ...span })
    if (hertz !== null) add({ lane: 'vibratoRate', to: Number(hertz[1]), ...span })
    else if (qualities.rate !== null) add({ lane: 'vibratoRate', to: qualities.rate, ...span })
    if (cents === null && hertz === null && !isGrowing && !isShrinking && qualities.depth === null && qualities.rate === null) {
      add({ lane: 'vibratoDepth', to: 26, ...span })
      // "vibrato only at the end": straight until then.
      const only = /^\s*(?:only|just) (?:at|on|in|towards?) the (?:end|last|final|close)/.test(clause)
      if (only) moves.push({ ...span, lane: 'vibratoDepth', to: 0, word: 'only', moment: 'all', isGrowing: false, isShrinking: false })
    }
    blank(span.start, span.end)
  }
  for (const match of rest.matchAll(AMOUNT_OF_WAVERING)) {
    const span = { start: match.index, end: match.index + match[0].length }
    const words = `${match[1] ?? ''} ${match[2] ?? ''}`
    add({ lane: 'vibratoDepth', to: SLIGHTLY.test(words) ? 11 : WIDELY.test(words) ? 40 : 24, ...span })
  }
  return moves
}
