/** Tunes and exercises as the composer learns them: barred, in a known tonality, and in more guises than they were printed in. */
import type { Random } from '#main/foundation/random.ts'
import { makePhraseOfOurOwn } from '#main/corpus/melodies/phrases.ts'
import type { ScoreNote, Tune } from '#main/corpus/melodies/tunes.ts'
import { METRES, MODE_STEPS, PERIOD_BARS, type Genre, type Metre, type Mode } from '#main/networks/composer/config.ts'
import { referenceTonic, stepToId, traceHeights, type ComposerConditions, type NotePlace } from '#main/networks/composer/encode-notes.ts'
import { findTonality } from '#main/networks/composer/find-tonality.ts'

/** A note on the grid of sixteenths; onset 0 is the first bar line, a pick-up comes before it. */
export interface GridNote {
  readonly pitch: number
  readonly onset: number
  readonly duration: number
}

export interface BarredTune {
  readonly id: string
  readonly genre: Genre | null
  readonly metre: Metre
  /** Sixteenths before the first bar line. */
  readonly pickup: number
  readonly tonic: number
  readonly mode: Mode
  readonly notes: readonly GridNote[]
}

/** A melody ready to be learned from. */
export interface ComposerPhrase {
  readonly conditions: ComposerConditions
  readonly places: readonly NotePlace[]
  /** [N] */
  readonly ids: Int32Array
}

/** Lengths in sixteenths; tunes printed in sixteenths are read at half the speed, so that all run in eighths. */
const toGrid = (notes: readonly ScoreNote[]): GridNote[] => {
  const count = (quarters: number): number => notes.filter((note) => Math.abs(note.quarters - quarters) < 0.01).length
  const isDotted = count(0.75) > notes.length / 8
  const scale = !isDotted && count(0.25) > count(0.5) ? 8 : 4
  const grid: GridNote[] = []
  let time = 0
  for (const { pitch, quarters } of notes) {
    const start = Math.ceil(time - 0.1)
    time += quarters * scale
    const duration = Math.ceil(time - 0.1) - start
    // Two notes that the grid cannot hold apart are one.
    if (duration > 0 && pitch > 0) grid.push({ pitch, onset: start, duration })
  }
  return grid
}

/** How well a tune's long notes and starts fit bars that begin at `offset`. */
const fitBars = (notes: readonly GridNote[], metre: Metre, offset: number): number => {
  const { bar, half } = METRES[metre]
  let fit = 0
  for (const { onset, duration } of notes) {
    const position = (((onset - offset) % bar) + bar) % bar
    const isLong = duration >= 4
    if (position === 0) fit += isLong ? 1.5 : 1
    if (position % half === 0 && isLong) fit += 0.5
    if (position + duration > bar) fit -= 2
    if ((position % half) + duration > half && half < bar) fit -= 0.7
  }
  return fit
}

const KINDS: readonly (readonly [RegExp, Genre, Metre])[] = [
  [/slip ?jig/i, 'jig', '9/8'],
  [/jig/i, 'jig', '6/8'],
  [/hornpipe|clog/i, 'hornpipe', '4/4'],
  [/strathspey|fling/i, 'strathspey', '4/4'],
  [/reel/i, 'reel', '4/4'],
]
/** Jigs of the minstrel stage are in two. */
const isInTwo = (notes: readonly ScoreNote[]): boolean =>
  notes.filter(({ quarters }) => quarters < 0.3).length > notes.filter(({ quarters }) => quarters > 0.4).length

const PICKUPS: Readonly<Record<Metre, readonly number[]>> = { '4/4': [0, 2, 4, 6], '3/4': [0, 2, 4], '6/8': [0, 2, 4], '9/8': [0, 2, 4] }

/** Bar lines, kind and tonality of a printed tune. */
export const barTune = (tune: Tune): BarredTune => {
  const kind = KINDS.find(([pattern]) => pattern.test(`${tune.id} ${tune.title}`))
  let [genre, metre]: [Genre | null, Metre] = kind === undefined ? [null, '4/4'] : [kind[1], kind[2]]
  if (metre === '6/8' && isInTwo(tune.notes)) [genre, metre] = ['reel', '4/4']
  const grid = toGrid(tune.notes)
  const pickup = PICKUPS[metre].reduce((best, offset) => (fitBars(grid, metre, offset) > fitBars(grid, metre, best) ? offset : best), 0)
  const notes = grid.map((note) => ({ ...note, onset: note.onset - pickup }))
  const end = PERIOD_BARS * METRES[metre].bar - pickup
  const cadence = notes.findLast(({ onset }) => onset < end && onset >= end - METRES[metre].bar)
  const weighed = notes.map(({ pitch, duration }) => ({ pitch, weight: duration }))
  return { id: tune.id, genre, metre, pickup, notes, ...findTonality(weighed, cadence?.pitch) }
}

const degreeOf = (pitch: number, tonic: number): number => (((pitch - tonic) % 12) + 12) % 12

/** The same line in another mode on the same tonic; the seventh stays raised where it leads to the tonic. */
const changeMode = (tune: BarredTune, mode: Mode): BarredTune => {
  const from = MODE_STEPS[tune.mode]
  const to = MODE_STEPS[mode]
  const notes = tune.notes.map((note, i) => {
    const step = degreeOf(note.pitch, tune.tonic)
    const degree = from.indexOf(step)
    if (degree < 0) return note
    const near = [tune.notes[i - 1], tune.notes[i + 1]].filter((other) => other !== undefined)
    const leads = mode === 'minor' && step === 11 && near.some(({ pitch }) => pitch === note.pitch + 1)
    return leads ? note : { ...note, pitch: note.pitch + to[degree] - step }
  })
  return { ...tune, mode, notes }
}

