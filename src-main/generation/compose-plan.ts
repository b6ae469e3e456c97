/** The score before its pitches: metre, tempo, bars and their rhythm, which bars repeat which. */
import type { MusicalWishes } from '#contract/musical-wishes.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import type { Random } from '#main/foundation/random.ts'
import { METRES, PERIOD_BARS, type Genre, type Metre, type Mode } from '#main/networks/composer/config.ts'
import { drawBar, type RhythmContext } from '#main/networks/composer/rhythm.ts'
import type { Composer } from './open-composer.ts'

/** What is settled before anything is written. */
export interface Setting {
  readonly metre: Metre
  readonly genre: Genre
  readonly mode: Mode
  /** Pitch class, 0 = C. */
  readonly tonic: number
  /** Quarter notes a minute. */
  readonly bpm: number
}

export interface PlannedBar {
  /** Which of the piece's periods. */
  readonly period: number
  /** 0 .. 7 in an eight-bar period. */
  readonly place: number
  /** Sixteenths; the first of a taken-up bar begins where that one stopped. */
  readonly lengths: readonly number[]
  /** Sixteenths from the bar line. */
  readonly from: number
  /** Bar whose pitches return here. */
  readonly copyOf: number | null
}

export interface Plan {
  readonly setting: Setting
  readonly bars: readonly PlannedBar[]
  /** Lengths of the notes before the first bar line, sixteenths. */
  readonly pickup: readonly number[]
}

/** Quarter notes a minute at which each kind of tune is usually played. */
const USUAL_BPM: Readonly<Record<Genre, number>> = {
  reel: 168,
  jig: 156,
  hornpipe: 144,
  strathspey: 116,
  waltz: 126,
  air: 66,
  song: 104,
  etude: 88,
}
const PACES = { slow: 0.76, moderate: 1, fast: 1.12 } as const

/** Keys that lie well under the fingers. */
const USUAL_TONICS: Readonly<Record<Mode, readonly number[]>> = {
  major: [2, 7, 9, 0, 5, 10],
  minor: [4, 9, 2, 7, 11],
  dorian: [4, 9, 2],
  mixolydian: [9, 2, 7],
}

const chooseGenre = ({ genre, pace, metre, bpm }: MusicalWishes): Genre => {
  if (genre !== undefined) return genre
  if (metre === '3/4') return 'waltz'
  const isSlow = pace === 'slow' || (pace === undefined && bpm !== undefined && bpm < 80)
  const isFast = pace === 'fast' || (pace === undefined && bpm !== undefined && bpm > 140)
  if (metre === '6/8' || metre === '9/8') return isSlow && metre === '6/8' ? 'air' : 'jig'
  return isSlow ? 'air' : isFast ? 'reel' : 'song'
}

/** Metres that training has shown for a kind of tune; the first is the usual one. */
const METRES_OF: Readonly<Record<Genre, readonly Metre[]>> = {
  reel: ['4/4'],
  jig: ['6/8', '9/8'],
  hornpipe: ['4/4'],
  strathspey: ['4/4'],
  waltz: ['3/4'],
  air: ['4/4', '6/8'],
  song: ['4/4', '6/8'],
  etude: ['4/4'],
}

const chooseMode = ({ mode, pace, tonic }: MusicalWishes, random: Random): Mode => {
  const draw = random.next()
  if (mode !== undefined) return mode
  // "In D" means D major.
  if (tonic !== undefined) return 'major'
  const minor = pace === 'slow' ? 0.4 : 0.24
  return draw < minor ? 'minor' : draw < minor + 0.08 ? 'dorian' : draw < minor + 0.14 ? 'mixolydian' : 'major'
}

export const chooseSetting = (wishes: MusicalWishes, random: Random): Setting => {
  const wishedGenre = chooseGenre(wishes)
  // A kind of tune in a metre that is not its own keeps the metre and gives up the kind.
  const genre =
    wishes.metre === undefined || METRES_OF[wishedGenre].includes(wishes.metre) ? wishedGenre : chooseGenre({ ...wishes, genre: undefined })
  const metre = wishes.metre !== undefined && METRES_OF[genre].includes(wishes.metre) ? wishes.metre : METRES_OF[genre][0]
  const mode = chooseMode(wishes, random)
  const tonic = wishes.tonic ?? random.pick(USUAL_TONICS[mode])
  const factor = wishes.pace === undefined || (genre === 'air' && wishes.pace === 'slow') ? 1 : PACES[wishes.pace]
  const bpm = wishes.bpm ?? USUAL_BPM[genre] * factor * random.between(0.94, 1.06)
  return { metre, genre, mode, tonic, bpm }
}

