/** Rhythm as counts: how often each note length follows, given kind of tune, metre, place in the bar and the length before. */
import type { Random } from '#main/foundation/random.ts'
import { MELODY_GENRES, MELODY_METRES } from '#contract/musical-wishes.ts'
import { DURATIONS, LONGEST_BAR, METRES, type Genre, type Metre } from './config.ts'
import { durationClass } from './encode-notes.ts'

/** Lengths, and "none before" for the first of a bar. */
const PREVIOUS = DURATIONS.length + 1
const PLACES = LONGEST_BAR * PREVIOUS * DURATIONS.length

export interface RhythmContext {
  readonly genre: Genre
  readonly metre: Metre
  /** Whether the bar ends a period. */
  readonly isLast: boolean
}

const contextAt = ({ genre, metre, isLast }: RhythmContext): number =>
  ((MELODY_GENRES.indexOf(genre) * MELODY_METRES.length + MELODY_METRES.indexOf(metre)) * 2 + (isLast ? 1 : 0)) * PLACES

export const RHYTHM_SIZE = MELODY_GENRES.length * MELODY_METRES.length * 2 * PLACES

const placeAt = (position: number, previous: number): number => (position * PREVIOUS + previous) * DURATIONS.length

/** Counts one bar of a tune: lengths in sixteenths that fill it from the bar line. */
export const countBar = (counts: Float32Array, context: RhythmContext, lengths: readonly number[]): void => {
  const start = contextAt(context)
  let position = 0
  let previous: number = DURATIONS.length
  for (const length of lengths) {
    const duration = durationClass(length)
    counts[start + placeAt(position, previous) + duration] += 1
    previous = duration
    position += length
  }
}

/** Weights of the eight lengths at a place; all zero where nothing like it was ever counted. */
const weighLengths = (counts: Float32Array, context: RhythmContext, place: { position: number; previous: number }): number[] => {
  const { position, previous } = place
  const start = contextAt(context)
  const read = (before: number): number[] => DURATIONS.map((_, i) => counts[start + placeAt(position, before) + i])
  const exact = read(previous)
  if (exact.reduce((sum, x) => sum + x, 0) >= 4) return exact
  const anyPrevious = DURATIONS.map((_, i) => {
    let sum = 0
    for (let before = 0; before < PREVIOUS; before++) sum += counts[start + placeAt(position, before) + i]
    return sum
  })
  return anyPrevious.map((weight, i) => weight + 4 * exact[i])
}

export interface DrawnBar {
  /** Shortest note that may be drawn, sixteenths. */
  readonly shortest: number
  /** Where the bar is taken up, sixteenths. */
  readonly from?: number
}

/** Lengths of one bar, in sixteenths, drawn from the counts; they fill the bar exactly. */
export const drawBar = (counts: Float32Array, context: RhythmContext, random: Random, { shortest, from = 0 }: DrawnBar): number[] => {
  const { bar, beat } = METRES[context.metre]
  const lengths: number[] = []
  let position = from
  let previous: number = DURATIONS.length
  while (position < bar) {
    const left = bar - position
    const weights = weighLengths(counts, context, { position, previous }).map((weight, i) =>
      DURATIONS[i] > left || DURATIONS[i] < Math.min(shortest, left) ? 0 : weight ** 1.15,
    )
    const total = weights.reduce((sum, x) => sum + x, 0)
    let duration = -1
    if (total > 0) {
      let draw = random.next() * total
      duration = weights.findIndex((weight) => (draw -= weight) <= 0 && weight > 0)
    }
    // Where nothing was counted: to the next beat.
    const toBeat = beat - (position % beat)
    const length = duration < 0 ? Math.min(left, toBeat) : DURATIONS[duration]
    lengths.push(length)
    previous = durationClass(length)
    position += length
  }
  return lengths
}
