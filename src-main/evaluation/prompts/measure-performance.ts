import type { Note } from '#contract/melody.ts'
import calibration from './performance-calibration.json' with { type: 'json' }
import { listenToClip, type Features } from './note-features.ts'
import { tellArticulation } from './tell-articulation.ts'
import { classify, type Classifier } from './softmax-classifier.ts'

/** What a listener would say of how a clip is played, by classes and by the figures behind them. */
export interface Performance {
  readonly articulation: string
  readonly dynamics: string
  /** Whether the last third is louder or softer than the first by more than `CHANGE_DB`. */
  readonly change: 'rising' | 'falling' | 'even'
  readonly vibrato: string
  readonly attack: string
  readonly brightness: string
  readonly register: 'low' | 'middle' | 'high' | 'very high'
  /** By notes a second, in the captions' bands. */
  readonly pace: 'very slow' | 'slow' | 'moderate' | 'fast' | 'very fast'
  /** Onsets a second, from the first to the last note heard. */
  readonly onsetRate: number
  readonly medianPitch: number
  /** First to last onset heard, seconds. */
  readonly spanSeconds: number
  /** Last third of the notes against the first, dB. */
  readonly changeDb: number
  readonly features: Features
  readonly heardNotes: readonly Note[]
}

const CHANGE_DB = 2.5
/** A swing of less than this many cents is the pitch tracker's own: nobody hears it, and its rate says nothing. */
const LEAST_VIBRATO_CENTS = 2

/** The attributes told by a classifier, with the features that each may look at. */
export const CLASSIFIED = {
  dynamics: { classes: ['very soft', 'soft', 'medium loud', 'loud', 'very loud'], features: ['levelDb'] },
  vibrato: { classes: ['none', 'slight', 'warm', 'wide'], features: ['vibratoCents', 'vibratoHz'] },
  attack: { classes: ['soft', 'plain', 'hard'], features: ['attackMs', 'startDb', 'flux'] },
  brightness: { classes: ['dark', 'plain', 'bright'], features: ['brightness', 'levelDb'] },
} as const
export type ClassifiedAttribute = keyof typeof CLASSIFIED

/** The classifiers as shipped. */
export const readCalibration = (): Record<ClassifiedAttribute, Classifier> => calibration

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** The captions' bands (corpus/captions): seconds between onsets, and MIDI note numbers. */
const paceOf = (gap: number): Performance['pace'] =>
  gap > 1.2 ? 'very slow' : gap > 0.6 ? 'slow' : gap > 0.3 ? 'moderate' : gap > 0.17 ? 'fast' : 'very fast'
const registerOf = (pitch: number): Performance['register'] =>
  pitch < 64 ? 'low' : pitch < 77 ? 'middle' : pitch < 89 ? 'high' : 'very high'

const measureChange = (levels: readonly number[]): number => {
  const third = Math.max(1, Math.floor(levels.length / 3))
  return levels.length < 3 ? 0 : mean(levels.slice(-third)) - mean(levels.slice(0, third))
}

/**
 * How a clip of one violin is played, measured from its sound: articulation by a list of questions, dynamics, vibrato, attack and
 * brightness by classifiers fitted to the training corpus (performance-calibration.json), tempo, register and change by measurement.
 *
 * @param pcm         [S] mono
 * @param sampleRate  Hz
 * @param notes       where its notes lie, if that is known: then attacks and joints are looked for there. Tempo and register are
 *                    always taken from what is heard.
 * @returns           null where no note is heard
 */
export const measurePerformance = (pcm: Float32Array, sampleRate: number, notes?: readonly Note[]): Performance | null => {
  const heard = listenToClip(pcm, sampleRate, notes)
  if (heard === null) return null
  const { features, heardNotes, noteLevelsDb } = heard
  const tell = (attribute: ClassifiedAttribute): string => classify(readCalibration()[attribute], features)
  const first = heardNotes[0]
  const last = heardNotes[heardNotes.length - 1]
  const spanSeconds = first === undefined || last === undefined ? 0 : last.onsetSeconds - first.onsetSeconds
  const medianPitch = heardNotes.length === 0 ? features.pitch : median(heardNotes.map(({ pitch }) => pitch))
  const changeDb = measureChange(noteLevelsDb)
  return {
    articulation: tellArticulation(features),
    dynamics: tell('dynamics'),
    change: changeDb > CHANGE_DB ? 'rising' : changeDb < -CHANGE_DB ? 'falling' : 'even',
    vibrato: features.vibratoCents < LEAST_VIBRATO_CENTS ? 'none' : tell('vibrato'),
    attack: tell('attack'),
    brightness: tell('brightness'),
    register: registerOf(medianPitch),
    pace: paceOf(spanSeconds / Math.max(1, heardNotes.length - 1)),
    onsetRate: spanSeconds > 0 ? (heardNotes.length - 1) / spanSeconds : 0,
    medianPitch,
    spanSeconds,
    changeDb,
    features,
    heardNotes,
  }
}
