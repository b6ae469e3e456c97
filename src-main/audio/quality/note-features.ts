import type { Note } from '#contract/melody.ts'
import { hzToMidi } from '#music/pitch.ts'
import type { F0Track } from '../pitch/track-f0.ts'
import type { LevelCurve } from './level-curve.ts'

/** What is measured of one note, by itself and towards the next one. */
export interface NoteFeatures {
  readonly onsetSeconds: number
  readonly durationSeconds: number
  readonly pitch: number
  /** Loudest moment, and the mean level where it sounds, dBFS. */
  readonly peakDb: number
  readonly levelDb: number
  /** From 20 dB below the peak (or the dip before) to 3 dB below it. */
  readonly attackSeconds: number
  /** Slope after the peak, dB a second; strongly negative where the string rings off by itself. */
  readonly decayDbPerSecond: number
  /** Seconds from the onset until the level stays 12 dB below the peak. */
  readonly soundingSeconds: number
  /** Part of the sounding time after the peak within 5 dB of it: small where a string rings off. */
  readonly heldShare: number
  /** Seconds to the next onset; null for the last note. */
  readonly untilNextSeconds: number | null
  /** How far the level sinks between this note and the next, dB below the softer one; null for the last. */
  readonly dipDb: number | null
  /** Swing of the level inside the note between 6 and 16 Hz, dB peak to peak. */
  readonly shakeDb: number
  /** Vibrato: null where the note is too short to tell. */
  readonly vibrato: { readonly rateHz: number; readonly depthCents: number; readonly regularity: number } | null
}

const VIBRATO_LEAST_SECONDS = 0.32
const VIBRATO_RATES = Array.from({ length: 18 }, (_, i) => 4 + i * 0.25)

/** Removes a quadratic trend. Values on an equidistant grid. */
const detrend = (values: Float64Array): Float64Array => {
  const n = values.length
  // discrete orthogonal polynomials of degree 0..2 on -1..1
  const out = Float64Array.from(values)
  const position = (i: number): number => (n > 1 ? (2 * i) / (n - 1) - 1 : 0)
  const bases = [(): number => 1, (x: number): number => x, (x: number): number => x * x - (n + 1) / (3 * Math.max(1, n - 1))]
  for (const base of bases) {
    let product = 0
    let norm = 0
    for (let i = 0; i < n; i++) {
      const b = base(position(i))
      product += b * out[i]
      norm += b * b
    }
    if (norm > 0) for (let i = 0; i < n; i++) out[i] -= (product / norm) * base(position(i))
  }
  return out
}

/** The sinusoid of 4 to 8.25 Hz that explains most of a pitch curve in cents. */
const fitVibrato = (cents: Float64Array, hopSeconds: number): NonNullable<NoteFeatures['vibrato']> => {
  const flat = detrend(cents)
  let energy = 0
  let total = 0
  const window = flat.map((_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / flat.length))
  for (let i = 0; i < flat.length; i++) {
    energy += window[i] * flat[i] * flat[i]
    total += window[i]
  }
  let best = { rateHz: 0, depthCents: 0, regularity: 0 }
  for (const rateHz of VIBRATO_RATES) {
    let re = 0
    let im = 0
    for (let i = 0; i < flat.length; i++) {
      const angle = 2 * Math.PI * rateHz * i * hopSeconds
      re += window[i] * flat[i] * Math.cos(angle)
      im += window[i] * flat[i] * Math.sin(angle)
    }
    const depthCents = (2 * Math.hypot(re, im)) / total
    const regularity = energy > 0 ? Math.min(1, (0.5 * depthCents * depthCents * total) / energy) : 0
    if (depthCents > best.depthCents) best = { rateHz, depthCents, regularity }
  }
  return best
}

const measureVibrato = ({ f0, hopSeconds }: F0Track, from: number, to: number): NoteFeatures['vibrato'] => {
  const first = Math.ceil((from + 0.06) / hopSeconds)
  const last = Math.min(f0.length - 1, Math.floor((to - 0.04) / hopSeconds))
  if ((last - first) * hopSeconds < VIBRATO_LEAST_SECONDS - 0.1) return null
  const voiced = Array.from(f0.subarray(first, last + 1)).filter((hz) => hz > 0)
  if (voiced.length < 0.85 * (last - first + 1)) return null
  const middle = voiced.sort((a, b) => a - b)[voiced.length >> 1]
  const cents = new Float64Array(last - first + 1)
  let held = 0
  for (let i = first; i <= last; i++) {
    const value = f0[i] > 0 ? 100 * (hzToMidi(f0[i]) - hzToMidi(middle)) : held // semitones -> cents
    held = Math.abs(value) < 120 ? value : held
    cents[i - first] = held
  }
  return fitVibrato(cents, hopSeconds)
}

