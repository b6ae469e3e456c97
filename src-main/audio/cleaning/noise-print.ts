import type { TimeRange } from '#contract/cleaning.ts'
import { measureLevelCurve, quantileOf } from '../quality/level-curve.ts'
import type { F0Track } from '../pitch/track-f0.ts'
import { visitStftFrames } from '../spectral/stft.ts'

/** What a room sounds like while nobody plays. */
export interface NoisePrint {
  /** [nFft / 2 + 1] mean power per bin of the reduction's own analysis. */
  readonly power: Float64Array
  /** Where it was learned. */
  readonly range: { readonly fromSeconds: number; readonly toSeconds: number }
  /** Level of the noise and of the loud parts, dBFS. */
  readonly noiseDb: number
  readonly loudDb: number
}

const STRETCH_SECONDS = 0.4
const SHORTEST_SECONDS = 0.12
/** Digital silence holds no noise to learn from. */
const DIGITAL_DB = -105
/** A stretch is a pause when it lies this far below the loud parts. */
const PAUSE_DB = 8
/** Mean of exponentially distributed power over its 20 % quantile. */
const QUANTILE = 0.2
const QUANTILE_BIAS = 1 / -Math.log(1 - QUANTILE)
/** A bow is heard a little before and after its pitch. */
const MARGIN_SECONDS = 0.03
const MOST_FRAMES = 1500

/** The stretch of a fixed length with the least energy in which nothing is played; digital silence left out. */
const findQuietest = (levelDb: Float32Array, isPlayed: Uint8Array, frames: number): { from: number; meanDb: number } | undefined => {
  const sums = new Float64Array(levelDb.length + 1)
  const gaps = new Int32Array(levelDb.length + 1)
  for (let i = 0; i < levelDb.length; i++) {
    sums[i + 1] = sums[i] + 10 ** (levelDb[i] / 10)
    gaps[i + 1] = gaps[i] + (levelDb[i] < DIGITAL_DB || isPlayed[i] === 1 ? 1 : 0)
  }
  let best: { from: number; meanDb: number } | undefined
  for (let i = 0; i + frames <= levelDb.length; i++) {
    if (gaps[i + frames] - gaps[i] > 0) continue
    const meanDb = 10 * Math.log10((sums[i + frames] - sums[i]) / frames)
    if (best === undefined || meanDb < best.meanDb) best = { from: i, meanDb }
  }
  return best
}

/** Frames near a pitch. */
const markPlayed = (frames: number, hopSeconds: number, track: F0Track | undefined): Uint8Array => {
  const isPlayed = new Uint8Array(frames)
  if (track === undefined) return isPlayed
  const margin = Math.round(MARGIN_SECONDS / hopSeconds)
  track.f0.forEach((hz, i) => {
    if (hz <= 0) return
    const at = Math.round((i * track.hopSeconds) / hopSeconds)
    isPlayed.fill(1, Math.max(0, at - margin), Math.min(frames, at + margin + 1))
  })
  return isPlayed
}

/** Five-bin mean: single frames of noise are rough, rooms are smooth. */
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

/** Where nothing is played: a longer stretch is a better print, as long as it is as quiet. */
const findPause = (
  levelDb: Float32Array,
  isPlayed: Uint8Array,
  { hopSeconds, loudDb }: { hopSeconds: number; loudDb: number },
): TimeRange | null => {
  const lengths = [STRETCH_SECONDS, STRETCH_SECONDS / 2, SHORTEST_SECONDS].map((seconds) => Math.round(seconds / hopSeconds))
  const stretches = lengths.map((frames) => ({ frames, found: findQuietest(levelDb, isPlayed, frames) }))
  const least = stretches.reduce((low, { found }) => Math.min(low, found?.meanDb ?? Infinity), Infinity)
  const chosen = stretches.find(({ found }) => found !== undefined && found.meanDb < least + 3)
  if (chosen?.found === undefined || chosen.found.meanDb > loudDb - PAUSE_DB) return null
  const fromSeconds = chosen.found.from * hopSeconds
  return { fromSeconds, toSeconds: fromSeconds + chosen.frames * hopSeconds }
}

/**
 * Learns the noise of a recording.
 *
 * @param pcm         [S]
 * @param sampleRate  Hz
 * @param options     nFft: size of the analysis, Hann; range: where nothing is played, in seconds; the quietest stretch without a
 *                    pitch unless told; track: pitch of the recording
 * @returns           the print; null where the recording is too short, never pauses, or is digitally silent where it does
 */
export const learnNoisePrint = (
  pcm: Float32Array,
  sampleRate: number,
  { nFft, range, track }: { nFft: number; range?: TimeRange | undefined; track?: F0Track | undefined },
): NoisePrint | null => {
  if (pcm.length < 2 * nFft) return null
  const { levelDb, hopSeconds } = measureLevelCurve(pcm, sampleRate, 0.01)
  const loudDb = quantileOf(levelDb, 0.95)
  const place = range ?? findPause(levelDb, markPlayed(levelDb.length, hopSeconds, track), { hopSeconds, loudDb })
  if (place === null) return null
  const { fromSeconds: from, toSeconds: to } = place
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
  const softest = range === undefined ? learnFromSoftest(pcm, nFft) : null
  if (softest !== null) for (let k = 0; k < power.length; k++) power[k] = Math.min(power[k], 4 * softest[k])
  let energy = 0
  for (let n = first; n < end; n++) energy += pcm[n] * pcm[n]
  return {
    power: smooth(power),
    range: { fromSeconds: first / sampleRate, toSeconds: end / sampleRate },
    noiseDb: 10 * Math.log10(energy / (end - first) + 1e-14),
    loudDb,
  }
}
