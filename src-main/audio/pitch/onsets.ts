import { resample } from '#main/audio/io/resample.ts'
import { sharedRealFft } from '#main/audio/spectral/fft.ts'

/** How loud a recording is and how fast its spectrum grows, every few milliseconds. Value i belongs to the moment i * hopSeconds. */
export interface OnsetCurves {
  hopSeconds: number
  /** [F] dB of the band where voices and violins live */
  levelDb: Float32Array
  /** [F] mean growth of the log spectrum since 15 ms before, 0 or more */
  flux: Float32Array
}

/** A moment at which a note or syllable begins. */
export interface Onset {
  seconds: number
  /** Height of the flux peak over its surroundings. */
  strength: number
}

const RATE = 22050
const WINDOW = 512
const SIZE = 512
const LOWEST_HZ = 90

/**
 * Level and spectral flux.
 *
 * @param pcm         [S] mono samples
 * @param sampleRate  Hz, any
 * @param hopSeconds  0.005 unless told
 * @returns           levelDb and flux, F = 1 + floor(duration / hopSeconds)
 * @source            Bello et al. 2005, "A tutorial on onset detection in music signals" (log spectral difference)
 */
export const measureOnsetCurves = (pcm: Float32Array, sampleRate: number, hopSeconds = 0.005): OnsetCurves => {
  const samples = sampleRate === RATE ? pcm : resample(pcm, sampleRate, RATE)
  const count = pcm.length === 0 ? 0 : 1 + Math.floor(pcm.length / sampleRate / hopSeconds + 1e-9)
  const fft = sharedRealFft(SIZE)
  const bins = SIZE / 2 + 1
  const firstBin = Math.ceil((LOWEST_HZ * SIZE) / RATE)
  const lastBin = Math.floor((6000 * SIZE) / RATE)
  const lag = Math.max(1, Math.round(0.015 / hopSeconds))
  const window = Float64Array.from({ length: WINDOW }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / WINDOW))
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const frame = new Float64Array(WINDOW)
  const history = Array.from({ length: lag + 1 }, () => new Float64Array(bins))
  const levelDb = new Float32Array(count)
  const flux = new Float32Array(count)
  let ceiling = 1e-6
  for (const sample of samples) ceiling = Math.max(ceiling, Math.abs(sample))
  const floor = ceiling * WINDOW * 2e-4 // spectral detail 60 dB or more below full scale is not heard as an onset
  for (let i = 0; i < count; i++) {
    const first = Math.round(i * hopSeconds * RATE) - (WINDOW >> 1)
    const from = Math.min(WINDOW, Math.max(0, -first))
    const to = Math.max(from, Math.min(WINDOW, samples.length - first))
    frame.fill(0, 0, from)
    for (let n = from; n < to; n++) frame[n] = samples[first + n] * window[n]
    frame.fill(0, to)
    fft.forward(frame, re, im)
    const now = history[i % (lag + 1)]
    const before = history[(i + 1) % (lag + 1)]
    let power = 0
    let growth = 0
    for (let k = firstBin; k <= lastBin; k++) {
      const magnitude = Math.sqrt(re[k] * re[k] + im[k] * im[k])
      power += magnitude * magnitude
      now[k] = Math.log(magnitude + floor)
      if (i >= lag && now[k] > before[k]) growth += now[k] - before[k]
    }
    levelDb[i] = 10 * Math.log10(Math.max((power * 8) / (3 * WINDOW * WINDOW), 1e-12)) // Hann-weighted power -> dB of a full-scale square
    flux[i] = growth / (lastBin - firstBin + 1)
  }
  return {
    hopSeconds,
    levelDb: levelDb.map((_, i) => (levelDb[Math.max(0, i - 1)] + levelDb[i] + levelDb[Math.min(count - 1, i + 1)]) / 3),
    flux,
  }
}

/**
 * Peaks of the flux that stand out from the 200 ms around them.
 *
 * @param curves  from `measureOnsetCurves`
 * @returns       onsets in order, at least 50 ms apart
 */
export const findOnsets = ({ hopSeconds, flux }: OnsetCurves): Onset[] => {
  const reach = Math.round(0.1 / hopSeconds)
  const apart = Math.round(0.05 / hopSeconds)
  const onsets: Onset[] = []
  for (let i = 1; i + 1 < flux.length; i++) {
    if (flux[i] < flux[i - 1] || flux[i] <= flux[i + 1]) continue
    let sum = 0
    let isHighest = true
    const first = Math.max(0, i - reach)
    const last = Math.min(flux.length - 1, i + reach)
    for (let j = first; j <= last; j++) {
      sum += flux[j]
      if (Math.abs(j - i) <= apart && flux[j] > flux[i]) isHighest = false
    }
    const strength = flux[i] - (1.3 * sum) / (last - first + 1)
    if (isHighest && strength > 0.08) onsets.push({ seconds: i * hopSeconds, strength })
  }
  return onsets
}
