import type { Note } from '#contract/melody.ts'
import { measureBrightness } from '../level/frame-measures.ts'
import { segmentNotes } from '../pitch/segment-notes.ts'
import { estimateKey, estimateTuning } from '../pitch/snap.ts'
import { trackF0, type F0Track } from '../pitch/track-f0.ts'
import { countStrokes, type StrokeCount } from './count-strokes.ts'
import { estimateTempo } from './estimate-tempo.ts'
import { halve } from './halve.ts'
import { measureLevelCurve, type LevelCurve } from './level-curve.ts'
import { measureNotes, type NoteFeatures } from './note-features.ts'
import { summariseNotes, type NoteSummary } from './note-summary.ts'
import { nameArticulation, nameChange, nameDynamics, namePace, nameRegister, nameVibrato, type Words } from './name-facts.ts'

/** What was heard in a slice. A word is null where the measurement is not clear enough to say it. */
export interface Understanding {
  readonly durationSeconds: number
  readonly notes: Note[]
  readonly features: NoteFeatures[]
  readonly f0: F0Track
  readonly summary: NoteSummary | null
  /** Quarter notes a minute; null where the onsets keep no clear beat. */
  readonly bpm: number | null
  /** "D major"; null where too little is played or no scale fits. */
  readonly key: string | null
  /** Cents from a' = 440 Hz. */
  readonly tuningCents: number
  readonly strokes: StrokeCount
  /** 0..1, 0.5 usual at the pitch. */
  readonly brightness: number
  readonly words: Words
}

const RATE = 44100
const LOWEST_PITCH_HZ = 180
const KEY_NOTES = 7
const KEY_FIT = 0.82

/** What the ears make of a slice, once: every other measurement starts from here. */
export interface HeardParts {
  /** [S / 2] the slice at half its rate */
  readonly half: Float32Array
  readonly track: F0Track
  readonly notes: readonly Note[]
  readonly curve: LevelCurve
  /** Median over the sounding frames, 0..1. */
  readonly brightness: number
  readonly durationSeconds: number
}

/** Median brightness where a pitch sounds. */
const medianBrightness = (pcm: Float32Array, { f0 }: F0Track): number => {
  const frames = Math.floor(pcm.length / 441)
  const held = new Float32Array(frames)
  let last = 440
  for (let i = 0; i < frames; i++) {
    if (f0[i] > 0) last = f0[i]
    held[i] = last
  }
  const values = measureBrightness(pcm, held)
    .filter((_, i) => f0[i] > 0)
    .sort()
  return values[values.length >> 1] ?? 0.5
}

/**
 * The ears' part: pitch, notes, level and brightness of a slice.
 *
 * @param pcm    [S] mono at 44.1 kHz
 * @param track  pitch at 100 Hz where it is known already
 * @param half   [S / 2] the slice at half its rate where it is known already
 */
export const hearSlice = (
  pcm: Float32Array,
  track: F0Track = trackF0(pcm, RATE, { fMin: LOWEST_PITCH_HZ }),
  half: Float32Array = halve(pcm),
): HeardParts => ({
  half,
  track,
  notes: segmentNotes(track, half, RATE / 2),
  curve: measureLevelCurve(pcm, RATE),
  brightness: medianBrightness(pcm, track),
  durationSeconds: pcm.length / RATE,
})

/** Facts and words from what the ears heard. */
export const interpretSlice = ({ track, notes, curve, brightness, durationSeconds }: Omit<HeardParts, 'half'>): Understanding => {
  const features = measureNotes(notes, track, curve)
  const strokes = countStrokes(track, curve)
  const first = features.length === 0 ? null : summariseNotes(features, false)
  const articulation = first === null ? null : nameArticulation(first, strokes)
  const isTremolo = articulation === 'tremolo'
  const summary = isTremolo ? summariseNotes(features, true) : first
  const { key, fit } = estimateKey(notes)
  const words: Words =
    summary === null
      ? { articulation: null, dynamics: null, change: null, pace: null, register: null, vibrato: null }
      : {
          articulation,
          dynamics: nameDynamics(summary),
          change: nameChange(summary),
          pace: namePace(summary),
          register: nameRegister(summary),
          vibrato: nameVibrato(summary, articulation),
        }
  return {
    durationSeconds,
    notes: [...notes],
    features,
    f0: track,
    summary,
    bpm: isTremolo ? null : estimateTempo(notes),
    key: notes.length >= KEY_NOTES && fit >= KEY_FIT ? key : null,
    tuningCents: estimateTuning(notes),
    strokes,
    brightness,
    words,
  }
}

/**
 * Understands a slice from its sound alone: notes, tempo, key, dynamics, vibrato, articulation, register.
 *
 * @param pcm    [S] mono at 44.1 kHz, full scale = 1
 * @param track  pitch of the slice at 100 Hz where it is known already; found otherwise
 * @returns      measurements, and words for those that are clear
 */
export const understandSlice = (pcm: Float32Array, track?: F0Track): Understanding => interpretSlice(hearSlice(pcm, track))