/** Notes shorter than this are not drawn, s. */
const SHORTEST_SECONDS = 0.085

const shortestOf = ({ bpm }: Setting): number => (15 / bpm < SHORTEST_SECONDS ? 2 : 1)

const QUARTERS = 4
const barSeconds = ({ metre, bpm }: Setting): number => ((METRES[metre].bar / QUARTERS) * 60) / bpm

/**
 * How many bars fill the time, and the tempo that makes them fill it exactly where nobody asked for one. Even numbers of bars
 * are preferred, as tunes have them.
 */
export const fitBars = (setting: Setting, seconds: number, wishes: MusicalWishes): { count: number; bpm: number } => {
  const exact = seconds / barSeconds(setting)
  const isFree = wishes.bpm === undefined || wishes.pace !== undefined
  const candidates =
    wishes.bars === undefined ? [Math.floor(exact), Math.ceil(exact), Math.floor(exact) - 1, Math.ceil(exact) + 1] : [wishes.bars]
  const cost = (count: number): number =>
    Math.abs(Math.log2(count / exact)) + (count > 1 && count % 2 === 1 ? 0.12 : 0) + (count > 8 && count % 4 !== 0 ? 0.04 : 0)
  const count = candidates.filter((n) => n >= 1).reduce((best, n) => (cost(n) < cost(best) ? n : best))
  if (!isFree || wishes.bars !== undefined)
    return { count: isFree ? count : Math.max(1, wishes.bars ?? Math.floor(exact + 0.2)), bpm: setting.bpm }
  return { count, bpm: setting.bpm * Math.min(1.35, Math.max(0.7, count / exact)) }
}

/** Sizes of periods: eights, and what is left over shared with the last of them. */
const splitPeriods = (count: number): number[] => {
  const sizes: number[] = []
  let left = count
  while (left > PERIOD_BARS) {
    const isNearlyDone = left < PERIOD_BARS + 4
    const size = isNearlyDone ? Math.ceil(left / 4) * 2 : PERIOD_BARS
    sizes.push(size)
    left -= size
  }
  return [...sizes, left]
}

/** Places in the eight-bar period that a shorter one takes: its end is the period's, its beginning the period's. */
export const placesOf = (size: number): number[] => {
  const tail = Math.min(size, 4)
  return [...Array.from({ length: size - tail }, (_, i) => i), ...Array.from({ length: tail }, (_, i) => PERIOD_BARS - tail + i)]
}

/** An earlier bar that returns at `place`, drawn by how often it does in tunes. `kind` 0: its notes; 1: its rhythm. */
const drawRepeat = (composer: Composer, kind: 0 | 1, place: number, earlier: readonly number[], random: Random): number | null => {
  let draw = random.next()
  const shares = earlier.map((other) => (other < place ? composer.form[(kind * PERIOD_BARS + place) * PERIOD_BARS + other] : 0))
  // Bars that are alike are counted once for each of their likes.
  const total = Math.max(
    1,
    shares.reduce((sum, x) => sum + x, 0),
  )
  for (const [i, share] of shares.entries()) {
    draw -= share / total
    if (draw < 0) return i
  }
  return null
}

const CLOSING: Readonly<Record<Metre, number>> = { '4/4': 4, '3/4': 8, '6/8': 6, '9/8': 6 }

/** Ends a bar on a note of at least so many sixteenths. */
const holdLast = (lengths: readonly number[], least: number): number[] => {
  const held = [...lengths]
  let last = held.pop() ?? least
  while (last < least && held.length > 0) last += held.pop() ?? 0
  return [...held, last]
}

interface BarsRequest {
  readonly setting: Setting
  readonly count: number
  /** Sixteenths into the first bar where it is taken up. */
  readonly from?: number
  /** Rhythms of the bars before, which new ones may take up. */
  readonly before?: readonly (readonly number[])[]
}

/** How often what stands in a bar has returned already. */
const countReturns = (bars: readonly PlannedBar[], index: number): number => {
  const rootOf = (i: number): number => (bars[i].copyOf === null ? i : rootOf(bars[i].copyOf))
  return bars.filter((bar, i) => bar.copyOf !== null && bar.period === bars[index].period && rootOf(i) === rootOf(index)).length
}

