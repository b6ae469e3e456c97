import { CONTROL_HOP, measureBrightness } from '#main/audio/level/frame-measures.ts'
import { createMelFilterbank, applyMelFilterbank } from '#main/audio/spectral/log-mel.ts'
import { visitStftFrames } from '#main/audio/spectral/stft.ts'
import { invariant } from '#main/foundation/engine-error.ts'

/** Control frames of one token: 25 tokens a second. */
export const TOKEN_STRIDE = 4

/** What the descriptors hear of a clip besides its samples; both arrays have length F. */
export interface SemanticControls {
  /** Hz at 100 Hz; 0 or held where unvoiced. */
  readonly f0: Float32Array
  /** dBFS at 100 Hz, from `measureFrameLoudness`. */
  readonly loudnessDb: Float32Array
}

const MFCC_COUNT = 12
/** Columns of a description, in order. */
export const DESCRIPTOR_NAMES = [
  'pitchSlope',
  'vibratoRate',
  'vibratoExtent',
  'loudness',
  'loudnessSlope',
  'loudnessBefore',
  'loudnessAfter',
  'brightness',
  'harmonicity',
  'onset',
  'silence',
  ...Array.from({ length: MFCC_COUNT }, (_, i) => `mfcc${i + 1}`),
] as const
export const DESCRIPTOR_WIDTH = DESCRIPTOR_NAMES.length

const SAMPLE_RATE = 44100
const N_FFT = 1024
const N_MELS = 40
const QUIET_DB = -60
const FLOOR_DB = -70
/** Rests are no quieter than this against the clip's median, so that the spread tells of what sounds. */
const LOWEST_RELATIVE_DB = -30
/** Half of a quarter of a second: what moves faster than this is vibrato or a new note. */
const SLOW_HALF = 12
const VIBRATO_HALF = 18
/** A jump larger than this from frame to frame is a new note, not a movement. */
const JUMP_CENTS = 60
const MOST_EXTENT_CENTS = 60

export const countTokens = (frames: number): number => Math.ceil(frames / TOKEN_STRIDE)

const filterbank = createMelFilterbank({ sampleRate: SAMPLE_RATE, nFft: N_FFT, nMels: N_MELS, fMin: 80, fMax: 16000 })
/** Width of each filter's triangle in bins: turns its average into a sum. */
const melWidths = Float64Array.from({ length: N_MELS }, (_, m) => {
  let sum = 0
  for (let bin = 0; bin < filterbank.bins; bin++) sum += filterbank.weights[m * filterbank.bins + bin]
  return 1 / Math.max(sum, 1e-12)
})
const cosines = Float64Array.from({ length: MFCC_COUNT * N_MELS }, (_, i) =>
  Math.cos((Math.PI * (1 + Math.floor(i / N_MELS)) * ((i % N_MELS) + 0.5)) / N_MELS),
)
/** Power of a filter in a frame of about -85 dBFS noise: below it there is nothing to tell apart. */
const MEL_FLOOR = 2e-5 // x^2 summed over a 1024-sample Hann window, per filter

/** Timbre is looked at 50 times a second, twice for each token. */
const TIMBRE_STRIDE = 2

interface Timbre {
  /** [F / 2, MFCC_COUNT] */
  readonly mfcc: Float32Array
  /** [F / 2] mean rise of the log mel spectrum against the look before, nepers */
  readonly flux: Float32Array
}

