import { createAutocorrelation, sharedRealFft } from '#main/audio/spectral/fft.ts'

/** One possible period of a frame. */
export interface PitchCandidate {
  freqHz: number
  /** Height of the autocorrelation peak, 1 for a perfectly periodic frame. */
  strength: number
}

export interface FrameAnalysis {
  candidates: PitchCandidate[]
  /** Power of the frame in the band where voices live, against the room's noise; large where the noise is unknown. */
  snrDb: number
}

export interface FrameAnalyser {
  windowSamples: number
  /** Weighted power spectrum of the frame analysed last, to learn the room's noise from. */
  readonly power: Float64Array
  /** Noise power per bin that later frames are freed of. */
  setNoise(noise: Float64Array | null): void
  analyse(pcm: Float32Array, centre: number): FrameAnalysis
}

const MOST_CANDIDATES = 8
const LEAST_STRENGTH = 0.2
/** How many times the mean noise is taken off: noise of a single frame lies above its mean about a third of the time. */
const OVERSUBTRACTION = 1.6

/** Height and offset of the parabola through three neighbouring values. */
const parabola = (left: number, middle: number, right: number): { offset: number; height: number } => {
  const curve = left - 2 * middle + right
  if (curve >= 0) return { offset: 0, height: middle }
  const offset = (0.5 * (left - right)) / curve
  return { offset, height: middle - 0.25 * (left - right) * offset }
}

/**
 * Autocorrelation of single frames, normalised by that of the window, after taking off a known noise spectrum.
 *
 * @param sampleRate  Hz
 * @param range       lowest and highest pitch in Hz
 * @returns           an analyser with its own scratch memory
 * @source            Boersma 1993, "Accurate short-term analysis of the fundamental frequency"; Boll 1979 for the subtraction
 */
export const createFrameAnalyser = (sampleRate: number, range: { fMin: number; fMax: number }): FrameAnalyser => {
  const windowSamples = Math.round(sampleRate * Math.min(0.06, Math.max(0.024, 3 / range.fMin)))
  const maxLag = Math.min(Math.ceil(sampleRate / range.fMin) + 2, Math.floor(windowSamples * 0.6))
  const minLag = Math.max(2, Math.floor(sampleRate / range.fMax) - 1)
  let size = 256
  while (size < windowSamples + maxLag + 2) size *= 2
  const fft = sharedRealFft(size)
  const bins = size / 2 + 1
  const window = new Float64Array(windowSamples)
  for (let n = 0; n < windowSamples; n++) window[n] = 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / windowSamples)
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const frame = new Float64Array(windowSamples)
  const autocorrelation = createAutocorrelation(size)
  const lags = new Float64Array(maxLag + 2)
  const highest = Math.max(5000, range.fMax * 1.6)
  const weights = new Float64Array(bins)
  for (let k = 0; k < bins; k++) {
    const freq = (k * sampleRate) / size
    weights[k] = 1 / (1 + ((0.75 * range.fMin) / Math.max(freq, 1)) ** 8) / (1 + (freq / highest) ** 6)
  }
  fft.forward(window, re, im)
  const power = new Float64Array(bins)
  for (let k = 0; k < bins; k++) power[k] = re[k] * re[k] + im[k] * im[k]
  autocorrelation.run(power, lags)
  const windowLags = lags.map((value) => value / lags[0])
  const normal = new Float64Array(maxLag + 2)
  let noise: Float64Array | null = null
  let noiseSum = 0

  const toPower = (pcm: Float32Array, centre: number): void => {
    const first = centre - (windowSamples >> 1)
    let mean = 0
    const from = Math.min(windowSamples, Math.max(0, -first))
    const to = Math.max(from, Math.min(windowSamples, pcm.length - first))
    frame.fill(0, 0, from)
    for (let n = from; n < to; n++) {
      frame[n] = pcm[first + n]
      mean += frame[n]
    }
    frame.fill(0, to)
    mean /= windowSamples
    for (let n = 0; n < windowSamples; n++) frame[n] = (frame[n] - mean) * window[n]
    fft.forward(frame, re, im)
    for (let k = 0; k < bins; k++) power[k] = (re[k] * re[k] + im[k] * im[k]) * weights[k]
  }

  /** Lag of the peak, sharpened on its multiples: at k periods an error of interpolation weighs k times less. */
  const sharpen = (lag: number, height: number): number => {
    let period = lag
    const furthest = Math.min(maxLag, 0.014 * sampleRate)
    for (let k = 2; k * period < furthest; k++) {
      const around = Math.round(k * period)
      let best = around
      const reach = Math.max(1, Math.floor(0.08 * period))
      for (let i = Math.max(1, around - reach); i <= Math.min(maxLag, around + reach); i++) if (normal[i] > normal[best]) best = i
      const peak = parabola(normal[best - 1], normal[best], normal[best + 1])
      if (peak.height < 0.85 * height || Math.abs(best + peak.offset - k * period) > 0.06 * period) break
      period = (best + peak.offset) / k
    }
    return period
  }

  return {
    windowSamples,
    power,
    setNoise(spectrum) {
      noise = spectrum
      noiseSum = spectrum === null ? 0 : spectrum.reduce((sum, value) => sum + value, 0)
    },
    analyse(pcm, centre) {
      toPower(pcm, centre)
      let total = 0
      for (let k = 0; k < bins; k++) total += power[k]
      if (total <= 1e-12) return { candidates: [], snrDb: -100 }
      const snrDb = noiseSum > 0 ? 10 * Math.log10(total / noiseSum) : 100
      if (noise !== null) for (let k = 0; k < bins; k++) power[k] = Math.max(power[k] - OVERSUBTRACTION * noise[k], 0.02 * power[k])
      autocorrelation.run(power, lags)
      for (let i = 0; i < normal.length; i++) normal[i] = lags[i] / lags[0] / windowLags[i]
      const candidates: PitchCandidate[] = []
      for (let i = minLag; i <= maxLag; i++) {
        if (normal[i] < LEAST_STRENGTH || normal[i] <= normal[i - 1] || normal[i] < normal[i + 1]) continue
        const { offset, height } = parabola(normal[i - 1], normal[i], normal[i + 1])
        candidates.push({ freqHz: i + offset, strength: Math.min(1, height) })
      }
      const worth = (candidate: PitchCandidate): number => candidate.strength - 0.02 * Math.log2(candidate.freqHz)
      candidates.sort((a, b) => worth(b) - worth(a))
      candidates.length = Math.min(candidates.length, MOST_CANDIDATES)
      for (const candidate of candidates) candidate.freqHz = sampleRate / sharpen(candidate.freqHz, candidate.strength) // lag -> Hz
      return { candidates: candidates.filter(({ freqHz }) => freqHz >= range.fMin * 0.98 && freqHz <= range.fMax * 1.02), snrDb }
    },
  }
}
