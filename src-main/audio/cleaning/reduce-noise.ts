import { EngineError } from '#main/foundation/engine-error.ts'
import type { TimeRange } from '#contract/cleaning.ts'
import type { F0Track } from '../pitch/track-f0.ts'
import { sharedRealFft } from '../spectral/fft.ts'
import { hannWindow } from '../spectral/stft.ts'
import { learnNoisePrint, type NoisePrint } from './noise-print.ts'

export interface NoiseReductionOptions {
  /** 0..1 */
  readonly strength: number
  /** Where nothing is played; the quietest stretch without a pitch unless told. */
  readonly noiseRange?: TimeRange | undefined
  /** Pitch of what is played: its partials are protected. */
  readonly track?: F0Track | undefined
}

export interface NoiseReduced {
  /** [S]; the same array where nothing was done */
  readonly pcm: Float32Array
  readonly print: NoisePrint | null
  /** How much softer the noise is in pauses, dB, 0 or less. */
  readonly floorDb: number
}

/** Analysis window: fine enough to part the partials of the low G, short enough for spiccato. */
const WINDOW_SECONDS = 0.055
/** Noise this far below the loud parts is left as it is, unless a person points at it. */
const CLEAN_DB = 50
/** Weight of the frame before in the estimate of the signal-to-noise ratio; less where the sound rises. */
const MEMORY = 0.96
const MEMORY_AT_ONSETS = 0.7
/** How many times the mean noise is taken off: a single frame of noise often lies above its mean. */
const OVERSUBTRACTION = 1.4
/** Partials of a played note never sink by more than this. */
const PARTIAL_FLOOR = 0.7
const PARTIALS = 40

/** Marks the bins of the partials of a pitch. */
const markPartials = (mask: Uint8Array, f0: number, binHz: number): void => {
  mask.fill(0)
  if (f0 <= 0) return
  for (let order = 1; order <= PARTIALS; order++) {
    const centre = (order * f0) / binHz
    const reach = Math.max(1, (0.004 * order * f0) / binHz)
    for (let k = Math.ceil(centre - reach); k <= centre + reach && k < mask.length; k++) mask[k] = 1
  }
}

/** The running state of the gain rule, frame after frame. */
const createGainRule = (print: NoisePrint, floor: number) => {
  const bins = print.power.length
  const noise = print.power.map((value) => OVERSUBTRACTION * value + 1e-16)
  const before = new Float64Array(bins) // clean power over noise, of the frame before
  const raw = new Float64Array(bins)
  const gains = new Float64Array(bins)
  return (power: Float64Array, partials: Uint8Array): Float64Array => {
    for (let k = 0; k < bins; k++) {
      // posterior ratio over three bins: single bins of noise leap
      const left = power[k === 0 ? 0 : k - 1] / noise[k === 0 ? 0 : k - 1]
      const right = power[k === bins - 1 ? k : k + 1] / noise[k === bins - 1 ? k : k + 1]
      const own = power[k] / noise[k]
      const posterior = Math.max(own, 0.25 * left + 0.5 * own + 0.25 * right)
      const now = Math.max(0, posterior - 1)
      const memory = now > 4 * before[k] + 4 ? MEMORY_AT_ONSETS : MEMORY
      const prior = memory * before[k] + (1 - memory) * now
      raw[k] = prior / (1 + prior)
      before[k] = raw[k] * raw[k] * posterior
    }
    for (let k = 0; k < bins; k++) {
      const around = k === 0 || k === bins - 1 ? raw[k] : 0.25 * raw[k - 1] + 0.5 * raw[k] + 0.25 * raw[k + 1]
      const least = partials[k] === 1 && power[k] > noise[k] ? Math.max(floor, PARTIAL_FLOOR) : floor
      gains[k] = Math.max(least, Math.min(1, Math.max(raw[k], around)))
    }
    return gains
  }
}

/** Size of the analysis at a sample rate: a power of two. */
export const noiseFftSize = (sampleRate: number): number => 2 ** Math.round(Math.log2(WINDOW_SECONDS * sampleRate))

/**
 * Lowers steady noise under a bowed string: spectral gating with a learned noise print.
 *
 * Gains follow the decision-directed rule with over-subtraction, smoothed over time and frequency, never below the floor; partials of the
 * played pitch keep at least 70 %. Where every gain is 1 the input comes back to float accuracy; where the noise lies 60 dB or more below
 * the music nothing is done.
 *
 * @param pcm         [S]
 * @param sampleRate  Hz
 * @param options     strength 0..1, range of the noise print, pitch track
 * @returns           [S], the print, how much the noise was lowered
 * @throws            EngineError INVALID_ARGUMENT when the range of the noise print lies outside the recording
 * @source            Ephraim and Malah 1984 (decision-directed ratio), Boll 1979 (over-subtraction and floor); windows: square-root Hann
 */
export const reduceNoise = (pcm: Float32Array, sampleRate: number, options: NoiseReductionOptions): NoiseReduced => {
  const { strength, noiseRange, track } = options
  const seconds = pcm.length / sampleRate
  if (noiseRange !== undefined && noiseRange.toSeconds > seconds + 0.01) {
    throw new EngineError('INVALID_ARGUMENT', {
      what: `The noise print ends at ${noiseRange.toSeconds.toFixed(2)} s, but the recording only lasts ${seconds.toFixed(2)} s.`,
    })
  }
  const nFft = noiseFftSize(sampleRate)
  const print = learnNoisePrint(pcm, sampleRate, { nFft, range: noiseRange, track })
  const floorDb = -(6 + 18 * strength)
  if (print === null || (noiseRange === undefined && print.noiseDb < print.loudDb - CLEAN_DB)) return { pcm, print, floorDb: 0 }
  const bins = nFft / 2 + 1
  const hop = nFft / 4
  const fft = sharedRealFft(nFft)
  const window = hannWindow(nFft).map(Math.sqrt)
  const scale = 1 / 2 // four overlapping squared windows sum up to 2
  const buffer = new Float64Array(nFft)
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const power = new Float64Array(bins)
  const partials = new Uint8Array(bins)
  const output = new Float64Array(pcm.length + 2 * nFft)
  const rule = createGainRule(print, 10 ** (floorDb / 20))
  for (let start = -nFft + hop; start < pcm.length; start += hop) {
    for (let n = 0; n < nFft; n++) {
      const at = start + n
      buffer[n] = at >= 0 && at < pcm.length ? pcm[at] * window[n] : 0
    }
    fft.forward(buffer, re, im)
    // The print was taken with a Hann window, the gating with its square root: their energies differ by 3/4.
    for (let k = 0; k < bins; k++) power[k] = (re[k] * re[k] + im[k] * im[k]) * 0.75
    const frame = track === undefined ? -1 : Math.round((start + nFft / 2) / sampleRate / track.hopSeconds)
    markPartials(partials, track?.f0[frame] ?? 0, sampleRate / nFft)
    const gains = rule(power, partials)
    for (let k = 0; k < bins; k++) {
      re[k] *= gains[k]
      im[k] *= gains[k]
    }
    fft.inverse(re, im, buffer)
    for (let n = 0; n < nFft; n++) output[start + n + nFft] += buffer[n] * window[n] * scale
  }
  return { pcm: Float32Array.from(output.subarray(nFft, nFft + pcm.length)), print, floorDb }
}
