import { invariant } from '#main/foundation/engine-error.ts'
import { sharedRealFft } from './fft.ts'

export interface StftConfig {
  /** FFT size in samples, a power of two. */
  readonly nFft: number
  /** Hann window in samples, <= nFft, centred in the FFT frame. */
  readonly winLength: number
  readonly hopLength: number
  /** Frame f is centred on sample f * hopLength (edges padded) instead of starting there. */
  readonly isCentered: boolean
  /** What lies beyond the edges of a centred analysis; zeros by default, as in librosa >= 0.10. */
  readonly padding?: 'zeros' | 'reflect'
}

export interface Stft {
  readonly frames: number
  /** nFft / 2 + 1 */
  readonly bins: number
  /** [F, bins] */
  readonly re: Float32Array
  readonly im: Float32Array
  /** [F, bins], computed when first asked for. */
  readonly magnitude: Float32Array
  readonly power: Float32Array
}

const windows = new Map<number, Float64Array>()
/** Periodic Hann window [length]. */
export const hannWindow = (length: number): Float64Array => {
  let window = windows.get(length)
  if (!window) {
    window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length))
    windows.set(length, window)
  }
  return window
}

/** Frames that `computeStft` gives for a clip of so many samples. */
export const countStftFrames = (lengthSamples: number, config: StftConfig): number =>
  config.isCentered
    ? 1 + Math.floor(lengthSamples / config.hopLength)
    : Math.max(0, 1 + Math.floor((lengthSamples - config.nFft) / config.hopLength))

/** Index of the sample that a reflection about both ends puts at `index`. */
const reflectIndex = (index: number, length: number): number => {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - folded
}

/**
 * Walks over the frames of a short-time Fourier transform without keeping them.
 *
 * @param pcm     [S] samples
 * @param config  nFft, winLength, hopLength in samples
 * @param visit   gets the frame's number and its re, im [nFft / 2 + 1]; both are overwritten by the next frame
 * @returns       F, the number of frames visited
 */
export const visitStftFrames = (
  pcm: Float32Array,
  config: StftConfig,
  visit: (frame: number, re: Float64Array, im: Float64Array) => void,
): number => {
  const { nFft, winLength, hopLength, isCentered, padding = 'zeros' } = config
  invariant(winLength >= 1 && winLength <= nFft && hopLength >= 1, 'window longer than the FFT, or no hop')
  const fft = sharedRealFft(nFft)
  const window = hannWindow(winLength)
  const frames = countStftFrames(pcm.length, config)
  const buffer = new Float64Array(nFft)
  const re = new Float64Array(nFft / 2 + 1)
  const im = new Float64Array(nFft / 2 + 1)
  const margin = Math.floor((nFft - winLength) / 2)
  const isReflected = isCentered && padding === 'reflect' && pcm.length > 0
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * hopLength + margin - (isCentered ? nFft / 2 : 0)
    for (let i = 0; i < winLength; i++) {
      const index = start + i
      const isInside = index >= 0 && index < pcm.length
      const sample = isInside ? pcm[index] : isReflected ? pcm[reflectIndex(index, pcm.length)] : 0
      buffer[margin + i] = sample * window[i]
    }
    fft.forward(buffer, re, im)
    visit(frame, re, im)
  }
  return frames
}

/**
 * Short-time Fourier transform with a periodic Hann window.
 *
 * @param pcm     [S] samples
 * @param config  nFft, winLength, hopLength in samples
 * @returns       re, im, magnitude, power [F, nFft / 2 + 1], unscaled; F = 1 + floor(S / hopLength) when centred,
 *                1 + floor((S - nFft) / hopLength) otherwise (0 when S < nFft)
 * @source        peer: librosa.stft, see test/peers/log-mel
 */
export const computeStft = (pcm: Float32Array, config: StftConfig): Stft => {
  const bins = config.nFft / 2 + 1
  const frames = countStftFrames(pcm.length, config)
  const re = new Float32Array(frames * bins)
  const im = new Float32Array(frames * bins)
  visitStftFrames(pcm, config, (frame, frameRe, frameIm) => {
    re.set(frameRe, frame * bins)
    im.set(frameIm, frame * bins)
  })
  let magnitude: Float32Array | undefined
  let power: Float32Array | undefined
  return {
    frames,
    bins,
    re,
    im,
    get power() {
      return (power ??= re.map((x, i) => x * x + im[i] * im[i]))
    },
    get magnitude() {
      return (magnitude ??= re.map((x, i) => Math.sqrt(x * x + im[i] * im[i])))
    },
  }
}
