export interface RollNote {
  readonly onsetSeconds: number
  readonly durationSeconds: number
  readonly pitch: number
  readonly confidence: number
}

export interface RollCurve {
  readonly hopSeconds: number
  /** Fractional MIDI numbers, null where nothing sounds. */
  readonly pitches: readonly (number | null)[]
}

/** Which part of a wide drawing is seen. */
export interface RollView {
  readonly widthPx: number
  readonly innerPx: number
  readonly leftPx: number
  readonly pxPerSecond: number
}
