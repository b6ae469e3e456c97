import type { PromptReading } from '#contract/api.ts'
import { CURVE_LANES, DEFAULT_LANES, LANE_RANGES, type CurveLane, type LaneMove, type Lanes } from '#contract/expression.ts'
import type { Articulation } from '#contract/melody.ts'
import { describeCurve, describeTarget } from './describe-moves.ts'
import { resolveCurve, type CurveWish } from './lane-curves.ts'
import { OUTRIGHT, RANK, weighEffect, type Effect } from './lane-effects.ts'
import { LANE_WORDS } from './lane-words.ts'
import { readModifier, readMoment, type Modifier, type Moment } from './modifiers.ts'
import { blankOut, foldCase } from './quantities.ts'
import { readAmounts } from './read-amounts.ts'
import { findBpm } from './read-bpm.ts'
import { keepLongest, readClauses, type Clauses, type Mention } from './read-clauses.ts'
import { readNamedMusic } from './read-named-music.ts'
import { readVibrato } from './read-vibrato.ts'
import { findTempoWord } from './tempo-words.ts'

/** Words of expression beyond this many characters are not read: no direction to a player is longer. */
const MAXIMUM_PROMPT_LENGTH = 4000

const COMPILED = LANE_WORDS.map((entry) => ({ entry, pattern: new RegExp(`(?<![a-z'])(?:${entry.words})(?![a-z])`, 'g') }))

/** Every table word in the text; where two overlap the longer one counts. */
const findMentions = (text: string): Mention[] =>
  keepLongest(
    COMPILED.flatMap(({ entry, pattern }) =>
      [...text.matchAll(pattern)].map((match) => ({ entry, start: match.index, end: match.index + match[0].length })),
    ),
  )

/** A discrete lane's candidate value. */
interface Choice<T> {
  readonly rank: number
  readonly position: number
  readonly value: T
}

const strongest = <T>(choices: readonly Choice<T>[]): Choice<T> | undefined =>
  [...choices].sort((a, b) => a.rank - b.rank || a.position - b.position).at(-1)
const winner = <T>(choices: readonly Choice<T>[]): T | undefined => strongest(choices)?.value

const ordinaryOf = (lane: CurveLane): number => DEFAULT_LANES[lane][0]?.value ?? 0

const applyDegree = (lane: CurveLane, to: number, { degree, isNegated }: Modifier): number => {
  const ordinary = ordinaryOf(lane)
  const value = isNegated ? ordinary - (to - ordinary) * 0.4 : ordinary + (to - ordinary) * degree
  return Math.min(LANE_RANGES[lane].max, Math.max(LANE_RANGES[lane].min, value))
}

/** What a bow stroke gives way to when it is refused. */
const OPPOSITE: Record<Articulation, Articulation> = {
  legato: 'detache',
  detache: 'legato',
  staccato: 'legato',
  spiccato: 'detache',
  pizzicato: 'legato',
  tremolo: 'legato',
}

const COMPARATIVE = /^(?:soft|quiet|gentl|loud|strong|laut|leis)er$/

/**
 * The stroke that the words ask for. Separate notes may be short or bounced besides, so a word for that says more.
 * A refusal counts where no stroke is asked for outright: it beats a mood's own stroke.
 */
const settleArticulation = (choices: readonly Choice<Articulation>[], refused: readonly Articulation[]): Articulation => {
  const outright = choices.filter(({ rank }) => rank > RANK.term)
  const asked = strongest(outright)
  if (asked === undefined) {
    if (refused.length === 0) return winner(choices) ?? DEFAULT_LANES.articulation
    return refused.map((value) => OPPOSITE[value]).findLast((value) => !refused.includes(value)) ?? 'detache'
  }
  if (asked.value !== 'detache' || asked.rank === OUTRIGHT) return asked.value
  return winner(outright.filter(({ value }) => value !== 'detache' && value !== 'legato')) ?? asked.value
}

const SHAPE_EFFECTS = {
  rise: 'grows louder',
  fall: 'grows softer',
  swell: 'swells and recedes',
  dip: 'recedes and returns',
  fadeIn: 'fades in from silence',
  fadeOut: 'fades away at the end',
} as const

