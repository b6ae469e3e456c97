import { measureOnsetCurves } from '#main/audio/pitch/onsets.ts'
import { segmentNotes } from '#main/audio/pitch/segment-notes.ts'
import { trackF0Mpm } from '#main/audio/pitch/track-f0-mpm.ts'
import { measureBrightness, measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { resample } from '#main/audio/io/resample.ts'
import type { Note } from '#contract/melody.ts'
import { hzToMidi } from '#music/pitch.ts'
import { median } from '../melody/score-notes.ts'

const RATE = 44100
/** Control frames a second. */
const FRAMES = 100
const RANGE = { fMin: 180, fMax: 3700 }
/** A note sounds while it is no further than this below its own loudest moment. */
const SOUNDING_DB = 15
/** Steps of 5 ms at either end of a note in which the level moves for other reasons than tremolo. */
const TREMOR_EDGE = 18

/** What the sound of one note is like. Times in seconds, levels in dB. */
interface NoteMeasures {
  readonly peakDb: number
  /** Time above the sounding level over the time to the next onset, at most one second of it. */
  readonly soundingShare: number
  readonly soundingSeconds: number
  /** Slope after the loudest moment, dB a second; strongly negative for a pluck. */
  readonly decayDbPerSecond: number
  /** From 15 dB to 3 dB below the loudest moment. */
  readonly attackSeconds: number
  /** Level in the first 40 ms against the note's own. */
  readonly startDb: number
  /** How far the level sinks where the next note begins, against the softer of the two; null without a joined next note. */
  readonly jointDb: number | null
  /** Swing of the level at 8 to 20 Hz, dB RMS; null for a note that is too short. */
  readonly tremorDb: number | null
  /** Growth of the log spectrum at the onset. */
  readonly flux: number
  readonly brightness: number
  /** Vibrato: peak deviation in cents and rate in Hz; null for a note that is too short or has no steady pitch. */
  readonly vibratoCents: number | null
  readonly vibratoHz: number | null
}

/** Everything that the classifiers may look at, one number each. */
export const FEATURE_NAMES = [
  'soundingShare',
  'soundingSeconds',
  'decay',
  'attackMs',
  'startDb',
  'jointDb',
  'tremorDb',
  'flux',
  'brightness',
  'brightnessSpread',
  'levelDb',
  'vibratoCents',
  'vibratoHz',
  'gapSeconds',
  'pitch',
] as const
export type FeatureName = (typeof FEATURE_NAMES)[number]
export type Features = Readonly<Record<FeatureName, number>>

/** A clip listened to. */
export interface HeardClip {
  readonly features: Features
  /** The notes that the ears found in it, whatever notes were given. */
  readonly heardNotes: readonly Note[]
  /** [N] level of each note's loudest moment, dBFS. */
  readonly noteLevelsDb: readonly number[]
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / Math.max(1, values.length)
}

/** Slope of values on an even grid, per step. */
const slopeOf = (values: readonly number[]): number => {
  const middle = (values.length - 1) / 2
  const centre = mean(values)
  let over = 0
  let under = 0
  values.forEach((value, i) => {
    over += (i - middle) * (value - centre)
    under += (i - middle) ** 2
  })
  return under === 0 ? 0 : over / under
}

/** A running mean over 2 * half + 1 values, ends narrowed. */
const smooth = (values: readonly number[], half: number): number[] =>
  values.map((_, i) => mean(values.slice(Math.max(0, i - half), i + half + 1)))

/** Swing of the level faster than 8 Hz (steps of 5 ms) in the middle of a note, clear of its attack and its end: tremolo's bow strokes. */
const measureTremor = (levelDb: readonly number[]): number | null => {
  if (levelDb.length < 2 * TREMOR_EDGE + 16) return null
  const fast = smooth(levelDb, 3)
  const slow = smooth(levelDb, 12)
  const swing = fast.map((value, i) => value - slow[i]).slice(TREMOR_EDGE, -TREMOR_EDGE)
  return Math.sqrt(mean(swing.map((value) => value * value)))
}

/** Vibrato of a pitch contour in cents at 100 Hz. */
const measureVibrato = (cents: readonly number[]): { cents: number; hz: number } | null => {
  if (cents.length < 22) return null
  const fast = smooth(cents, 2)
  const slow = smooth(cents, 9)
  const swing = fast.map((value, i) => value - slow[i]).slice(4, -4)
  const rms = Math.sqrt(mean(swing.map((value) => value * value)))
  let crossings = 0
  for (let i = 1; i < swing.length; i++) if (swing[i] * swing[i - 1] < 0) crossings++
  return { cents: Math.SQRT2 * rms, hz: (crossings * FRAMES) / (2 * swing.length) }
}

interface Curves {
  readonly loudnessDb: Float32Array
  readonly levelDb: Float32Array
  readonly flux: Float32Array
  readonly hopSeconds: number
  readonly f0: Float32Array
  readonly brightness: Float32Array
}

const highest = (values: ArrayLike<number>, from: number, to: number): { value: number; at: number } => {
  let at = from
  for (let i = from; i < Math.min(to, values.length); i++) if (values[i] > values[at]) at = i
  return { value: values[at] ?? -120, at }
}

const lowest = (values: ArrayLike<number>, from: number, to: number): number => {
  let least = Infinity
  for (let i = Math.max(0, from); i < Math.min(to, values.length); i++) least = Math.min(least, values[i])
  return least
}

const measureJoint = (curves: Curves, note: Note, next: Note | undefined): number | null => {
  if (next === undefined || next.onsetSeconds - note.onsetSeconds - note.durationSeconds > 0.06) return null
  const { levelDb, hopSeconds } = curves
  const at = Math.round(next.onsetSeconds / hopSeconds)
  const reach = Math.round(0.12 / hopSeconds)
  const near = Math.round(0.045 / hopSeconds)
  const before = highest(levelDb, Math.max(0, at - reach), at).value
  const after = highest(levelDb, at, at + reach).value
  return Math.max(-60, lowest(levelDb, at - near, at + near) - Math.min(before, after))
}

const measureNote = (curves: Curves, note: Note, next: Note | undefined): NoteMeasures | null => {
  const { loudnessDb, levelDb, flux, hopSeconds, f0, brightness } = curves
  const span = Math.min((next?.onsetSeconds ?? note.onsetSeconds + note.durationSeconds + 0.3) - note.onsetSeconds, 1)
  const from = Math.max(0, Math.round(note.onsetSeconds / hopSeconds))
  const to = Math.min(levelDb.length, from + Math.round(span / hopSeconds))
  if (to - from < 8) return null
  const frame = Math.round(note.onsetSeconds * FRAMES)
  const endFrame = Math.min(loudnessDb.length, Math.round((note.onsetSeconds + span) * FRAMES))
  const peak = highest(levelDb, from, to)
  const limit = peak.value - SOUNDING_DB
  let sounding = 0
  for (let i = from; i < to; i++) if (levelDb[i] > limit) sounding++
  let start = peak.at
  while (start > Math.max(0, from - 8) && levelDb[start - 1] > limit) start--
  let full = start
  while (full < peak.at && levelDb[full] < peak.value - 3) full++
  const decayEnd = Math.min(to, peak.at + Math.round(0.35 / hopSeconds))
  const decay = Array.from(levelDb.subarray(peak.at, decayEnd)).filter((value) => value > peak.value - 35)
  const inner = Array.from(levelDb.subarray(from, Math.min(to, from + Math.round(note.durationSeconds / hopSeconds))))
  const bright = Array.from(brightness.subarray(frame, endFrame)).filter((_, i) => loudnessDb[frame + i] > loudnessDb[frame] - 20)
  const steady = Array.from(
    f0.subarray(frame + 4, Math.max(frame + 4, Math.round((note.onsetSeconds + note.durationSeconds) * FRAMES) - 3)),
  )
  const voiced = steady.filter((hz) => hz > 0).map((hz) => 100 * (hzToMidi(hz) - note.pitch))
  const centre = median(voiced)
  const vibrato = measureVibrato(voiced.filter((cents) => Math.abs(cents - centre) < 90))
  return {
    peakDb: highest(loudnessDb, frame, Math.max(frame + 1, endFrame)).value,
    soundingShare: sounding / (to - from),
    soundingSeconds: sounding * hopSeconds,
    decayDbPerSecond: decay.length < 6 ? 0 : slopeOf(decay) / hopSeconds,
    attackSeconds: (full - start) * hopSeconds,
    startDb: mean(levelDb.subarray(from, from + 8)) - peak.value,
    jointDb: measureJoint(curves, note, next),
    tremorDb: measureTremor(inner),
    flux: highest(flux, Math.max(0, from - 6), from + 10).value,
    brightness: mean(bright.length === 0 ? [0.5] : bright),
    vibratoCents: vibrato?.cents ?? null,
    vibratoHz: vibrato?.hz ?? null,
  }
}

/** Middle of what is known; `otherwise` where nothing is. */
const middle = (values: readonly (number | null)[], otherwise: number): number => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? otherwise : median(known)
}

