import { midiToHz } from '#music/pitch.ts'
import type { RawNote, SourceNote } from './source-note.ts'

export const MATERIAL_RATE = 44100
const HOP = 220
const HARMONICS = 8
const COARSE_STRIDE = 6
/** Half the distance between the two phase readings, samples. */
const HALF_STEP = 22

/** Mean over a centred window of `width` points, ends shortened. */
export const smooth = (values: Float32Array, width: number): Float32Array => {
  const half = Math.max(0, Math.floor(width / 2))
  const sums = new Float64Array(values.length + 1)
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i]
  return Float32Array.from(values, (_, i) => {
    const from = Math.max(0, i - half)
    const to = Math.min(values.length, i + half + 1)
    return (sums[to] - sums[from]) / (to - from)
  })
}

const median = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted.length === 0 ? 0 : sorted[Math.floor(sorted.length / 2)]
}

/**
 * Frequency of a note whose pitch is roughly known, by the phase advance of its harmonics.
 *
 * @param pcm     [S] at 44.1 kHz
 * @param centre  first guess in Hz per analysis point [P]
 * @param options stride: look at every so-manieth point only, the others keep the guess and trust 0; harmonics to use
 * @returns       [P] Hz, and [P] share of the frame's energy that the harmonics explain
 */
export const trackHarmonics = (
  pcm: Float32Array,
  centre: Float32Array,
  { stride = 1, harmonics = HARMONICS } = {},
): { f0: Float32Array; trust: Float32Array } => {
  const points = centre.length
  const f0 = new Float32Array(points)
  const trust = new Float32Array(points)
  for (let p = 0; p < points; p++) {
    const guess = centre[p]
    const length = Math.round(MATERIAL_RATE * Math.max(0.02, 4.6 / guess))
    const start = p * HOP - (length >> 1)
    if (p % stride !== 0 || start - HALF_STEP < 0 || start + length + HALF_STEP >= pcm.length) {
      f0[p] = guess
      continue
    }
    let weightSum = 0
    let frequencySum = 0
    let explained = 0
    let energy = 1e-12
    for (let k = 1; k <= harmonics && k * guess < 9000; k++) {
      const omega = (2 * Math.PI * k * guess) / MATERIAL_RATE
      // Rotating phasor and Hann window by recurrence; two readings of the same length, 2 * HALF_STEP apart.
      const cosStep = Math.cos(omega)
      const sinStep = Math.sin(omega)
      const hannCos = Math.cos((2 * Math.PI) / length)
      const hannSin = Math.sin((2 * Math.PI) / length)
      let c = 1
      let s = 0
      let hc = 1
      let hs = 0
      let reA = 0
      let imA = 0
      let reB = 0
      let imB = 0
      for (let n = 0; n < length; n++) {
        const window = 0.5 - 0.5 * hc
        const a = pcm[start - HALF_STEP + n] * window
        const b = pcm[start + HALF_STEP + n] * window
        reA += a * c
        imA -= a * s
        reB += b * c
        imB -= b * s
        if (k === 1) energy += (a * a + b * b) / 2
        const nextC = c * cosStep - s * sinStep
        s = c * sinStep + s * cosStep
        c = nextC
        const nextHc = hc * hannCos - hs * hannSin
        hs = hc * hannSin + hs * hannCos
        hc = nextHc
      }
      // Phase advance beyond the guess's own over 2 * HALF_STEP samples.
      const expected = omega * 2 * HALF_STEP
      const re = reB * reA + imB * imA
      const im = imB * reA - reB * imA
      let turn = Math.atan2(im, re) - (expected - 2 * Math.PI * Math.round(expected / (2 * Math.PI)))
      turn -= 2 * Math.PI * Math.round(turn / (2 * Math.PI))
      const deviation = (turn / (2 * HALF_STEP)) * (MATERIAL_RATE / (2 * Math.PI)) // rad/sample -> Hz
      const power = Math.sqrt((reA * reA + imA * imA) * (reB * reB + imB * imB))
      explained += (power * 2) / (0.375 * length)
      if (Math.abs(deviation) > k * guess * 0.06) continue
      const weight = power * k
      weightSum += weight
      frequencySum += weight * (guess + deviation / k)
    }
    f0[p] = weightSum > 0 ? frequencySum / weightSum : guess
    trust[p] = Math.min(1, explained / energy)
  }
  return { f0, trust }
}