/** Least-squares slope of the level over a stretch, dB a second. */
const slopeOf = (levelDb: Float32Array, from: number, to: number, hopSeconds: number): number => {
  const n = to - from
  if (n < 3) return 0
  const middle = (n - 1) / 2
  let sum = 0
  let norm = 0
  for (let i = 0; i < n; i++) {
    sum += (i - middle) * levelDb[from + i]
    norm += (i - middle) ** 2
  }
  return sum / norm / hopSeconds
}

/** Swing of the level in the tremolo's range: the strongest sinusoid of 6 to 16 Hz, peak to peak. */
const measureShake = (levelDb: Float32Array, hopSeconds: number): number => {
  const flat = detrend(Float64Array.from(levelDb))
  let most = 0
  if (flat.length * hopSeconds < 0.25) return 0
  for (let rateHz = 6; rateHz <= 16; rateHz++) {
    let re = 0
    let im = 0
    for (let i = 0; i < flat.length; i++) {
      const window = 1 - Math.cos((2 * Math.PI * (i + 0.5)) / flat.length)
      const angle = 2 * Math.PI * rateHz * i * hopSeconds
      re += window * flat[i] * Math.cos(angle)
      im += window * flat[i] * Math.sin(angle)
    }
    most = Math.max(most, (4 * Math.hypot(re, im)) / flat.length)
  }
  return most
}

/**
 * Measures every note of a line.
 *
 * @param notes  in order and disjoint, as heard by `segmentNotes`
 * @param track  the pitch track they come from
 * @param curve  level of the same recording
 * @returns      one set of features a note
 */
export const measureNotes = (notes: readonly Note[], track: F0Track, curve: LevelCurve): NoteFeatures[] => {
  const { levelDb, hopSeconds } = curve
  const frameOf = (seconds: number): number => Math.min(levelDb.length - 1, Math.max(0, Math.round(seconds / hopSeconds)))
  const peakFrames = notes.map(({ onsetSeconds, durationSeconds }, n) => {
    const end = Math.min(onsetSeconds + Math.max(0.04, durationSeconds), notes[n + 1]?.onsetSeconds ?? Infinity)
    let at = frameOf(onsetSeconds)
    for (let i = at, last = frameOf(end); i <= last; i++) if (levelDb[i] > levelDb[at]) at = i
    return at
  })
  return notes.map((note, n): NoteFeatures => {
    const { onsetSeconds, durationSeconds, pitch } = note
    const next = notes[n + 1]
    const from = frameOf(onsetSeconds)
    const to = Math.max(from + 2, frameOf(onsetSeconds + durationSeconds))
    const peakAt = peakFrames[n]
    const peakDb = levelDb[peakAt]
    const limit = next === undefined ? levelDb.length - 1 : frameOf(next.onsetSeconds - 0.01)
    const earliest = n === 0 ? 0 : peakFrames[n - 1]
    // attack: back from the first moment 3 dB below the peak to the dip or 20 dB
    let reached = Math.max(earliest, frameOf(onsetSeconds - 0.03))
    while (reached < peakAt && levelDb[reached] < peakDb - 3) reached++
    let begin = reached
    while (begin > earliest && levelDb[begin - 1] < levelDb[begin] && levelDb[begin] > peakDb - 20) begin--
    let sounding = peakAt
    while (sounding < limit && levelDb[sounding] > peakDb - 12) sounding++
    let held = peakAt
    while (held < sounding && levelDb[held] > peakDb - 5) held++
    let sum = 0
    let count = 0
    for (let i = from; i < to; i++) {
      if (levelDb[i] < peakDb - 15) continue
      sum += 10 ** (levelDb[i] / 10)
      count++
    }
    let dipDb: number | null = null
    if (next !== undefined) {
      let least = Infinity
      for (let i = peakAt; i <= peakFrames[n + 1]; i++) least = Math.min(least, levelDb[i])
      dipDb = Math.max(0, Math.min(peakDb, levelDb[peakFrames[n + 1]]) - least)
    }
    const inside = levelDb.subarray(Math.min(to, from + Math.round(0.04 / hopSeconds)), Math.max(from, to - Math.round(0.03 / hopSeconds)))
    return {
      onsetSeconds,
      durationSeconds,
      pitch,
      peakDb,
      levelDb: count > 0 ? 10 * Math.log10(sum / count) : peakDb,
      attackSeconds: (reached - begin) * hopSeconds,
      decayDbPerSecond: slopeOf(levelDb, peakAt, Math.min(sounding, limit), hopSeconds),
      soundingSeconds: (sounding - from) * hopSeconds,
      heldShare: (held - peakAt) / Math.max(1, sounding - peakAt),
      untilNextSeconds: next === undefined ? null : next.onsetSeconds - onsetSeconds,
      dipDb,
      shakeDb: measureShake(inside, hopSeconds),
      vibrato: measureVibrato(track, onsetSeconds, onsetSeconds + durationSeconds),
    }
  })
}
