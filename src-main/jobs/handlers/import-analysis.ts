import type { SoundFacts } from './import-spec.ts'

/** What is known of a recording before it is listened to. */
export interface SoundOrigin {
  /** Measured before resampling, which rounds clipped peaks off. */
  readonly clippedShare: number
  readonly sourceRate: number
  readonly channelCount: number
  readonly instrument: string
}

/** The ears of the import, as one thing to hand in. */
export interface Analysis {
  /** [S] mono at `sampleRate` Hz in; everything that the library keeps of its sound out. */
  analyse(pcm: Float32Array, sampleRate: number, origin: SoundOrigin): SoundFacts
}
