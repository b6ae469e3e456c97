import { invariant } from '#main/foundation/engine-error.ts'

export interface Loudness {
  /** Gated loudness of the whole clip in LUFS; -Infinity when nothing passes the gate. */
  readonly integratedLufs: number
  /** Loudest 400 ms and loudest 3 s in LUFS; the second is -Infinity for clips shorter than 3 s. */
  readonly maximumMomentaryLufs: number
  readonly maximumShortTermLufs: number
  /** Loudness range in LU; 0 for clips shorter than 3 s. */
  readonly rangeLu: number
}

interface Biquad {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

/**
 * The two K-weighting filters for any sample rate: the standard's 48 kHz coefficients as analogue prototypes
 * (a shelf of 4 dB above 1682 Hz, a high-pass at 38 Hz), taken back by the bilinear transform.
 */
const makeKWeighting = (sampleRate: number): readonly Biquad[] => {
  const shelf = { freqHz: 1681.974450955533, gainDb: 3.999843853973347, quality: 0.7071752369554196 }
  const highPass = { freqHz: 38.13547087602444, quality: 0.5003270373238773 }
  const high = 10 ** (shelf.gainDb / 20)
  const band = high ** 0.4996667741545416
  const k = Math.tan((Math.PI * shelf.freqHz) / sampleRate)
  const a0 = 1 + k / shelf.quality + k * k
  const j = Math.tan((Math.PI * highPass.freqHz) / sampleRate)
  const c0 = 1 + j / highPass.quality + j * j
  return [
    {
      b: [(high + (band * k) / shelf.quality + k * k) / a0, (2 * (k * k - high)) / a0, (high - (band * k) / shelf.quality + k * k) / a0],
      a: [(2 * (k * k - 1)) / a0, (1 - k / shelf.quality + k * k) / a0],
    },
    { b: [1, -2, 1], a: [(2 * (j * j - 1)) / c0, (1 - j / highPass.quality + j * j) / c0] },
  ]
}

/** Energy of the K-weighted signal in steps of 100 ms: [floor(S / step)] sums of squares over all channels, weighted. */
const measureSteps = (channels: readonly Float32Array[], sampleRate: number, step: number): { steps: Float64Array; total: number } => {
  const [shelf, highPass] = makeKWeighting(sampleRate)
  const steps = new Float64Array(Math.floor(channels[0].length / step))
  let total = 0
  channels.forEach((pcm, channel) => {
    const weight = channels.length >= 5 && channel >= channels.length - 2 ? 1.41 : channels.length === 6 && channel === 3 ? 0 : 1
    let [s1, s2, h1, h2] = [0, 0, 0, 0]
    let index = 0
    let left = step
    let energy = 0
    for (const x of pcm) {
      const y = shelf.b[0] * x + s1
      s1 = shelf.b[1] * x - shelf.a[0] * y + s2
      s2 = shelf.b[2] * x - shelf.a[1] * y
      const z = highPass.b[0] * y + h1
      h1 = highPass.b[1] * y - highPass.a[0] * z + h2
      h2 = highPass.b[2] * y - highPass.a[1] * z
      energy += z * z
      if (--left === 0) {
        steps[index++] += weight * energy
        total += weight * energy
        energy = 0
        left = step
      }
    }
    total += weight * energy
  })
  return { steps, total }
}

const toLufs = (meanSquare: number): number => -0.691 + 10 * Math.log10(meanSquare)
const fromLufs = (lufs: number): number => 10 ** ((lufs + 0.691) / 10)
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Mean squares of windows of `length` steps, one per step. */
const slide = (steps: Float64Array, length: number, stepSamples: number): number[] => {
  const windows: number[] = []
  for (let start = 0; start + length <= steps.length; start++) {
    let sum = 0
    for (let i = start; i < start + length; i++) sum += steps[i]
    windows.push(sum / (length * stepSamples))
  }
  return windows
}

/** Windows above -70 LUFS and above `gateLu` below the mean of those. */
const gate = (windows: readonly number[], gateLu: number): number[] => {
  const audible = windows.filter((power) => power > fromLufs(-70))
  if (audible.length === 0) return []
  const threshold = meanOf(audible) * 10 ** (gateLu / 10)
  return audible.filter((power) => power > threshold)
}

const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0)

/**
 * Loudness of a clip after EBU R 128.
 *
 * @param channels    1 or more arrays [S], full scale = 1; six count as L R C LFE Ls Rs
 * @param sampleRate  Hz, any
 * @returns           LUFS and LU; clips shorter than 400 ms get the K-weighted level of the whole, ungated
 * @source            ITU-R BS.1770-4, EBU Tech 3341 and 3342; peers: ffmpeg ebur128, pyloudnorm, see test/peers/loudness
 */
export const measureLoudness = (channels: readonly Float32Array[], sampleRate: number): Loudness => {
  invariant(channels.length > 0, 'at least one channel')
  const step = Math.round(sampleRate / 10)
  const { steps, total } = measureSteps(channels, sampleRate, step)
  if (steps.length < 4) {
    const lufs = toLufs(total / Math.max(1, channels[0].length))
    return { integratedLufs: lufs, maximumMomentaryLufs: lufs, maximumShortTermLufs: -Infinity, rangeLu: 0 }
  }
  const momentary = slide(steps, 4, step)
  const shortTerm = slide(steps, 30, step)
  const counted = gate(momentary, -10)
  const ranged = gate(shortTerm, -20).sort((a, b) => a - b)
  const percentile = (share: number): number => toLufs(ranged[Math.round((ranged.length - 1) * share)])
  return {
    integratedLufs: counted.length > 0 ? toLufs(meanOf(counted)) : -Infinity,
    maximumMomentaryLufs: toLufs(largest(momentary)),
    maximumShortTermLufs: toLufs(largest(shortTerm)),
    rangeLu: ranged.length > 0 ? percentile(0.95) - percentile(0.1) : 0,
  }
}