const levels = (pcm: Float32Array, points: number, windowSamples: number): Float32Array => {
  const out = new Float32Array(points)
  for (let p = 0; p < points; p++) {
    const from = Math.max(0, p * HOP - (windowSamples >> 1))
    const to = Math.min(pcm.length, from + windowSamples)
    let sum = 0
    for (let n = from; n < to; n++) sum += pcm[n] * pcm[n]
    out[p] = 10 * Math.log10(sum / Math.max(1, to - from) + 1e-10)
  }
  return out
}

/** Replaces untrusted points by a line between their trusted neighbours. */
const fillUntrusted = (f0: Float32Array, isTrusted: (point: number) => boolean, fallback: number): void => {
  let last = -1
  for (let p = 0; p <= f0.length; p++) {
    if (p < f0.length && !isTrusted(p)) continue
    const left = last >= 0 ? f0[last] : p < f0.length ? f0[p] : fallback
    const right = p < f0.length ? f0[p] : left
    for (let q = last + 1; q < p; q++) f0[q] = left + ((right - left) * (q - last)) / (p - last)
    last = p
  }
}

const findRebows = (levelDb: Float32Array, from: number, to: number): number[] => {
  const found: number[] = []
  const reach = Math.round((0.15 * MATERIAL_RATE) / HOP)
  for (let p = from + reach; p < to - reach; p++) {
    let isLowest = true
    for (let q = p - reach; q <= p + reach && isLowest; q++) isLowest = levelDb[q] >= levelDb[p]
    if (!isLowest) continue
    const around = median(levelDb.subarray(p - reach, p + reach + 1))
    if (levelDb[p] < around - 8) found.push(p * HOP)
  }
  return found
}

/** Share of the first eight harmonics' energy that lies in the odd ones, over a tenth of a second. */
const oddShare = (pcm: Float32Array, centre: number, f0: number): number => {
  const length = Math.round(0.1 * MATERIAL_RATE)
  const start = Math.max(0, Math.min(pcm.length - length, centre - (length >> 1)))
  const energies = Array.from({ length: 8 }, (_, k) => {
    let re = 0
    let im = 0
    for (let n = 0; n < length; n++) {
      const angle = (2 * Math.PI * (k + 1) * f0 * n) / MATERIAL_RATE
      const value = pcm[start + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length))
      re += value * Math.cos(angle)
      im += value * Math.sin(angle)
    }
    return re * re + im * im
  })
  const odd = energies.filter((_, k) => k % 2 === 0).reduce((a, b) => a + b, 0)
  return odd / (energies.reduce((a, b) => a + b, 0) + 1e-20)
}

/**
 * Measures a recorded note: pitch track, vibrato, levels, onset, the part that may be looped, bow changes.
 *
 * @param raw  a single note of roughly known pitch at 44.1 kHz
 * @returns    the note with its measurements, or undefined when its pitch cannot be followed or is an octave off its name
 */