/** Shape of the spectrum, its level taken out, and how suddenly it grows. */
const measureTimbre = (pcm: Float32Array, looks: number): Timbre => {
  const mfcc = new Float32Array(looks * MFCC_COUNT)
  const flux = new Float32Array(looks)
  const power = new Float64Array(filterbank.bins)
  const mel = new Float32Array(N_MELS)
  const history = [new Float64Array(N_MELS), new Float64Array(N_MELS)]
  const stft = { nFft: N_FFT, winLength: N_FFT, hopLength: CONTROL_HOP * TIMBRE_STRIDE, isCentered: true }
  visitStftFrames(pcm, stft, (look, re, im) => {
    if (look >= looks) return
    for (let bin = 0; bin < power.length; bin++) power[bin] = re[bin] * re[bin] + im[bin] * im[bin]
    applyMelFilterbank(filterbank, power, mel)
    const levels = history[look % 2]
    const earlier = history[(look + 1) % 2]
    let mean = 0
    let rise = 0
    for (let m = 0; m < N_MELS; m++) {
      const level = Math.log(mel[m] * melWidths[m] + MEL_FLOOR)
      levels[m] = level
      mean += level / N_MELS
      if (look > 0) rise += Math.max(0, level - earlier[m]) / N_MELS
    }
    flux[look] = rise
    for (let k = 0; k < MFCC_COUNT; k++) {
      let sum = 0
      for (let m = 0; m < N_MELS; m++) sum += cosines[k * N_MELS + m] * (levels[m] - mean)
      mfcc[look * MFCC_COUNT + k] = sum / N_MELS
    }
  })
  return { mfcc, flux }
}

/** 0..1: how well the sound around a frame repeats after one period of f0; 0 where unvoiced or silent. */
const measureHarmonicity = (pcm: Float32Array, hz: number, frame: number): number => {
  if (hz < 60) return 0
  const lag = SAMPLE_RATE / hz
  const whole = Math.floor(lag)
  const part = lag - whole
  const from = Math.max(0, frame * CONTROL_HOP - N_FFT / 2)
  const to = Math.min(pcm.length - whole - 1, frame * CONTROL_HOP + N_FFT / 2)
  let product = 0
  let a = 1e-9
  let b = 1e-9
  for (let n = from; n < to; n += 2) {
    const x = pcm[n]
    const y = (1 - part) * pcm[n + whole] + part * pcm[n + whole + 1]
    product += x * y
    a += x * x
    b += y * y
  }
  return a < 1e-4 ? 0 : Math.max(0, product / Math.sqrt(a * b))
}

interface PitchMovement {
  /** [F] cents per frame of the pitch without its vibrato */
  readonly slope: Float32Array
  /** [F] Hz, 0 where there is none */
  readonly rate: Float32Array
  /** [F] cents, peak */
  readonly extent: Float32Array
}

/**
 * Movement of the pitch, found without knowing the notes: steps are left out of the running sum of movements, so that
 * what remains is what a player does on one note.
 */
const measurePitchMovement = ({ f0, loudnessDb }: SemanticControls): PitchMovement => {
  const frames = f0.length
  const path = new Float64Array(frames)
  for (let i = 1; i < frames; i++) {
    const isSounding = f0[i] > 0 && f0[i - 1] > 0 && loudnessDb[i] > FLOOR_DB
    const move = isSounding ? 1200 * Math.log2(f0[i] / f0[i - 1]) : 0
    path[i] = path[i - 1] + (Math.abs(move) < JUMP_CENTS ? move : 0)
  }
  const sums = new Float64Array(frames + 1)
  for (let i = 0; i < frames; i++) sums[i + 1] = sums[i] + path[i]
  const slow = path.map((_, i) => {
    const half = Math.min(SLOW_HALF, i, frames - 1 - i)
    return (sums[i + half + 1] - sums[i - half]) / (2 * half + 1)
  })
  const slope = new Float32Array(frames)
  const rate = new Float32Array(frames)
  const extent = new Float32Array(frames)
  for (let i = 0; i < frames; i++) {
    slope[i] = (slow[Math.min(frames - 1, i + 4)] - slow[Math.max(0, i - 4)]) / 8
    let energy = 0
    let bend = 0
    let count = 0
    for (let j = Math.max(1, i - VIBRATO_HALF); j <= Math.min(frames - 1, i + VIBRATO_HALF); j++) {
      const here = path[j] - slow[j]
      const before = path[j - 1] - slow[j - 1]
      energy += here * here
      bend += (here - before) ** 2
      count++
    }
    const peak = Math.sqrt((2 * energy) / Math.max(1, count))
    extent[i] = Math.min(MOST_EXTENT_CENTS, peak)
    // For a sinusoid the energy of differences over the energy is 4 sin^2(pi rate / 100).
    const hz = (100 / Math.PI) * Math.asin(Math.min(1, 0.5 * Math.sqrt(bend / Math.max(energy, 1e-9))))
    rate[i] = peak < 3 ? 0 : Math.min(10, hz)
  }
  return { slope, rate, extent }
}

