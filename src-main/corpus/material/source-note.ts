import type { Instrument } from './instruments.ts'

/** How a recorded note was made, sustained ('arco': bowed, or blown) or plucked; decides what the sampler may use it for. */
export type MaterialKind = 'arco' | 'pizzicato'

/** Names of the places notes come from; clips carry them, licences hang on them. */
export const MATERIAL_SOURCES = ['violin-recordings', 'musescore-general', 'fluid-r3', 'philharmonia-cello', 'philharmonia'] as const
export type MaterialSource = (typeof MATERIAL_SOURCES)[number]

/** A recorded note as it was loaded, before analysis. */
export interface RawNote {
  /** Unique, e.g. "violin-recordings/A4". */
  readonly id: string
  readonly source: MaterialSource
  readonly kind: MaterialKind
  /** What it is played as: a raised viola or cello may stand in for a violin. */
  readonly instrument: Instrument
  /** Nominal pitch. */
  readonly midi: number
  /** [S] at 44.1 kHz */
  readonly pcm: Float32Array
  /** Loudness the player gave it, 0 pp .. 1 ff; undefined where unknown. */
  readonly dynamics?: number
  /** True: for evaluation only, never in a training clip. */
  readonly isHeldOut: boolean
}

/** A recorded note with everything the sampler divides out or aims at. */
export interface SourceNote extends RawNote {
  /** Samples between analysis points. */
  readonly hop: number
  /** [P] Hz, every frame filled. */
  readonly f0: Float32Array
  /** [P] Hz, the pitch without its vibrato. */
  readonly centreF0: Float32Array
  /** [P] dBFS RMS over 20 ms. */
  readonly levelDb: Float32Array
  /** [P] dBFS, smoothed over 300 ms: the bow without vibrato's flutter. */
  readonly slowLevelDb: Float32Array
  /** Mean peak deviation of the vibrato, cents. */
  readonly vibratoDepthCents: number
  /** Where the sound begins, samples. */
  readonly onset: number
  /** Where it comes within 9 dB of its body, samples. */
  readonly speaks: number
  /** The part that may be entered and looped, samples. */
  readonly sustainStart: number
  readonly sustainEnd: number
  /** Bow changes inside the note, samples: true re-attacks. */
  readonly rebows: readonly number[]
  /** Level in the middle of the sustain (pluck: the loudest point), dBFS. */
  readonly bodyDb: number
}
