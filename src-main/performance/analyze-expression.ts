import type { Note } from '#contract/melody.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { hzToMidi } from '#music/pitch.ts'
import { fitVibrato } from './analyze-expression-vibrato.ts'
import type { ExpressionCurves } from './perform.ts'

/** Frames per second of everything here. */
export const EXPRESSION_RATE_HZ = 100
/** How far the centre may leave the note: a whole tone and a bit, so that slides and scoops fit. */
export const MOST_CENTRE_CENTS = 250
/** The rate that is held where a clip has no vibrato at all. */
export const ORDINARY_VIBRATO_HZ = 5.6
const SILENT_DB = -100

/** What a player adds to the notes, frame by frame at 100 Hz; every array has length F. */
export interface PlayedExpression {
  /** Cents from the note's pitch, -250..250: intonation, scoops, slides; vibrato taken out. */
  readonly centreCents: Float32Array
  /** Peak of the vibrato in cents, 0 where there is none. */
  readonly vibratoCents: Float32Array
  /** Rate of the vibrato, 3..8.5 Hz, held where there is none. */
  readonly vibratoHz: Float32Array
  /** dBFS, at least -100. */
  readonly loudnessDb: Float32Array
}

/**
 * Which note every frame belongs to: a note's frames reach to the next onset; the first note's begin with the clip.
 *
 * @returns [F] index into notes, 0 throughout when there are none
 */
export const assignFrames = (notes: readonly Note[], frames: number): Int32Array => {
  const owner = new Int32Array(frames)
  let index = 0
  for (let i = 0; i < frames; i++) {
    while ((notes[index + 1]?.onsetSeconds ?? Infinity) <= i / EXPRESSION_RATE_HZ + 1e-9) index++
    owner[i] = index
  }
  return owner
}

/** First frame of every stretch that belongs to one note, and F at the end. */
const findBounds = (owner: Int32Array): number[] => {
  const bounds: number[] = []
  owner.forEach((note, i) => {
    if (i === 0 || note !== owner[i - 1]) bounds.push(i)
  })
  return [...bounds, owner.length]
}

const medianOf = (values: Float64Array): number => values.slice().sort()[values.length >> 1] ?? 0

/** Frames that slide this far from the note's middle say nothing about its vibrato: several times its usual deviation, cents. */
const SLIDE = { least: 40, most: 100, deviations: 4 }

const smooth = (values: Float64Array): Float64Array =>
  values.map((value, i) => {
    const at = (j: number): number => values[Math.max(0, Math.min(values.length - 1, j))] ?? value
    return (at(i - 2) + 2 * at(i - 1) + 3 * value + 2 * at(i + 1) + at(i + 2)) / 9
  })

/** Puts a rate where there is none: the note's own nearest one, or the last note's. */
const holdRates = (rates: Float32Array, bounds: readonly number[]): void => {
  const first = rates.find((rate) => rate > 0) ?? ORDINARY_VIBRATO_HZ
  let held = first
  for (let n = 0; n + 1 < bounds.length; n++) {
    const note = rates.subarray(bounds[n], bounds[n + 1])
    held = note.find((rate) => rate > 0) ?? held
    note.forEach((rate, i) => {
      if (rate > 0) held = rate
      note[i] = held
    })
  }
}

/**
 * Splits a recorded pitch into the notes and what the player made of them.
 *
 * @param recording  f0 [F] in Hz at 100 Hz, 0 where unvoiced; loudnessDb [F] in dBFS; notes in order, disjoint, in clip
 *                   time, their pitches between the keys where they lie there
 * @returns          [F] each; `rebuildPitch` is the way back
 */
export const analyzeExpression = (recording: {
  readonly f0: Float32Array
  readonly loudnessDb: Float32Array
  readonly notes: readonly Note[]
}): PlayedExpression => {
  const { f0, loudnessDb, notes } = recording
  const frames = f0.length
  invariant(loudnessDb.length === frames, 'pitch and loudness have one value per frame each')
  const owner = assignFrames(notes, frames)
  const bounds = findBounds(owner)
  const centreCents = new Float32Array(frames)
  const vibratoCents = new Float32Array(frames)
  const vibratoHz = new Float32Array(frames)
  if (notes.length > 0) {
    for (let n = 0; n + 1 < bounds.length; n++) {
      const from = bounds[n] ?? 0
      const to = bounds[n + 1] ?? frames
      const pitch = notes[owner[from] ?? 0]?.pitch ?? 69
      const voiced = Float64Array.from(f0.subarray(from, to), (hz) => (hz > 0 ? 1 : 0))
      let held = 0
      const cents = Float64Array.from(f0.subarray(from, to), (hz) => (hz > 0 ? (held = 100 * (hzToMidi(hz) - pitch)) : held))
      const middle = medianOf(cents)
      const deviation = medianOf(cents.map((value) => Math.abs(value - middle)))
      const slideCents = Math.max(SLIDE.least, Math.min(SLIDE.most, SLIDE.deviations * deviation))
      const weights = cents.map((value, i) => (Math.abs(value - middle) < slideCents ? (voiced[i] ?? 0) : 0))
      const vibrato = fitVibrato(cents, weights, EXPRESSION_RATE_HZ)
      const centre = smooth(cents.map((value, i) => value - (vibrato.wave[i] ?? 0)))
      centreCents.set(
        centre.map((value) => Math.max(-MOST_CENTRE_CENTS, Math.min(MOST_CENTRE_CENTS, value))),
        from,
      )
      vibratoCents.set(smooth(vibrato.extentCents), from)
      vibratoHz.set(vibrato.rateHz, from)
    }
  }
  holdRates(vibratoHz, bounds)
  return { centreCents, vibratoCents, vibratoHz, loudnessDb: loudnessDb.map((level) => Math.max(SILENT_DB, level)) }
}

/** The same analysis of what `performNotes` made of these notes. Curves at 100 Hz. */
export const performanceExpression = (notes: readonly Note[], curves: ExpressionCurves): PlayedExpression => {
  invariant(curves.frameRate === EXPRESSION_RATE_HZ, 'expression is analysed at 100 Hz')
  return analyzeExpression({ f0: curves.f0, loudnessDb: curves.loudnessDb, notes })
}
