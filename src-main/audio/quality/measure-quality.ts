import type { QualityMark, QualityVerdict } from '#contract/cleaning.ts'
import { measureClipping } from '../level/clipping-meter.ts'
import { measurePolyphony } from '../pitch/measure-polyphony.ts'
import { quantileOf, type LevelCurve } from './level-curve.ts'
import { measureBandwidth } from './measure-bandwidth.ts'
import { measureReverb } from './measure-reverb.ts'
import type { HeardParts, Understanding } from './understand-slice.ts'

export interface QualityInput {
  /** [S] mono at 44.1 kHz */
  readonly pcm: Float32Array
  readonly heard: HeardParts
  readonly understanding: Understanding
  /** Share of clipped samples, measured before resampling; from `pcm` when left out. */
  readonly clippedShare?: number
}

const RATE = 44100
/** A pause lies this far below the loud parts. */
const PAUSE_DB = 12

/** 'ok' up to the first border, 'warn' up to the second, 'bad' beyond; for values that are better high, give them negated. */
const judge = (value: number, warnFrom: number, badFrom: number): QualityVerdict =>
  value >= badFrom ? 'bad' : value >= warnFrom ? 'warn' : 'ok'

const markClipping = (share: number): QualityMark => ({
  name: 'clipping',
  value: share,
  unit: 'share of samples',
  verdict: judge(share, 2e-5, 2e-4),
  text: share < 2e-5 ? 'Nothing is clipped.' : `${(1000 * share).toFixed(2)} of 1000 samples are clipped: it was recorded too loud.`,
})

const markNoise = ({ levelDb }: LevelCurve, heard: Understanding): QualityMark => {
  const floorDb = quantileOf(levelDb, 0.05)
  const loudDb = heard.summary?.levelDb ?? quantileOf(levelDb, 0.9)
  if (heard.summary === null || floorDb > quantileOf(levelDb, 0.95) - PAUSE_DB)
    return { name: 'noise', value: null, unit: 'dB', verdict: 'ok', text: 'There is no pause in which the noise could be heard.' }
  const ratio = loudDb - floorDb
  return {
    name: 'noise',
    value: ratio,
    unit: 'dB',
    verdict: judge(-ratio, -35, -20),
    text: `The noise lies ${ratio.toFixed(0)} dB below the notes, at ${floorDb.toFixed(0)} dBFS.`,
  }
}

const markPolyphony = (share: number): QualityMark => ({
  name: 'polyphony',
  value: share,
  unit: 'share of steady moments',
  verdict: judge(share, 0.12, 0.3),
  text: share < 0.12 ? 'One note sounds at a time.' : `More than one note sounds in ${(100 * share).toFixed(0)} % of the steady moments.`,
})

const markTuning = (heard: Understanding): QualityMark => {
  if (heard.notes.length < 3)
    return { name: 'tuning', value: null, unit: 'cents', verdict: 'ok', text: 'Too few notes to tell the tuning.' }
  const cents = heard.tuningCents
  const direction = cents > 0 ? 'sharp' : 'flat'
  return {
    name: 'tuning',
    value: cents,
    unit: 'cents',
    verdict: judge(Math.abs(cents), 15, 35),
    text:
      Math.abs(cents) < 3
        ? "Tuned to a' = 440 Hz."
        : `${Math.abs(cents).toFixed(0)} cents ${direction}: a' = ${(440 * 2 ** (cents / 1200)).toFixed(1)} Hz.`,
  }
}

const markReverb = (seconds: number | null): QualityMark => ({
  name: 'reverb',
  value: seconds,
  unit: 's',
  verdict: seconds === null ? 'ok' : judge(seconds, 0.7, 1.6),
  text:
    seconds === null
      ? 'No note ends in a pause, so the room cannot be heard.'
      : `The sound dies away by 60 dB in ${seconds.toFixed(2)} s${seconds < 0.45 ? ': a dry room' : seconds < 0.7 ? '' : ': a resonant room'}.`,
})

const markBandwidth = (pcm: Float32Array): QualityMark => {
  const bandwidth = measureBandwidth(pcm, RATE)
  if (bandwidth === null) return { name: 'bandwidth', value: null, unit: 'Hz', verdict: 'ok', text: 'Too short to tell.' }
  const { highestHz, cutOffHz } = bandwidth
  const kilohertz = `${(highestHz / 1000).toFixed(1)} kHz`
  return {
    name: 'bandwidth',
    value: highestHz,
    unit: 'Hz',
    verdict: cutOffHz === null ? 'ok' : judge(-cutOffHz, -15200, -10000),
    text:
      cutOffHz === null
        ? `The sound reaches up to ${kilohertz}.`
        : `Something cut the sound off at ${kilohertz}: a lossy format or a low sample rate.`,
  }
}

const markSilence = ({ levelDb }: LevelCurve, notes: number): QualityMark => {
  const loud = quantileOf(levelDb, 0.95)
  const silent = loud < -70 ? levelDb.length : levelDb.reduce((count, level) => count + (level < loud - 45 ? 1 : 0), 0)
  const share = levelDb.length === 0 ? 1 : silent / levelDb.length
  if (notes === 0 || share === 1)
    return {
      name: 'silence',
      value: share,
      unit: 'share of time',
      verdict: 'bad',
      text: loud < -70 ? 'It is silent.' : 'No note is played.',
    }
  return {
    name: 'silence',
    value: share,
    unit: 'share of time',
    verdict: judge(share, 0.5, 0.8),
    text: `${(100 * share).toFixed(0)} % of it is silence.`,
  }
}

/**
 * Marks of one slice, each with its value, verdict and a sentence. Duplicates are marked by `markDuplicate`, which needs the others.
 *
 * @param input  samples, what `hearSlice` and `interpretSlice` made of them
 */
export const measureQuality = ({ pcm, heard, understanding, clippedShare = measureClipping(pcm) }: QualityInput): QualityMark[] => [
  markClipping(clippedShare),
  markNoise(heard.curve, understanding),
  markPolyphony(measurePolyphony(heard.half, RATE / 2, heard.track)),
  markTuning(understanding),
  markReverb(measureReverb(understanding.features, heard.curve)),
  markBandwidth(pcm),
  markSilence(heard.curve, heard.notes.length),
]

/** The mark of a slice that sounds like another one, or like none. */
export const markDuplicate = (match: { readonly name: string; readonly similarity: number } | undefined): QualityMark => ({
  name: 'duplicates',
  value: match?.similarity ?? null,
  unit: 'share of bits',
  verdict: match === undefined ? 'ok' : 'bad',
  text: match === undefined ? 'Nothing else in the library sounds the same.' : `The same sound as "${match.name}".`,
})
