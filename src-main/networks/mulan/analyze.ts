import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { computeMelPower } from '#main/audio/spectral/log-mel.ts'
import { visitStftFrames } from '#main/audio/spectral/stft.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { featureWidth, LEVELS_PER_FRAME, MULAN_FRAME_RATE, SHORTEST_SECONDS, type MulanConfig } from './config.ts'

/** What the audio tower hears of a clip, before a part of it is cut out and its level is taken apart. */
export interface HeardClip {
  readonly frames: number
  /** [frames, melFrames * nMels + semitones] natural-log power */
  readonly bands: Float32Array
  /** [frames, LEVELS_PER_FRAME] dBFS */
  readonly levelDb: Float32Array
}

export interface Cut {
  readonly start: number
  readonly frames: number
  /** Gain that the clip is heard with, dB. */
  readonly gainDb?: number
}

const POWER_FLOOR = 1e-8
const LN_PER_DB = Math.LN10 / 10
/** ln band power of music whose reference level is 0 dBFS; about the middle of what bands hold. */
const MEL_CENTER = -2
const SEMITONE_CENTER = 3
const BAND_SPREAD = 4
const LOWEST_FEATURE = -3

const semitoneHz = (semitone: number): number => 440 * 2 ** ((semitone - 69) / 12)

interface SemitoneFilter {
  readonly firstBin: number
  readonly weights: Float64Array
}

/** Triangles of a semitone to each side, at least one and a half bins wide where semitones lie closer than bins. */
const createSemitoneFilters = ({ sampleRate, semitoneFft, lowestSemitone, semitones }: MulanConfig): SemitoneFilter[] =>
  Array.from({ length: semitones }, (_, i) => {
    const center = semitoneHz(lowestSemitone + i)
    const reach = Math.max(center * (2 ** (1 / 12) - 1), (1.5 * sampleRate) / semitoneFft)
    const firstBin = Math.ceil(((center - reach) * semitoneFft) / sampleRate)
    const lastBin = Math.floor(((center + reach) * semitoneFft) / sampleRate)
    const weights = Float64Array.from({ length: lastBin - firstBin + 1 }, (_, k) =>
      Math.max(0, 1 - Math.abs(((firstBin + k) * sampleRate) / semitoneFft - center) / reach),
    )
    return { firstBin, weights }
  })

const filters = new Map<string, SemitoneFilter[]>()
const sharedFilters = (config: MulanConfig): SemitoneFilter[] => {
  const key = [config.sampleRate, config.semitoneFft, config.lowestSemitone, config.semitones].join(' ')
  const known = filters.get(key) ?? createSemitoneFilters(config)
  filters.set(key, known)
  return known
}

/**
 * Hears a clip: log-mel at 50 Hz (two frames to a tower frame), semitone bands at 12.5 Hz for pitch and key, level at 100 Hz.
 *
 * @param pcm [S] at config.sampleRate
 * @throws    EngineError AUDIO_TOO_SHORT under one second
 */
export const hearClip = (pcm: Float32Array, config: MulanConfig): HeardClip => {
  const { sampleRate, nMels, melFft, melFrames, semitoneFft, semitones } = config
  const hopLength = sampleRate / MULAN_FRAME_RATE // samples per tower frame
  const frames = Math.floor(pcm.length / hopLength)
  if (frames < SHORTEST_SECONDS * MULAN_FRAME_RATE)
    throw new EngineError('AUDIO_TOO_SHORT', { seconds: Number((pcm.length / sampleRate).toFixed(3)), minimumSeconds: SHORTEST_SECONDS })
  const mel = computeMelPower(pcm, { sampleRate, nFft: melFft, hopLength: hopLength / melFrames, nMels, fMin: 60, fMax: 14000 })
  const width = melFrames * nMels + semitones
  const bands = new Float32Array(frames * width)
  for (let frame = 0; frame < frames; frame++)
    bands.set(mel.subarray(frame * melFrames * nMels, (frame + 1) * melFrames * nMels), frame * width)
  const bank = sharedFilters(config)
  const stride = 2 * hopLength // the long window sees two tower frames at once
  visitStftFrames(pcm, { nFft: semitoneFft, winLength: semitoneFft, hopLength: stride, isCentered: true }, (frame, re, im) => {
    bank.forEach(({ firstBin, weights }, i) => {
      let power = 0
      for (let k = 0; k < weights.length; k++) power += weights[k] * (re[firstBin + k] ** 2 + im[firstBin + k] ** 2)
      for (const at of [2 * frame, 2 * frame + 1]) if (at < frames) bands[at * width + melFrames * nMels + i] = power
    })
  })
  for (let i = 0; i < bands.length; i++) bands[i] = Math.log(bands[i] + POWER_FLOOR) // power -> ln power
  const levelDb = new Float32Array(frames * LEVELS_PER_FRAME).fill(-100)
  levelDb.set(measureFrameLoudness(pcm).subarray(0, levelDb.length))
  return { frames, bands, levelDb }
}

const findReference = (levels: Float32Array): number => [...levels].sort((a, b) => a - b)[Math.floor(levels.length * 0.9)] ?? -100

/**
 * The tower's input for a part of a clip: bands relative to the part's own loud level, level relative to it, and that level itself.
 *
 * @returns [cut.frames, featureWidth(config)], about zero mean and unit spread, written into `output` at `offset` floats
 */
export const writeFeatures = (clip: HeardClip, cut: Cut, config: MulanConfig, output: Float32Array, offset = 0): void => {
  const { nMels, melFrames, semitones } = config
  const bandWidth = melFrames * nMels + semitones
  const width = featureWidth(config)
  const levels = clip.levelDb.subarray(cut.start * LEVELS_PER_FRAME, (cut.start + cut.frames) * LEVELS_PER_FRAME)
  const referenceDb = Math.max(-70, findReference(levels))
  const heardDb = referenceDb + (cut.gainDb ?? 0)
  for (let frame = 0; frame < cut.frames; frame++) {
    const from = (cut.start + frame) * bandWidth
    const to = offset + frame * width
    for (let i = 0; i < bandWidth; i++) {
      const center = i < melFrames * nMels ? MEL_CENTER : SEMITONE_CENTER
      output[to + i] = Math.max(LOWEST_FEATURE, (clip.bands[from + i] - referenceDb * LN_PER_DB - center) / BAND_SPREAD)
    }
    for (let i = 0; i < LEVELS_PER_FRAME; i++)
      output[to + bandWidth + i] = Math.max(LOWEST_FEATURE, (levels[frame * LEVELS_PER_FRAME + i] - referenceDb) / 12 + 1)
    output[to + width - 1] = (heardDb + 25) / 8
  }
}
