import type { MELODY_GENRES, MELODY_METRES, MELODY_MODES } from '#contract/musical-wishes.ts'
import type { TransformerConfig } from '#main/tensor/layers/transformer.ts'

/** The composer: which notes a violin might play where nobody named any. */
export interface ComposerConfig {
  readonly transformer: TransformerConfig
}

export const COMPOSER_CONFIG: ComposerConfig = {
  transformer: { width: 112, heads: 4, hidden: 256, reach: 72, positions: 'rotary', layers: 3 },
}

/** Same shapes, tiny: for tests that train in seconds. */
export const TOY_COMPOSER_CONFIG: ComposerConfig = {
  transformer: { width: 16, heads: 2, hidden: 32, reach: 72, positions: 'rotary', layers: 1 },
}

export type Mode = (typeof MELODY_MODES)[number]
/** `song` and `air` are thinned-out dance tunes in training, `waltz` is a jig counted in three. */
export type Genre = (typeof MELODY_GENRES)[number]
export type Metre = (typeof MELODY_METRES)[number]

/** Semitones above the tonic. */
export const MODE_STEPS: Readonly<Record<Mode, readonly number[]>> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
}

/** Sixteenths in a bar and where its beats fall. */
export const METRES = {
  '4/4': { bar: 16, half: 8, beat: 4 },
  '3/4': { bar: 12, half: 12, beat: 4 },
  '6/8': { bar: 12, half: 6, beat: 6 },
  '9/8': { bar: 18, half: 18, beat: 6 },
} as const satisfies Record<Metre, { bar: number; half: number; beat: number }>
export const LONGEST_BAR = 18

/** Note lengths in sixteenths. */
export const DURATIONS = [1, 2, 3, 4, 6, 8, 12, 16] as const

/** Pitches are told as semitones above a tonic near the melody's centre, so that what is learned holds in every key. */
export const LOWEST_STEP = -16
export const STEP_COUNT = 44

/** Bars of a period: what is far from its end, what cadences. */
export const PERIOD_BARS = 8
