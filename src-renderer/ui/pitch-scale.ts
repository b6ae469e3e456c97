import { noteName } from '#music/pitch.ts'

/** Maps pitch (MIDI number) to pixels from the top of a drawing. */
export interface PitchScale {
  readonly low: number
  readonly high: number
  readonly rowHeight: number
  toY(pitch: number): number
  toPitch(y: number): number
}

export const createPitchScale = (low: number, high: number, height: number): PitchScale => {
  const rowHeight = height / (high - low + 1)
  return { low, high, rowHeight, toY: (pitch) => (high + 0.5 - pitch) * rowHeight, toPitch: (y) => high + 0.5 - y / rowHeight }
}

const BLACK = new Set([1, 3, 6, 8, 10])
export const isBlackKey = (key: number): boolean => BLACK.has(((key % 12) + 12) % 12)

/** The violin's open strings G3, D4, A4, E5: the lines a player thinks in. */
export const OPEN_STRINGS: ReadonlySet<number> = new Set([55, 62, 69, 76])

/** Name with the deviation from the key, as "A4 +12". */
export const fineName = (pitch: number): string => {
  const cents = Math.round((pitch - Math.round(pitch)) * 100)
  return cents === 0 ? noteName(pitch) : `${noteName(pitch)} ${cents > 0 ? '+' : '−'}${Math.abs(cents)}`
}
