import { measureLevelCurve, quantileOf } from '../quality/level-curve.ts'
import { visitStftFrames } from '../spectral/stft.ts'

/** What a room sounds like while nobody plays. */
export interface NoisePrint {
  /** [nFft / 2 + 1] mean power per bin of the reduction's own analysis. */
  readonly power: Float64Array
  /** Where it was learned; undefined where nothing is quiet and it comes from the softest moments of each frequency. */
  readonly range: { readonly fromSeconds: number; readonly toSeconds: number } | undefined
  /** Level of the noise and of the loud parts, dBFS. */
  readonly noiseDb: number
  readonly loudDb: number
}

const STRETCH_SECONDS = 0.4
const SHORTEST_SECONDS = 0.12
/** Digital silence holds no noise to learn from. */
const DIGITAL_DB = -105
/** A stretch is a pause when it lies this far below the loud parts. */
const PAUSE_DB = 12
/** Mean of exponentially distributed power over its 20 % quantile. */
const QUANTILE = 0.2
const QUANTILE_BIAS = 1 / -Math.log(1 - QUANTILE)
const MOST_FRAMES = 1500

/** The stretch of a fixed length with the least energy, digital silence left out. */
const findQuietest = (levelDb: Float32Array, frames: number): { from: number; meanDb: number } | undefined => {
  const sums = new Float64Array(levelDb.length + 1)
  const gaps = new Int32Array(levelDb.length + 1)
  for (let i = 0; i < levelDb.length; i++) {
    sums[i + 1] = sums[i] + 10 ** (levelDb[i] / 10)
    gaps[i + 1] = gaps[i] + (levelDb[i] < DIGITAL_DB ? 1 : 0)
  }
  let best: { from: number; meanDb: number } | undefined
  for (let i = 0; i + frames <= levelDb.length; i++) {
    if (gaps[i + frames] - gaps[i] > 0) continue
    const meanDb = 10 * Math.log10((sums[i + frames] - sums[i]) / frames)
    if (best === undefined || meanDb < best.meanDb) best = { from: i, meanDb }
  }
  return best
}

/** Three passes of a five-bin mean: single frames of noise are rough, rooms are smooth. */
const smooth = (power: Float64Array): Float64Array =>
  power.map((_, k) => {
    const from = Math.max(0, k - 2)
    const to = Math.min(power.length - 1, k + 2)
    let sum = 0
    for (let i = from; i <= to; i++) sum += power[i]
    return sum / (to - from + 1)
  })

/** Power of each bin in its softest moments, as if noise alone. */
const learnFromSoftest = (pcm: Float32Array, nFft: number): Float64Array => {
  const bins = nFft / 2 + 1
  const hop = Math.max(nFft / 2, Math.ceil(pcm.length / MOST_FRAMES))
  const rows: Float32Array[] = []
  visitStftFrames(pcm, { nFft, winLength: nFft, hopLength: hop, isCentered: false }, (_, re, im) => {
    rows.push(Float32Array.from(re, (x, k) => x * x + im[k] * im[k]))
  })
  const power = new Float64Array(bins)
  const values = new Float32Array(rows.length)
  for (let k = 0; k < bins; k++) {
    for (const [t, row] of rows.entries()) values[t] = row[k]
    values.sort()
    power[k] = QUANTILE_BIAS * (values[Math.floor(QUANTILE * (values.length - 1))] ?? 0)
  }
  return power
}

/**
 * Learns the noise of a recording.
 *
 * @param pcm         [S]
 * @param sampleRate  Hz
 * @param options     nFft: size of the analysis, Hann; range: where nothing is played, in seconds; the quietest stretch unless told
 * @returns           the print; null where the recording is too short or holds no noise above digital silence
 */
export const learnNoisePrint = (
  pcm: Float32Array,
  sampleRate: number,
  { nFft, range }: { nFft: number; range?: { fromSeconds: number; toSeconds: number } | undefined },
): NoisePrint | null => {
  if (pcm.length < 2 * nFft) return null
  const { levelDb, hopSeconds } = measureLevelCurve(pcm, sampleRate, 0.01)
  const loudDb = quantileOf(levelDb, 0.95)
  let from = range?.fromSeconds
  let to = range?.toSeconds
  if (from === undefined || to === undefined) {
    const wanted = [STRETCH_SECONDS, STRETCH_SECONDS / 2, SHORTEST_SECONDS].map((seconds) => Math.round(seconds / hopSeconds))
    const stretches = wanted.map((frames) => ({ frames, found: findQuietest(levelDb, frames) }))
    // a longer stretch is a better print, as long as it is as quiet
    const least = stretches.reduce((low, { found }) => Math.min(low, found?.meanDb ?? Infinity), Infinity)
    const chosen = stretches.find(({ found }) => found !== undefined && found.meanDb < least + 3)
    if (chosen?.found === undefined) return null
    if (chosen.found.meanDb < loudDb - PAUSE_DB) {
      from = chosen.found.from * hopSeconds
      to = from + chosen.frames * hopSeconds
    }
  }
  const softest = learnFromSoftest(pcm, nFft)
  if (from === undefined || to === undefined) {
    const total = softest.reduce((sum, value) => sum + value, 0)
    return { power: smooth(softest), range: undefined, noiseDb: 10 * Math.log10((total * 16) / (3 * nFft * nFft) + 1e-14), loudDb }
  }
  const first = Math.max(0, Math.min(pcm.length - nFft, Math.round(from * sampleRate)))
  const end = Math.min(pcm.length, Math.max(first + nFft, Math.round(to * sampleRate)))
  const power = new Float64Array(nFft / 2 + 1)
  const frames = visitStftFrames(
    pcm.subarray(first, end),
    { nFft, winLength: nFft, hopLength: nFft / 8, isCentered: false },
    (_, re, im) => {
      for (let k = 0; k < power.length; k++) power[k] += re[k] * re[k] + im[k] * im[k]
    },
  )
  for (let k = 0; k < power.length; k++) power[k] /= Math.max(1, frames)
  // A string that rings on in the pause would be learned as noise: what falls further elsewhere is no room.
  if (range === undefined) for (let k = 0; k < power.length; k++) power[k] = Math.min(power[k], 4 * softest[k])
  let energy = 0
  for (let n = first; n < end; n++) energy += pcm[n] * pcm[n]
  return {
    power: smooth(power),
    range: { fromSeconds: first / sampleRate, toSeconds: end / sampleRate },
    noiseDb: 10 * Math.log10(energy / (end - first) + 1e-14),
    loudDb,
  }
}