/** How often a bar may return within a period: dances live on it, slow tunes tire of it. */
const MOST_RETURNS: Readonly<Record<Genre, number>> = { reel: 2, jig: 2, hornpipe: 2, strathspey: 2, waltz: 1, air: 1, song: 1, etude: 1 }

/** Bars with their rhythm and their returns. */
export const planBars = (composer: Composer, request: BarsRequest, random: Random): PlannedBar[] => {
  const { setting, count, from = 0, before = [] } = request
  const shortest = shortestOf(setting)
  const most = MOST_RETURNS[setting.genre]
  const bars: PlannedBar[] = []
  const sizes = splitPeriods(count)
  sizes.forEach((size, period) => {
    const places = placesOf(size)
    const start = bars.length
    const isReturn = period >= 2 && period % 2 === 0
    const sharesEnding = period % 2 === 1 && sizes[0] === size && random.next() < 0.6
    places.forEach((place, i) => {
      const isLast = place === PERIOD_BARS - 1
      const taken = bars.length === 0 ? from : 0
      const context: RhythmContext = { genre: setting.genre, metre: setting.metre, isLast }
      const isVeryLast = period === sizes.length - 1 && isLast
      const twin = (isReturn && (i < 2 || i >= 4)) || (sharesEnding && i >= size - 2) ? placesOf(sizes[0]).indexOf(place) : -1
      const earlier = places.slice(0, i)
      const drawnRepeat = isLast || taken > 0 ? null : drawRepeat(composer, 0, place, earlier, random)
      const repeat = drawnRepeat !== null && countReturns(bars, start + drawnRepeat) < most ? drawnRepeat : null
      const rhythm = isLast || taken > 0 ? null : drawRepeat(composer, 1, place, earlier, random)
      const drawn = drawBar(composer.rhythm, context, random, { shortest, from: taken })
      const echo = before.length > 0 && !isLast && taken === 0 && random.next() < 0.5 ? random.pick(before) : null
      const copyOf = twin >= 0 && bars[twin]?.from === 0 ? twin : repeat === null || bars[start + repeat].from > 0 ? null : start + repeat
      const rhythmOf = rhythm === null || bars[start + rhythm].from > 0 ? null : bars[start + rhythm].lengths
      const lengths = copyOf !== null ? bars[copyOf].lengths : (rhythmOf ?? echo ?? drawn)
      const least = setting.genre === 'air' && setting.metre === '4/4' ? 8 : CLOSING[setting.metre]
      const closed = isVeryLast ? holdLast(lengths, least) : lengths
      // A held ending has fewer notes than the bar it would repeat.
      bars.push({ period, place, from: taken, lengths: closed, copyOf: closed.length === lengths.length ? copyOf : null })
    })
  })
  invariant(bars.length === count, 'periods cover all bars')
  return bars
}

const PICKUP_SHARE = 0.35
const PICKUPS: Readonly<Partial<Record<Genre, readonly number[]>>> = {
  reel: [2, 2],
  hornpipe: [2, 2],
  jig: [2],
  strathspey: [1],
  song: [2, 2],
  waltz: [4],
}

/** A pick-up takes its time from the last note, as dance tunes have it. */
const addPickup = (
  setting: Setting,
  bars: readonly PlannedBar[],
  random: Random,
): { pickup: readonly number[]; bars: readonly PlannedBar[] } => {
  const isDrawn = random.next() < PICKUP_SHARE
  const pickup = PICKUPS[setting.genre] ?? []
  const last = bars.at(-1)
  const length = pickup.reduce((sum, x) => sum + x, 0)
  const ending = last?.lengths.at(-1) ?? 0
  if (!isDrawn || bars.length < 4 || last === undefined || length === 0 || ending - length < (setting.metre === '3/4' ? 6 : 4))
    return { pickup: [], bars }
  return { pickup, bars: [...bars.slice(0, -1), { ...last, lengths: [...last.lengths.slice(0, -1), ending - length] }] }
}

/** Plans a whole melody of about so many seconds. */
export const planMelody = (composer: Composer, wishes: MusicalWishes, seconds: number, random: Random): Plan => {
  const wished = chooseSetting(wishes, random)
  const { count, bpm } = fitBars(wished, seconds, wishes)
  const setting = { ...wished, bpm }
  const bars = planBars(composer, { setting, count }, random)
  return { setting, ...addPickup(setting, bars, random) }
}