const medianSoundingDb = (loudnessDb: Float32Array): number => {
  const sounding = loudnessDb.filter((level) => level > QUIET_DB).sort()
  return sounding.length === 0 ? QUIET_DB : sounding[sounding.length >> 1]
}

/**
 * What a listener notices of the playing, 25 times a second, from the sound alone: how pitch and loudness move, how
 * bright, noisy and sudden the tone is, and its spectrum's shape. Loudness counts against the clip's own median.
 *
 * @param pcm       [S] at 44.1 kHz
 * @param controls  f0 in Hz and loudnessDb in dBFS, [F] each, F = floor(S / 441)
 * @returns         [T, DESCRIPTOR_WIDTH], T = ceil(F / 4), not normalised; columns as in DESCRIPTOR_NAMES
 */
export const describePerformance = (pcm: Float32Array, controls: SemanticControls): Float32Array => {
  const { f0, loudnessDb } = controls
  const frames = f0.length
  invariant(loudnessDb.length === frames, 'pitch and loudness have one value per frame each')
  const tokens = countTokens(frames)
  const looks = Math.ceil(frames / TIMBRE_STRIDE)
  const timbre = measureTimbre(pcm, looks)
  const brightness = measureBrightness(
    pcm,
    f0.map((hz) => Math.max(60, hz)),
  )
  const movement = measurePitchMovement(controls)
  const median = medianSoundingDb(loudnessDb)
  const level = loudnessDb.map((db) => Math.max(LOWEST_RELATIVE_DB, db - median))
  const levels = new Float32Array(tokens)
  const mean = (values: Float32Array, token: number): number => {
    const part = values.subarray(token * TOKEN_STRIDE, (token + 1) * TOKEN_STRIDE)
    return part.reduce((sum, x) => sum + x, 0) / Math.max(1, part.length)
  }
  for (let t = 0; t < tokens; t++) levels[t] = mean(level, t)
  const levelAt = (t: number): number => levels[Math.max(0, Math.min(tokens - 1, t))]
  const result = new Float32Array(tokens * DESCRIPTOR_WIDTH)
  for (let t = 0; t < tokens; t++) {
    const firstLook = (t * TOKEN_STRIDE) / TIMBRE_STRIDE
    const lastLook = Math.min(looks, firstLook + TOKEN_STRIDE / TIMBRE_STRIDE)
    const ownLooks = Array.from({ length: lastLook - firstLook }, (_, i) => firstLook + i)
    const average = (value: (look: number) => number): number => ownLooks.reduce((sum, look) => sum + value(look), 0) / ownLooks.length
    result.set(
      [
        Math.max(-15, Math.min(15, mean(movement.slope, t))),
        mean(movement.rate, t),
        mean(movement.extent, t),
        levels[t],
        0.5 * (levelAt(t + 1) - levelAt(t - 1)),
        levels[t] - Math.max(levelAt(t - 2), levelAt(t - 3), levelAt(t - 4)),
        levels[t] - Math.max(levelAt(t + 2), levelAt(t + 3), levelAt(t + 4)),
        mean(brightness, t),
        average((look) => measureHarmonicity(pcm, f0[look * TIMBRE_STRIDE], look * TIMBRE_STRIDE)),
        Math.max(...ownLooks.map((look) => timbre.flux[look])),
        mean(loudnessDb, t) < QUIET_DB ? 1 : 0,
        ...Array.from({ length: MFCC_COUNT }, (_, k) => average((look) => timbre.mfcc[look * MFCC_COUNT + k])),
      ],
      t * DESCRIPTOR_WIDTH,
    )
  }
  return result
}
