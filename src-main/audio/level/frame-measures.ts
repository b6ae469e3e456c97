/** Frame measures that the voice is trained on and driven by. Hop 441 at 44.1 kHz: frame i is centred on sample 441 i. */
export const CONTROL_HOP = 441
const WINDOW = 1024
export const SILENT_DB = -100

/** Number of control frames of a clip. */
export const countControlFrames = (lengthSamples: number): number => Math.floor(lengthSamples / CONTROL_HOP)

const squaredHann = (): Float64Array => {
  const weights = Float64Array.from({ length: WINDOW }, (_, n) => (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW)) ** 2)
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/**
 * Loudness per control frame: level of the Hann-windowed frame.
 *
 * @param pcm  [S] at 44.1 kHz
 * @returns    [F] 10 log10(sum(w^2 x^2) / sum(w^2)) over 1024 samples centred on 441 i, at least -100; F = floor(S / 441)
 */
export const measureFrameLoudness = (pcm: Float32Array): Float32Array => {
  const weights = squaredHann()
  const out = new Float32Array(countControlFrames(pcm.length))
  for (let i = 0; i < out.length; i++) {
    const start = i * CONTROL_HOP - WINDOW / 2
    const from = Math.max(0, -start)
    const to = Math.min(WINDOW, pcm.length - start)
    let sum = 0
    for (let n = from; n < to; n++) {
      const x = pcm[start + n]
      sum += weights[n] * x * x
    }
    out[i] = Math.max(SILENT_DB, 10 * Math.log10(sum + 1e-12))
  }
  return out
}

/** Fit over the training corpus: log2 of the root-mean-square frequency a violin tone of f0 has on average. */
const EXPECTED_AT_440 = 10.46
const EXPECTED_SLOPE = 0.68
const SCALE_PER_OCTAVE = 0.36
const SMOOTHING_FRAMES = 7

/**
 * Brightness per control frame: how far the spectrum's root-mean-square frequency lies above or below what is
 * usual at this pitch. The root-mean-square frequency needs no spectrum: it is the energy of the difference
 * signal over the energy of the signal.
 *
 * @param pcm  [S] at 44.1 kHz
 * @param f0   [F] Hz
 * @returns    [F] 0..1, 0.5 usual; smoothed over 70 ms; held through silence
 */
export const measureBrightness = (pcm: Float32Array, f0: Float32Array): Float32Array => {
  const frames = countControlFrames(pcm.length)
  const energy = new Float64Array(frames)
  const difference = new Float64Array(frames)
  for (let i = 0; i < frames; i++) {
    const from = Math.max(1, i * CONTROL_HOP - WINDOW / 2)
    const to = Math.min(pcm.length, i * CONTROL_HOP + WINDOW / 2)
    let sum = 0
    let sumOfDifferences = 0
    for (let n = from; n < to; n++) {
      const x = pcm[n]
      const d = x - pcm[n - 1]
      sum += x * x
      sumOfDifferences += d * d
    }
    energy[i] = sum
    difference[i] = sumOfDifferences
  }
  const out = new Float32Array(frames)
  let held = 0.5
  const half = SMOOTHING_FRAMES >> 1
  for (let i = 0; i < frames; i++) {
    let e = 0
    let d = 0
    for (let j = Math.max(0, i - half); j <= Math.min(frames - 1, i + half); j++) {
      e += energy[j]
      d += difference[j]
    }
    if (e > 1e-6) {
      const rmsHz = (44100 / Math.PI) * Math.asin(Math.min(1, 0.5 * Math.sqrt(d / e)))
      const usual = EXPECTED_AT_440 + EXPECTED_SLOPE * Math.log2(f0[i] / 440)
      held = Math.min(1, Math.max(0, 0.5 + SCALE_PER_OCTAVE * (Math.log2(Math.max(rmsHz, 20)) - usual)))
    }
    out[i] = held
  }
  return out
}