/** Each kept note sounds on to the next, the last as long as it did. */
const legato = (notes: readonly GridNote[], barLength: number): GridNote[] =>
  notes.map((note, i) => {
    const next = notes[i + 1]
    if (next === undefined) return note
    const barEnd = Math.floor(note.onset / barLength + 1) * barLength
    return { ...note, duration: Math.min(next.onset, barEnd) - note.onset }
  })

/** A tune thinned out to what a slow player would keep: notes on the beats, others at times. */
const thinOut = (tune: BarredTune, genre: 'air' | 'song' | 'waltz', random: Random): BarredTune => {
  const metre = genre === 'waltz' ? '3/4' : tune.metre
  const { bar, half, beat } = METRES[metre]
  const kept = { air: { beat: 0.65, other: 0.16 }, song: { beat: 0.92, other: 0.5 }, waltz: { beat: 0.85, other: 0.22 } }[genre]
  const notes = tune.notes.filter(({ onset }) => {
    const position = ((onset % bar) + bar) % bar
    if (position === 0 || (position % half === 0 && random.next() < 0.92)) return true
    return random.next() < (position % beat === 0 ? kept.beat : position % 2 === 0 ? kept.other : kept.other / 4)
  })
  return { ...tune, metre, genre, notes: legato(notes, bar) }
}

const MODE_SHARES: readonly (readonly [Mode, number])[] = [
  ['minor', 0.3],
  ['dorian', 0.08],
  ['mixolydian', 0.06],
  ['major', 0.1],
]

/** A tune in one of its guises: as printed, thinned out, in another mode. */
export const drawGuise = (tune: BarredTune, random: Random): BarredTune => {
  let result = tune
  let draw = random.next()
  for (const [mode, share] of MODE_SHARES) {
    draw -= share
    if (draw < 0) {
      result = mode === tune.mode ? tune : changeMode(tune, mode)
      break
    }
  }
  const guise = random.next()
  if (guise < 0.5) return result
  if (tune.metre === '6/8' && guise < 0.65) return thinOut(result, 'waltz', random)
  return thinOut(result, guise < 0.78 ? 'song' : 'air', random)
}

/** What the composer learns from a tune; undefined where its range is beyond reach. */
export const toPhrase = (tune: BarredTune): ComposerPhrase | undefined => {
  const { bar } = METRES[tune.metre]
  const mean = tune.notes.reduce((sum, { pitch }) => sum + pitch, 0) / Math.max(1, tune.notes.length)
  const reference = referenceTonic(tune.tonic, mean)
  const steps = tune.notes.map(({ pitch }) => pitch - reference)
  const ids = steps.map(stepToId)
  if (ids.some((id) => id === undefined) || ids.length === 0) return undefined
  const heights = traceHeights(steps)
  const places = tune.notes.map(({ onset, duration }, i): NotePlace => {
    const barIndex = Math.floor(onset / bar)
    const inPeriod = ((barIndex % PERIOD_BARS) + PERIOD_BARS) % PERIOD_BARS
    const periodEnd = (barIndex - inPeriod + PERIOD_BARS) * bar - tune.pickup
    const next = tune.notes[i + 1]
    const isFinal = tune.genre !== 'etude' && inPeriod === PERIOD_BARS - 1 && onset < periodEnd && next !== undefined && next.onset >= periodEnd
    return { position: onset - barIndex * bar, duration, bar: inPeriod, isFinal, isFirst: i === 0, height: heights[i] }
  })
  return { conditions: { metre: tune.metre, mode: tune.mode, genre: tune.genre }, places, ids: Int32Array.from(ids as number[]) }
}

/** A scale, broken chord, study or phrase of our own making. */
export const drawExercise = (random: Random): BarredTune => {
  const phrase = makePhraseOfOurOwn(random)
  const notes: GridNote[] = []
  let time = 0
  for (const { pitch, quarters } of phrase.notes) {
    const duration = Math.max(1, Math.round(quarters * 4))
    if (pitch > 0) notes.push({ pitch, onset: time, duration })
    time += duration
  }
  const genre = phrase.kind === 'phrase' || phrase.kind === 'leaps' || phrase.kind === 'long notes' ? null : 'etude'
  const weighed = notes.map(({ pitch, duration }) => ({ pitch, weight: duration }))
  return { id: 'own', genre, metre: '4/4', pickup: 0, notes, ...findTonality(weighed, notes[0]?.pitch) }
}

/** Whole bars of a tune from its first bar line, each with lengths that fill it; what crosses a bar line is cut there. */
export const barLengths = (tune: BarredTune): { bar: number; lengths: number[]; pitches: number[]; isWhole: boolean }[] => {
  const { bar } = METRES[tune.metre]
  const last = tune.notes.at(-1)
  if (last === undefined) return []
  const count = Math.floor((last.onset + last.duration) / bar)
  return Array.from({ length: count }, (_, index) => {
    const start = index * bar
    const isPeriodEnd = index % PERIOD_BARS === PERIOD_BARS - 1
    // The next period's pick-up is no part of a cadence.
    const end = start + bar - (isPeriodEnd ? tune.pickup : 0)
    const inside = tune.notes.filter(({ onset }) => onset >= start && onset < end)
    const lengths = inside.map(({ onset }, i) => (inside[i + 1]?.onset ?? start + bar) - onset)
    return { bar: index % PERIOD_BARS, lengths, pitches: inside.map(({ pitch }) => pitch), isWhole: inside[0]?.onset === start }
  })
}

