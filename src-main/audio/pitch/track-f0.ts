import { resample } from '#main/audio/io/resample.ts'
import { createFrameAnalyser, type FrameAnalyser, type FrameAnalysis } from './frame-candidates.ts'

/** A pitch track on a regular grid; frame i is centred on i * hopSeconds. */
export interface F0Track {
  hopSeconds: number
  /** [F] Hz, 0 where unvoiced */
  f0: Float32Array
  /** [F] 0..1 periodicity of the frame */
  voicing: Float32Array
}

export interface TrackF0Options {
  /** Hz; 65 unless told */
  fMin?: number
  /** Hz; 3700 unless told */
  fMax?: number
  hopSeconds?: number
}

/** Any f0 tracker: ours or the one that only scores. */
export type F0Tracker = (pcm: Float32Array, sampleRate: number, options?: TrackF0Options) => F0Track

const INTERNAL_RATE = 44100
/** Advantage of a higher over an octave lower candidate of the same strength: lower octaves of a periodic sound are periodic too. */
const OCTAVE_COST = 0.05
/** The pitch whose candidates compete with silence at face value. */
const NEUTRAL_HZ = 250
/** Per octave that the pitch jumps within 10 ms. */
const OCTAVE_JUMP_COST = 0.4
/** Per octave beyond one and a quarter from the median pitch. */
const FAR_COST = 0.15
const VOICING_CHANGE_COST = 0.16
const UNVOICED_STRENGTH = 0.55

const clamp01 = (x: number): number => Math.min(1, Math.max(0, x))

/** RMS level in dB of each frame's window. */
const frameLevels = (pcm: Float32Array, centres: readonly number[], windowSamples: number): Float64Array => {
  const sums = new Float64Array(pcm.length + 1)
  for (let n = 0; n < pcm.length; n++) sums[n + 1] = sums[n] + pcm[n] * pcm[n]
  return Float64Array.from(centres, (centre) => {
    const first = Math.min(pcm.length, Math.max(0, centre - (windowSamples >> 2)))
    const last = Math.min(pcm.length, Math.max(first + 1, centre + (windowSamples >> 2)))
    return 10 * Math.log10(Math.max((sums[last] - sums[first]) / Math.max(1, last - first), 1e-14))
  })
}

const quantile = (sorted: Float64Array, share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]

/** True where a quiet frame is itself sung: pitched, and not by the mains. */
const isSung = ({ candidates: [best] }: FrameAnalysis): boolean => {
  if (best === undefined || best.strength < 0.8) return false
  return ![50, 60].some((mains) => {
    const ratio = best.freqHz / mains
    return ratio < 8 && Math.abs(ratio - Math.max(1, Math.round(ratio))) < 0.02 * ratio
  })
}

/** Mean power spectrum of the quietest tenth, or null where nothing in the recording is noticeably quieter than the rest. */
const learnNoise = (analyser: FrameAnalyser, pcm: Float32Array, centres: readonly number[], levels: Float64Array): Float64Array | null => {
  const sorted = Float64Array.from(levels).sort()
  const quiet = quantile(sorted, 0.1)
  if (quantile(sorted, 0.9) - quiet < 5) return null
  const places = centres.filter((_, i) => levels[i] <= quiet && levels[i] > -110)
  if (places.length < 3) return null
  const length = Math.min(60, places.length)
  const chosen = Array.from({ length }, (_, i) => places[Math.floor((i * places.length) / length)])
  const { power } = analyser
  const mean = new Float64Array(power.length)
  let sung = 0
  for (const centre of chosen) {
    if (isSung(analyser.analyse(pcm, centre))) sung++
    if (sung > chosen.length / 2) return null
    for (let k = 0; k < mean.length; k++) mean[k] += power[k]
  }
  for (let k = 0; k < mean.length; k++) mean[k] /= chosen.length
  return mean
}

interface Step {
  /** Candidate 0 is "unvoiced". */
  freqsHz: number[]
  strengths: number[]
  /** Plain height of the autocorrelation peak, 0..1. */
  heights: number[]
  back: Int16Array
}

/** Makes candidates far from the melody's middle less attractive: breath and consonants like to look like very high notes. */
const discourageFar = (frames: readonly Step[], middleHz: number): void => {
  for (const { freqsHz, strengths } of frames) {
    for (let i = 1; i < freqsHz.length; i++) strengths[i] -= FAR_COST * Math.max(0, Math.abs(Math.log2(freqsHz[i] / middleHz)) - 1.25)
  }
}