/**
 * Listens to a clip of one violin: each note's length, attack, decay, tremor and vibrato, and the clip's middle of each.
 *
 * @param pcm         [S] mono
 * @param sampleRate  Hz
 * @param notes       where the notes lie, if that is known; heard from the sound otherwise
 * @returns           null where no note is heard
 */
export const listenToClip = (pcm: Float32Array, sampleRate: number, notes?: readonly Note[]): HeardClip | null => {
  const samples = resample(pcm, sampleRate, RATE)
  const track = trackF0Mpm(samples, RATE, RANGE)
  const heardNotes = segmentNotes(track, samples, RATE)
  const placed = notes ?? heardNotes
  if (placed.length === 0) return null
  const loudnessDb = measureFrameLoudness(samples)
  const held = Float32Array.from(loudnessDb)
  let last = track.f0.find((hz) => hz > 0) ?? 440
  for (let i = 0; i < held.length; i++) {
    if ((track.f0[i] ?? 0) > 0) last = track.f0[i]
    held[i] = last
  }
  const curves: Curves = { ...measureOnsetCurves(samples, RATE), loudnessDb, f0: track.f0, brightness: measureBrightness(samples, held) }
  const measures = placed.flatMap((note, i) => measureNote(curves, note, placed[i + 1]) ?? [])
  if (measures.length === 0) return null
  const column = <K extends keyof NoteMeasures>(name: K): NoteMeasures[K][] => measures.map((one) => one[name])
  const gaps = placed.slice(1).map((note, i) => note.onsetSeconds - placed[i].onsetSeconds)
  const brightness = middle(column('brightness'), 0.5)
  const features: Features = {
    soundingShare: middle(column('soundingShare'), 1),
    soundingSeconds: middle(column('soundingSeconds'), 0),
    decay: Math.max(-200, middle(column('decayDbPerSecond'), 0)),
    attackMs: 1000 * middle(column('attackSeconds'), 0), // s -> ms
    startDb: middle(column('startDb'), 0),
    jointDb: middle(column('jointDb'), -20),
    tremorDb: middle(column('tremorDb'), 0),
    flux: middle(column('flux'), 0),
    brightness,
    brightnessSpread: mean(measures.map((one) => Math.abs(one.brightness - brightness))),
    levelDb: middle(column('peakDb'), -60),
    vibratoCents: middle(column('vibratoCents'), 0),
    vibratoHz: middle(column('vibratoHz'), 0),
    gapSeconds: gaps.length === 0 ? placed[0].durationSeconds : median(gaps),
    pitch: median(placed.map((note) => note.pitch)),
  }
  return { features, heardNotes, noteLevelsDb: column('peakDb') }
}
