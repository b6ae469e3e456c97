import { EngineError } from '#main/foundation/engine-error.ts'
import { countStftFrames, type StftConfig, visitStftFrames } from './stft.ts'

export interface MelConfig {
  readonly sampleRate: number
  readonly nFft: number
  readonly nMels: number
  readonly fMin: number
  readonly fMax: number
}

export interface LogMelConfig extends MelConfig {
  readonly hopLength: number
  /** Defaults to nFft. */
  readonly winLength?: number
  /** Power below this counts as this; default 1e-10. */
  readonly powerFloor?: number
  readonly padding?: StftConfig['padding']
}

export interface MelFilterbank {
  readonly nMels: number
  /** nFft / 2 + 1 */
  readonly bins: number
  /** [nMels, bins] */
  readonly weights: Float32Array
  /** [nMels] first bin with a weight, and one past the last. */
  readonly firstBin: Int32Array
  readonly endBin: Int32Array
  /** [nMels] centre frequencies in Hz. */
  readonly centersHz: Float64Array
}

const LINEAR_HZ_PER_MEL = 200 / 3
const LOG_STEP = Math.log(6.4) / 27
/** Slaney's mel scale: linear below 1 kHz, logarithmic above. */ // Hz -> mel
export const hzToMel = (hz: number): number => (hz < 1000 ? hz / LINEAR_HZ_PER_MEL : 15 + Math.log(hz / 1000) / LOG_STEP)
/** The inverse of `hzToMel`. */ // mel -> Hz
export const melToHz = (mel: number): number => (mel < 15 ? mel * LINEAR_HZ_PER_MEL : 1000 * Math.exp(LOG_STEP * (mel - 15)))

/**
 * Triangular mel filters of equal area (Slaney's scale and norm).
 *
 * @param config  sampleRate, fMin, fMax in Hz; nFft in samples; nMels filters
 * @returns       weights [nMels, nFft / 2 + 1] for power spectra, with each filter's range of bins
 * @source        M. Slaney, Auditory Toolbox; peer: librosa.filters.mel, see test/peers/log-mel
 */
export const createMelFilterbank = ({ sampleRate, nFft, nMels, fMin, fMax }: MelConfig): MelFilterbank => {
  const bins = nFft / 2 + 1
  const lowMel = hzToMel(fMin)
  const highMel = hzToMel(fMax)
  const edgesHz = Float64Array.from({ length: nMels + 2 }, (_, i) => melToHz(lowMel + ((highMel - lowMel) * i) / (nMels + 1)))
  const weights = new Float32Array(nMels * bins)
  const firstBin = new Int32Array(nMels)
  const endBin = new Int32Array(nMels)
  for (let mel = 0; mel < nMels; mel++) {
    const low = edgesHz[mel]
    const center = edgesHz[mel + 1]
    const high = edgesHz[mel + 2]
    for (let bin = 0; bin < bins; bin++) {
      const hz = (bin * sampleRate) / nFft
      const weight = Math.min((hz - low) / (center - low), (high - hz) / (high - center))
      if (weight <= 0) continue
      weights[mel * bins + bin] = (weight * 2) / (high - low)
      if (endBin[mel] === 0) firstBin[mel] = bin
      endBin[mel] = bin + 1
    }
  }
  return { nMels, bins, weights, firstBin, endBin, centersHz: edgesHz.slice(1, -1) }
}

/**
 * One power spectrum through the filterbank.
 *
 * @param filterbank  nMels filters over bins
 * @param power       [bins]
 * @param output      [nMels] mel power, written at `offset`
 */
export const applyMelFilterbank = (filterbank: MelFilterbank, power: ArrayLike<number>, output: Float32Array, offset = 0): void => {
  const { nMels, bins, weights, firstBin, endBin } = filterbank
  for (let mel = 0; mel < nMels; mel++) {
    let sum = 0
    for (let bin = firstBin[mel], row = mel * bins; bin < endBin[mel]; bin++) sum += weights[row + bin] * power[bin]
    output[offset + mel] = sum
  }
}

const filterbanks = new Map<string, MelFilterbank>()
const sharedFilterbank = (config: MelConfig): MelFilterbank => {
  const key = [config.sampleRate, config.nFft, config.nMels, config.fMin, config.fMax].join(' ')
  let filterbank = filterbanks.get(key)
  if (!filterbank) {
    filterbank = createMelFilterbank(config)
    filterbanks.set(key, filterbank)
  }
  return filterbank
}

/**
 * Mel power spectrogram of a mono waveform.
 *
 * @param pcm     [S] samples in [-1, 1] at `config.sampleRate`
 * @param config  nFft, hopLength in samples; nMels; fMin, fMax in Hz
 * @returns       [F, nMels] power, F = 1 + floor(S / hopLength)
 */
export const computeMelPower = (pcm: Float32Array, config: LogMelConfig): Float32Array => {
  const { nFft, hopLength, winLength = nFft, nMels } = config
  const filterbank = sharedFilterbank(config)
  const stft: StftConfig = { nFft, hopLength, winLength, isCentered: true, padding: config.padding ?? 'zeros' }
  const output = new Float32Array(countStftFrames(pcm.length, stft) * nMels)
  const power = new Float64Array(filterbank.bins)
  visitStftFrames(pcm, stft, (frame, re, im) => {
    for (let bin = 0; bin < power.length; bin++) power[bin] = re[bin] * re[bin] + im[bin] * im[bin]
    applyMelFilterbank(filterbank, power, output, frame * nMels)
  })
  return output
}

/**
 * Log-mel spectrogram of a mono waveform.
 *
 * @param pcm     [S] samples in [-1, 1] at `config.sampleRate`
 * @param config  nFft, hopLength in samples; nMels; fMin, fMax in Hz
 * @returns       [F, nMels] natural-log power, F = 1 + floor(S / hopLength)
 * @throws        EngineError AUDIO_TOO_SHORT when S <= nFft / 2
 * @source        Slaney mel scale; peer: librosa, see test/peers/log-mel
 */
export const computeLogMel = (pcm: Float32Array, config: LogMelConfig): Float32Array => {
  if (pcm.length <= config.nFft / 2) {
    throw new EngineError('AUDIO_TOO_SHORT', {
      seconds: Number((pcm.length / config.sampleRate).toFixed(3)),
      minimumSeconds: Number(((config.nFft / 2 + 1) / config.sampleRate).toFixed(3)),
    })
  }
  const logMel = computeMelPower(pcm, config)
  const powerFloor = config.powerFloor ?? 1e-10
  for (let i = 0; i < logMel.length; i++) logMel[i] = Math.log(Math.max(logMel[i], powerFloor)) // power -> ln power
  return logMel
}
