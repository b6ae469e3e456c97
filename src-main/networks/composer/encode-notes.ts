/**
 * What the composer is told of each note besides its pitch: where it stands in bar and period, how long it is, and what
 * the melody is asked to be. What is not told is left zero, as training has shown the network.
 */
import { MELODY_GENRES, MELODY_METRES, MELODY_MODES } from '#contract/musical-wishes.ts'
import { DURATIONS, LONGEST_BAR, LOWEST_STEP, METRES, PERIOD_BARS, STEP_COUNT, type Genre, type Metre, type Mode } from './config.ts'

/** A note's place in the score. */
export interface NotePlace {
  /** Sixteenths from the bar line. */
  readonly position: number
  /** Sixteenths. */
  readonly duration: number
  /** Bar of the eight-bar period, 0 .. 7; a pick-up belongs to the bar before. */
  readonly bar: number
  /** Whether a period ends on it. */
  readonly isFinal: boolean
  /** Whether the melody begins with it. */
  readonly isFirst: boolean
  /** Height of the line around it, semitones above the reference tonic; null where it is left open. */
  readonly height: number | null
}

/** What the whole melody is asked to be. */
export interface ComposerConditions {
  readonly metre: Metre
  readonly mode: Mode | null
  readonly genre: Genre | null
}

const BEATS = LONGEST_BAR
const DURATION = BEATS + 3
const BAR = DURATION + DURATIONS.length
const FLAGS = BAR + PERIOD_BARS
const HEIGHT = FLAGS + 2
const METRE = HEIGHT + 2
const MODE = METRE + MELODY_METRES.length
const GENRE = MODE + MELODY_MODES.length
export const NOTE_WIDTH = GENRE + MELODY_GENRES.length

/** Index of the longest known note length that fits into so many sixteenths. */
export const durationClass = (sixteenths: number): number => {
  let best = 0
  DURATIONS.forEach((duration, i) => {
    if (duration <= sixteenths) best = i
  })
  return best
}

/** Rows [N, NOTE_WIDTH] written to `rows` from `offset`. */
export const encodeNotes = (places: readonly NotePlace[], conditions: ComposerConditions, rows: Float32Array, offset = 0): void => {
  const { half, beat } = METRES[conditions.metre]
  places.forEach((place, i) => {
    const row = offset + i * NOTE_WIDTH
    rows[row + Math.min(LONGEST_BAR - 1, Math.max(0, place.position))] = 1
    if (place.position === 0) rows[row + BEATS] = 1
    if (place.position % half === 0) rows[row + BEATS + 1] = 1
    if (place.position % beat === 0) rows[row + BEATS + 2] = 1
    rows[row + DURATION + durationClass(place.duration)] = 1
    rows[row + BAR + place.bar] = 1
    if (place.isFinal) rows[row + FLAGS] = 1
    if (place.isFirst) rows[row + FLAGS + 1] = 1
    if (place.height !== null) {
      rows[row + HEIGHT] = (place.height - 4) / 8
      rows[row + HEIGHT + 1] = 1
    }
    rows[row + METRE + MELODY_METRES.indexOf(conditions.metre)] = 1
    if (conditions.mode !== null) rows[row + MODE + MELODY_MODES.indexOf(conditions.mode)] = 1
    if (conditions.genre !== null) rows[row + GENRE + MELODY_GENRES.indexOf(conditions.genre)] = 1
  })
}

/** Semitones above the reference tonic -> id; undefined where it is out of reach. */
export const stepToId = (step: number): number | undefined => {
  const id = step - LOWEST_STEP
  return id >= 0 && id < STEP_COUNT ? id : undefined
}

export const idToStep = (id: number): number => id + LOWEST_STEP

/** The tonic that pitches of a melody are told from: the one nearest below its centre. Both are MIDI numbers. */
export const referenceTonic = (tonicClass: number, meanPitch: number): number =>
  tonicClass + 12 * Math.round((meanPitch - 4 - tonicClass) / 12)

/** Height of the line around each note: the mean of its neighbourhood, near ones counting more. [N] -> [N] */
export const traceHeights = (steps: readonly number[]): number[] =>
  steps.map((_, i) => {
    let sum = 0
    let total = 0
    for (let j = Math.max(0, i - 8); j <= Math.min(steps.length - 1, i + 8); j++) {
      const weight = Math.exp(-(((i - j) / 5) ** 2))
      sum += weight * steps[j]
      total += weight
    }
    return sum / total
  })
