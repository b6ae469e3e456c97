import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { hzToMidi, noteName } from '#music/pitch.ts'
import type { Measurements, SliceFacts, SoundFacts } from './import-spec.ts'

/** What is known of a recording before it is listened to. */
export interface SoundOrigin {
  readonly clippedShare: number
  readonly sourceRate: number
  readonly channelCount: number
  readonly instrument: string
}

/** The ears of the import, as one thing to hand in. */
export interface Analysis {
  /** [S] mono at `sampleRate` Hz in; everything that the library keeps of its sound out. */
  analyse(pcm: Float32Array, sampleRate: number, origin: SoundOrigin): SoundFacts
}

const FRAME_RATE = 100
const QUIET_DB = 40
const REST_FRAMES = 35
const LEAST_FRAMES = 50
const LONGEST_FRAMES = 2000

/** Stretches between rests, none longer than twenty seconds. */
const findStretches = (loudnessDb: Float32Array): [number, number][] => {
  const peak = loudnessDb.reduce((high, value) => Math.max(high, value), -100)
  const stretches: [number, number][] = []
  let start = -1
  let quiet = 0
  const close = (end: number): void => {
    for (let from = start; from < end; from += LONGEST_FRAMES) {
      const to = Math.min(end, from + LONGEST_FRAMES)
      if (to - from >= LEAST_FRAMES) stretches.push([from, to])
    }
    start = -1
  }
  for (let f = 0; f < loudnessDb.length; f++) {
    if (loudnessDb[f] > peak - QUIET_DB) {
      if (start < 0) start = f
      quiet = 0
    } else if (start >= 0 && ++quiet >= REST_FRAMES) close(f - quiet + 1)
  }
  if (start >= 0) close(loudnessDb.length)
  return stretches
}

const measure = (f0: Float32Array, loudnessDb: Float32Array, { instrument, clippedShare }: SoundOrigin): Measurements => {
  const pitches = Array.from(f0)
    .filter((hz) => hz > 0)
    .map(hzToMidi)
    .sort((a, b) => a - b)
  const at = (share: number): number | null => pitches[Math.floor(share * (pitches.length - 1))] ?? null
  const pitchLow = at(0.02)
  const pitchHigh = at(0.98)
  const isClipped = clippedShare > 2e-4
  return {
    caption:
      pitchLow === null || pitchHigh === null
        ? `${instrument}, nothing voiced`
        : `${instrument} from ${noteName(Math.round(pitchLow))} to ${noteName(Math.round(pitchHigh))}`,
    key: null,
    bpm: null,
    pitchLow,
    pitchHigh,
    register: null,
    articulation: null,
    dynamics: null,
    loudnessDb: loudnessDb.reduce((high, value) => Math.max(high, value), -100),
    quality: isClipped ? 0.5 : 1,
    marks: isClipped
      ? [{ code: 'clipping', message: `${(100 * clippedShare).toFixed(2)} % of the samples are clipped.`, isDisqualifying: true }]
      : [],
    details: {},
  }
}

/** Pitch, loudness and rests alone: quick, and enough for tests of everything around. */
export const plainAnalysis: Analysis = {
  analyse(pcm, sampleRate, origin) {
    const { f0 } = trackF0(pcm, sampleRate, { fMin: 180, fMax: 3700 })
    const loudnessDb100 = measureFrameLoudness(pcm)
    const slices = findStretches(loudnessDb100).map(([from, to]): SliceFacts => ({
      ...measure(f0.subarray(from, to), loudnessDb100.subarray(from, to), origin),
      startSeconds: from / FRAME_RATE,
      endSeconds: Math.min(to / FRAME_RATE, pcm.length / sampleRate),
    }))
    return { ...measure(f0, loudnessDb100, origin), f0: Float32Array.from(f0), loudnessDb100, fingerprint: null, slices }
  },
}
