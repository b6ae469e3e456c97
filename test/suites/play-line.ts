import { midiToHz } from '#music/pitch.ts'

const RATE = 44100
const HIGHEST_HZ = 17_000

export interface Line {
  readonly pitches: readonly number[]
  readonly noteSeconds: number
  /** Mean level of a note where it sounds, dBFS. */
  readonly levelDb: number
  /** Sounding part of a note: 1 is one bow, notes following each other with a small dip. */
  readonly fullness: number
}

/** A line of bowed-like tones of known notes, level and bowing: [S] mono at 44.1 kHz, with a breath of noise in it. */
export const playLine = ({ pitches, noteSeconds, levelDb, fullness }: Line): Float32Array => {
  const length = Math.round(noteSeconds * RATE)
  const pcm = new Float32Array(length * pitches.length)
  let phase = 0
  let state = 1
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
  pitches.forEach((pitch, n) => {
    const hz = midiToHz(pitch)
    const partials = Math.max(1, Math.floor(HIGHEST_HZ / hz))
    const norm = Math.sqrt(Array.from({ length: partials }, (_, k) => 0.5 / (k + 1) ** 2.4).reduce((a, b) => a + b, 0))
    const gain = 10 ** (levelDb / 20) / norm
    for (let i = 0; i < length; i++) {
      const at = i / length
      const edge = Math.min(i, length - i) / RATE
      const bow =
        fullness >= 1
          ? 1 - 0.4 * Math.exp(-edge / 0.012)
          : Math.min(1, i / 600) * (at < fullness ? 1 : Math.exp(-((at - fullness) * length) / 500))
      phase += (2 * Math.PI * hz) / RATE
      let sample = 0
      for (let k = 1; k <= partials; k++) sample += Math.sin(k * phase) / k ** 1.2
      pcm[n * length + i] = gain * bow * sample + 10 ** ((levelDb - 55) / 20) * noise()
    }
  })
  return pcm
}