interface Taken {
  readonly mention: Mention
  readonly modifier: Modifier
  readonly word: string
  readonly moment: Moment
}

class Reading {
  readonly wishes: CurveWish[] = []
  readonly moves: (LaneMove & { position: number })[] = []
  readonly articulations: Choice<Articulation>[] = []
  readonly refused: Articulation[] = []
  readonly tempi: Choice<number>[] = []
  readonly octaves: Choice<number>[] = []

  report(position: number, word: string, lane: string, effect: string): void {
    this.moves.push({ position, word: word.trim().replace(/\s+/g, ' '), lane, effect })
  }

  /** `timed` is the text without the words that speak of the time of single notes. */
  take(text: string, timed: string, mention: Mention): void {
    const modifier = readModifier(text, mention.start, mention.end)
    if (modifier.isRefused) return
    const word = text.slice(modifier.start, mention.end)
    const moment = readMoment(timed, modifier.start, mention.end)
    for (const effect of mention.entry.effects) this.takeEffect(effect, { mention, modifier, word, moment })
  }

  private takeEffect(effect: Effect, at: Taken): void {
    const { mention, modifier, word, moment } = at
    const rank = weighEffect(mention.entry, effect, modifier.isNegated)
    const position = mention.start
    if ('shape' in effect) {
      if (modifier.isNegated) return
      this.wishes.push({ lane: effect.lane, rank, position, moment, to: null, shape: effect.shape, isGrowing: false })
      this.report(position, word, effect.lane, SHAPE_EFFECTS[effect.shape])
    } else if (effect.lane === 'articulation') {
      if (modifier.isNegated) this.refused.push(effect.to)
      else this.articulations.push({ rank, position, value: effect.to })
      this.report(position, word, 'articulation', modifier.isNegated ? OPPOSITE[effect.to] : effect.to)
    } else if (effect.lane === 'tempo') {
      const factor = modifier.isNegated ? 1 - (effect.to - 1) * 0.5 : 1 + (effect.to - 1) * modifier.degree
      this.tempi.push({ rank, position, value: factor })
      this.report(position, word, 'tempo', `tempo × ${factor.toFixed(2)}`)
    } else if (effect.lane === 'octave') {
      if (modifier.isNegated) return
      this.octaves.push({ rank, position, value: effect.to })
      this.report(position, word, 'octave', describeOctave(effect.to))
    } else {
      // A refused mood says what it shall not be, not how it shall be shaped: it moves loudness and tone, and leaves vibrato alone.
      if (modifier.isNegated && mention.entry.rank === RANK.mood && (effect.lane === 'vibratoDepth' || effect.lane === 'vibratoRate'))
        return
      const to = applyDegree(effect.lane, effect.to, modifier)
      const isComparative = effect.lane === 'dynamics' && COMPARATIVE.test(word.split(' ').at(-1) ?? '')
      this.wishes.push({ lane: effect.lane, rank, position, moment, to, shape: null, isGrowing: modifier.isGrowing, isComparative })
      this.report(
        position,
        word,
        effect.lane,
        describeTarget(effect.lane, to, ordinaryOf(effect.lane), modifier.isGrowing ? 'end' : moment),
      )
    }
  }
}