/** Best path through the frames' candidates. */
const findPath = (frames: readonly Step[], hopSeconds: number): Int16Array => {
  const scale = 0.01 / hopSeconds
  let scores: number[] = []
  for (const [t, frame] of frames.entries()) {
    const previous = frames[t - 1]
    const next = frame.strengths.map((strength, j) => {
      if (previous === undefined) return strength
      let best = -Infinity
      for (let i = 0; i < scores.length; i++) {
        let cost = 0
        if ((i === 0) !== (j === 0)) cost = VOICING_CHANGE_COST
        else if (i > 0) cost = OCTAVE_JUMP_COST * Math.abs(Math.log2(frame.freqsHz[j] / previous.freqsHz[i]))
        const score = scores[i] - cost * scale
        if (score > best) {
          best = score
          frame.back[j] = i
        }
      }
      return best + strength
    })
    scores = next
  }
  const path = new Int16Array(frames.length)
  let at = scores.indexOf(Math.max(...scores))
  for (let t = frames.length - 1; t >= 0; t--) {
    path[t] = at
    at = frames[t].back[at]
  }
  return path
}

/**
 * Pitch of a single voice or instrument: several candidates a frame from the noise-freed, window-corrected autocorrelation,
 * then the cheapest path through them.
 *
 * @param pcm         [S] mono samples
 * @param sampleRate  Hz, any
 * @param options     fMin, fMax in Hz (65..3700), hopSeconds (0.01)
 * @returns           f0 [F] in Hz, 0 where unvoiced, and voicing [F] 0..1; F = 1 + floor(duration / hopSeconds)
 * @source            Boersma 1993 (candidates, path costs); peer: pitchy, see evaluation/melody
 */
export const trackF0: F0Tracker = (pcm, sampleRate, { fMin = 65, fMax = 3700, hopSeconds = 0.01 } = {}) => {
  const isNear = sampleRate >= 32000 && sampleRate <= 50000
  const samples = isNear ? pcm : resample(pcm, sampleRate, INTERNAL_RATE)
  const rate = isNear ? sampleRate : INTERNAL_RATE
  const count = pcm.length === 0 ? 0 : 1 + Math.floor(pcm.length / sampleRate / hopSeconds + 1e-9)
  const track: F0Track = { hopSeconds, f0: new Float32Array(count), voicing: new Float32Array(count) }
  if (count === 0) return track
  const centres = Array.from(track.f0, (_, i) => Math.round(i * hopSeconds * rate))
  const analyser = createFrameAnalyser(rate, { fMin, fMax })
  const levels = frameLevels(samples, centres, analyser.windowSamples)
  const loud = quantile(Float64Array.from(levels).sort(), 0.95)
  analyser.setNoise(learnNoise(analyser, samples, centres, levels))
  const frames = centres.map((centre, t): Step => {
    const quietness = clamp01((loud - 38 - levels[t]) / 12)
    const isNothing = levels[t] < -100
    const analysis: FrameAnalysis = isNothing ? { candidates: [], snrDb: -100 } : analyser.analyse(samples, centre)
    const buried = clamp01((3.5 - analysis.snrDb) / 3)
    const { candidates } = analysis
    return {
      freqsHz: [0, ...candidates.map(({ freqHz }) => freqHz)],
      strengths: [
        UNVOICED_STRENGTH + 0.6 * buried + 0.6 * quietness,
        ...candidates.map(({ freqHz, strength }) => strength + OCTAVE_COST * Math.log2(freqHz / NEUTRAL_HZ)),
      ],
      heights: [0, ...candidates.map(({ strength }) => clamp01(strength))],
      back: new Int16Array(candidates.length + 1),
    }
  })
  const first = findPath(frames, hopSeconds)
  const sung = Float64Array.from(first, (choice, t) => frames[t].freqsHz[choice])
    .filter((freqHz) => freqHz > 0)
    .sort()
  if (sung.length > 0) discourageFar(frames, sung[sung.length >> 1])
  const path = findPath(frames, hopSeconds)
  for (const [t, choice] of path.entries()) {
    const frame = frames[t]
    track.f0[t] = frame.freqsHz[choice]
    track.voicing[t] = frame.heights[choice]
  }
  return track
}
