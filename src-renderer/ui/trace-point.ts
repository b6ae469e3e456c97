/** One moment of a live pitch trace; `pitch` is a fractional MIDI number, null where no clear pitch sounds. */
export interface TracePoint {
  readonly atSeconds: number
  readonly pitch: number | null
}