const describeOctave = (octaves: number): string => {
  const count = Math.abs(octaves) === 1 ? 'one octave' : `${Math.abs(octaves)} octaves`
  return octaves === 0 ? 'the octave stays' : `${count} ${octaves > 0 ? 'higher' : 'lower'}`
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** Vibrato, clauses, amounts and tempo words take their stretches of text before the table of single words is asked. */
const takePhrases = (reading: Reading, text: string, hasMelody: boolean): { rest: string; clauses: Clauses } => {
  let rest = text
  for (const move of readVibrato(rest)) {
    const range = LANE_RANGES[move.lane]
    const to = clamp(move.to, range.min, range.max)
    const shared = { lane: move.lane, rank: OUTRIGHT, position: move.start, shape: null }
    if (move.isShrinking) reading.wishes.push({ ...shared, moment: 'start', to: 30, isGrowing: false })
    reading.wishes.push({ ...shared, moment: move.isShrinking ? 'end' : move.moment, to, isGrowing: move.isGrowing })
    reading.report(
      move.start,
      move.word,
      move.lane,
      describeTarget(move.lane, to, ordinaryOf(move.lane), move.isGrowing || move.isShrinking ? 'end' : move.moment),
    )
    rest = blankOut(rest, [move])
  }
  const clauses = readClauses(rest)
  rest = blankOut(rest, clauses.mentions)
  for (const move of readAmounts(rest)) {
    if (move.lane === 'tempo') {
      const factor = clamp(move.to, 0.25, 4)
      reading.tempi.push({ rank: OUTRIGHT, position: move.start, value: factor })
      reading.report(move.start, move.word, 'tempo', `tempo × ${factor.toFixed(2)}`)
    } else {
      const octaves = clamp(Math.round(move.to), -3, 3)
      reading.octaves.push({ rank: OUTRIGHT, position: move.start, value: octaves })
      reading.report(move.start, move.word, 'octave', describeOctave(octaves))
    }
    rest = blankOut(rest, [move])
  }
  const bpm = findBpm(rest)
  if (bpm !== null && !hasMelody) {
    reading.report(bpm.start, bpm.word, 'tempo', 'sets the tempo of notes that the prompt names; a hum keeps its own')
    rest = blankOut(rest, [bpm])
  }
  for (let word = findTempoWord(rest); word !== null; word = findTempoWord(rest)) {
    reading.tempi.push({ rank: OUTRIGHT - 1, position: word.start, value: word.factor })
    reading.report(word.start, word.word, 'tempo', `tempo × ${word.factor.toFixed(2)}`)
    rest = blankOut(rest, [word])
  }
  return { rest, clauses }
}

const settleLanes = (reading: Reading): Lanes => {
  const curve = (lane: CurveLane): Lanes[CurveLane] => resolveCurve(lane, reading.wishes)
  return {
    dynamics: curve('dynamics'),
    vibratoDepth: curve('vibratoDepth'),
    vibratoRate: curve('vibratoRate'),
    attack: curve('attack'),
    brightness: curve('brightness'),
    articulation: settleArticulation(reading.articulations, reading.refused),
    tempo: Math.round(clamp(winner(reading.tempi) ?? 1, 0.25, 4) * 1000) / 1000,
    octave: Math.round(clamp(winner(reading.octaves) ?? 0, -3, 3)),
  }
}

/** Hyphens inside words become spaces, typographic marks plain ones; positions stay. */
const levelText = (text: string): string =>
  foldCase(text)
    .replace(/[‘’]/g, "'")
    .replace(/(?<=[a-z0-9])[-‐‑](?=[a-z])/g, ' ')
    .replace(/→|->|–|—/g, (mark) => ' to '.slice(0, Math.max(1, mark.length)).padEnd(mark.length))
    .replace(/\s/g, ' ')

/**
 * What a prompt says: which lanes its words move, and the melody that it names, if any. Words that mean nothing here
 * move nothing. Throws MELODY_UNREADABLE only where the text plainly writes music that cannot be read.
 */
export const readPrompt = (text: string): PromptReading => {
  const composed = text.normalize('NFC')
  const named = readNamedMusic(composed)
  const folded = levelText(named === null ? composed : blankOut(composed, named.spans)).slice(0, MAXIMUM_PROMPT_LENGTH)
  const reading = new Reading()
  const { rest, clauses } = takePhrases(reading, folded, named !== null)
  const timed = blankOut(folded, clauses.timeless)
  const mentions = [...clauses.mentions, ...findMentions(rest)].sort((a, b) => a.start - b.start)
  for (const mention of mentions) reading.take(folded, timed, mention)
  if (named?.tempoWord != null) reading.report(-1, named.tempoWord, 'tempo', `${Math.round(named.melody.bpm ?? 0)} beats a minute`)
  const lanes = settleLanes(reading)
  for (const lane of CURVE_LANES) {
    const last = reading.moves.findLast((move) => move.lane === lane)
    if (last !== undefined && lanes[lane].length > 1) last.effect = `${last.effect} (${describeCurve(lane, lanes[lane])})`
  }
  const moves = reading.moves.sort((a, b) => a.position - b.position).map(({ word, lane, effect }) => ({ word, lane, effect }))
  return { lanes, moves, melody: named?.melody ?? null }
}