export const analyzeNote = (raw: RawNote): SourceNote | undefined => {
  const { pcm } = raw
  const points = Math.floor(pcm.length / HOP)
  const levelDb = levels(pcm, points, Math.round(0.02 * MATERIAL_RATE))
  let peakDb = -200
  for (const level of levelDb) peakDb = Math.max(peakDb, level)
  const isLoud = (p: number): boolean => levelDb[p] > peakDb - 26
  const bodyPoints = Array.from({ length: points }, (_, p) => p).filter(isLoud)
  if (bodyPoints.length < 8) return undefined
  const firstLoud = bodyPoints[0]
  const lastLoud = bodyPoints[bodyPoints.length - 1]

  // Coarse to fine: the note's own median pitch, its vibrato by the two lowest harmonics (the higher ones swing
  // out of a band that does not follow), then all harmonics in bands that do.
  let guess: Float32Array = new Float32Array(points).fill(midiToHz(raw.midi))
  let tracked = trackHarmonics(pcm, guess, { stride: COARSE_STRIDE })
  const values = bodyPoints.filter((p) => tracked.trust[p] > 0.5).map((p) => tracked.f0[p])
  if (values.length < 4) return undefined
  guess = new Float32Array(points).fill(median(values))
  if (raw.kind === 'arco') guess = smooth(trackHarmonics(pcm, guess, { harmonics: 2 }).f0, 5)
  tracked = trackHarmonics(pcm, guess)
  // A recording an octave higher than its name has no odd harmonics of the named pitch.
  const middle = bodyPoints[Math.floor(bodyPoints.length / 2)] * HOP
  if (raw.kind === 'arco' && oddShare(pcm, middle, median(values)) < 0.004) return undefined
  const typical = median(bodyPoints.filter((p) => tracked.trust[p] > 0.5).map((p) => tracked.f0[p]))
  if (!(Math.abs(12 * Math.log2(typical / midiToHz(raw.midi))) < 1.5)) return undefined
  const f0 = tracked.f0
  fillUntrusted(f0, (p) => isLoud(p) && tracked.trust[p] > 0.55 && Math.abs(f0[p] / typical - 1) < 0.05, typical)
  const pitch = raw.kind === 'pizzicato' ? new Float32Array(points).fill(typical) : smooth(f0, 3)
  const centreF0 = smooth(pitch, Math.round((0.36 * MATERIAL_RATE) / HOP))

  let deviation = 0
  for (const p of bodyPoints) deviation += Math.abs(1200 * Math.log2(pitch[p] / centreF0[p]))
  const bodyDb = raw.kind === 'pizzicato' ? peakDb : median(bodyPoints.map((p) => levelDb[p]))
  let onsetPoint = firstLoud
  while (onsetPoint < lastLoud && levelDb[onsetPoint] < bodyDb - 20) onsetPoint++
  let speaksPoint = onsetPoint
  while (speaksPoint < lastLoud && levelDb[speaksPoint] < bodyDb - 9) speaksPoint++
  let onset = onsetPoint * HOP
  if (raw.kind === 'pizzicato') {
    // The pluck begins where the wave does, to the sample.
    let peak = 0
    for (const x of pcm) peak = Math.max(peak, Math.abs(x))
    onset = Math.max(0, pcm.findIndex((x) => Math.abs(x) > 0.04 * peak) - 40)
  }
  const settle = Math.round((0.16 * MATERIAL_RATE) / HOP)
  const sustainStart = Math.min(onsetPoint + settle, lastLoud)
  let sustainEndPoint = lastLoud
  while (sustainEndPoint > sustainStart && levelDb[sustainEndPoint] < bodyDb - 7) sustainEndPoint--
  sustainEndPoint = Math.max(sustainStart, sustainEndPoint - Math.round((0.05 * MATERIAL_RATE) / HOP))
  return {
    ...raw,
    hop: HOP,
    f0: pitch,
    centreF0,
    levelDb: smooth(levelDb, 3),
    slowLevelDb: smooth(levelDb, Math.round((0.3 * MATERIAL_RATE) / HOP)),
    vibratoDepthCents: ((deviation / bodyPoints.length) * Math.PI) / 2,
    onset,
    speaks: speaksPoint * HOP,
    sustainStart: sustainStart * HOP,
    sustainEnd: sustainEndPoint * HOP,
    rebows: raw.kind === 'arco' ? findRebows(levelDb, sustainStart, sustainEndPoint) : [],
    bodyDb,
  }
}
