import type { F0Track } from '../pitch/track-f0.ts'
import { sharedRealFft } from '../spectral/fft.ts'
import { hannWindow } from '../spectral/stft.ts'

/** One line of the mains. */
export interface HumLine {
  readonly freqHz: number
  /** How far it stands above its surroundings, dB. */
  readonly prominenceDb: number
}

export interface Hum {
  /** 50 or 60 as measured, 0 where there is none. */
  readonly mainsHz: number
  readonly lines: readonly HumLine[]
  /** Lines that were left alone because a note is played there. */
  readonly kept: readonly number[]
}

const MOST_LINES = 30
const LEAST_PROMINENCE_DB = 9
/** One line below the notes is at least this clear, and there are three lines, or one very clear one. */
const CERTAIN_DB = 12
const STRONG_DB = 24
const LEAST_LINES = 3
/** The mains keep within a share of this of their nominal frequency. */
const DEVIATION = 0.004
/** The violin's lowest note lies above this, so nothing below is played. */
const LOWEST_NOTE_HZ = 190
/** A line this near to a partial of a played note is left alone where it would be hit for a noticeable share of the time. */
const PARTIAL_REACH_HZ = 2.5
const PLAYED_SHARE = 0.2

/**
 * Power that each frequency hardly ever falls below: stationary lines stay, notes go.
 * Quantile over blocks of about 0.75 s.
 */
const measureLasting = (pcm: Float32Array, sampleRate: number): { power: Float64Array; binHz: number } | null => {
  const size = 2 ** Math.round(Math.log2(0.75 * sampleRate))
  const length = Math.min(size, pcm.length)
  if (pcm.length < 0.4 * sampleRate) return null
  const count = Math.min(40, 1 + Math.max(0, Math.floor((pcm.length - length) / (size / 2))))
  const hop = count > 1 ? (pcm.length - length) / (count - 1) : 0
  const bins = Math.min(size / 2 + 1, Math.ceil((MOST_LINES * 61 * size) / sampleRate) + 64)
  const window = hannWindow(length)
  const fft = sharedRealFft(size)
  const buffer = new Float64Array(size)
  const re = new Float64Array(size / 2 + 1)
  const im = new Float64Array(size / 2 + 1)
  const blocks = Array.from({ length: count }, (_, b): Float64Array => {
    const start = Math.round(b * hop)
    for (let n = 0; n < length; n++) buffer[n] = pcm[start + n] * window[n]
    fft.forward(buffer, re, im)
    return Float64Array.from({ length: bins }, (__, k) => re[k] * re[k] + im[k] * im[k])
  })
  const values = new Float64Array(count)
  const power = Float64Array.from({ length: bins }, (_, k) => {
    for (let b = 0; b < count; b++) values[b] = blocks[b][k]
    return values.sort()[Math.floor(0.25 * (count - 1))]
  })
  return { power, binHz: sampleRate / size }
}

/** Largest value near a frequency against the median of what lies around it. */
const measureLine = (power: Float64Array, binHz: number, freqHz: number): { prominenceDb: number; at: number } => {
  const centre = freqHz / binHz
  const reach = Math.max(1.2, (DEVIATION * freqHz) / binHz)
  let at = Math.round(centre)
  for (let k = Math.ceil(centre - reach); k <= centre + reach; k++) if (power[k] > power[at]) at = k
  const around: number[] = []
  for (let d = 4; d <= 16; d++) around.push(power[at - d] ?? 0, power[at + d] ?? 0)
  const middle = around.sort((a, b) => a - b)[around.length >> 1]
  const prominenceDb = 10 * Math.log10((power[at] + 1e-14) / (middle + 1e-14))
  // the exact frequency between the bins
  const [left, mid, right] = [at - 1, at, at + 1].map((k) => Math.log((power[k] ?? 0) + 1e-20))
  const curve = left - 2 * mid + right
  return { prominenceDb, at: (at + (curve < 0 ? (0.5 * (left - right)) / curve : 0)) * binHz }
}

/** True where a partial of a played note lies on the line for a noticeable share of the sounding time. */
const isPlayed = (freqHz: number, track: F0Track | undefined): boolean => {
  if (freqHz < LOWEST_NOTE_HZ || track === undefined) return false
  let near = 0
  let voiced = 0
  for (const f0 of track.f0) {
    if (f0 <= 0) continue
    voiced++
    const order = Math.round(freqHz / f0)
    if (order >= 1 && Math.abs(freqHz - order * f0) < PARTIAL_REACH_HZ) near++
  }
  return near > PLAYED_SHARE * voiced
}

/**
 * Looks for the hum of the mains: lines at multiples of 50 or 60 Hz that never cease.
 *
 * @param pcm         [S]
 * @param sampleRate  Hz
 * @param options     mainsHz: 'auto' or which; track: pitch of what is played, whose partials are left alone
 * @returns           the lines to remove; none where there is no hum
 */
export const detectHum = (
  pcm: Float32Array,
  sampleRate: number,
  { mainsHz = 'auto', track }: { mainsHz?: 'auto' | 50 | 60; track?: F0Track | undefined } = {},
): Hum => {
  const none: Hum = { mainsHz: 0, lines: [], kept: [] }
  const lasting = measureLasting(pcm, sampleRate)
  if (lasting === null) return none
  const { power, binHz } = lasting
  const found = (mainsHz === 'auto' ? [50, 60] : [mainsHz]).map((nominal) => {
    const candidates = Array.from({ length: MOST_LINES }, (_, i) => ({ order: i + 1, ...measureLine(power, binHz, nominal * (i + 1)) }))
    const prominent = candidates.filter(({ prominenceDb }) => prominenceDb >= LEAST_PROMINENCE_DB)
    // the strongest low line tells where the mains really are
    const low = prominent.filter(({ order }) => order <= 4).sort((a, b) => b.prominenceDb - a.prominenceDb)[0]
    if (low === undefined) return { exact: nominal, lines: [] as typeof prominent }
    const exact = low.at / low.order
    return {
      exact,
      lines: prominent.filter(({ at, order }) => Math.abs(at - exact * order) < Math.max(1, 0.3 * binHz * order ** 0.5 + 0.5)),
    }
  })
  const score = ({ lines }: { lines: readonly { order: number; prominenceDb: number }[] }): number =>
    lines.filter(({ order }) => order <= 8).reduce((sum, { prominenceDb }) => sum + prominenceDb, 0)
  const best = found.sort((a, b) => score(b) - score(a))[0]
  // a line or two are chance, and lines among the notes alone may be notes
  const low = best.lines.filter(({ order }) => order <= 10)
  const isBelowNotes = low.some(({ at, prominenceDb }) => at < LOWEST_NOTE_HZ && prominenceDb >= CERTAIN_DB)
  if (!isBelowNotes || (low.length < LEAST_LINES && low.every(({ prominenceDb }) => prominenceDb < STRONG_DB))) return none
  const isKept = ({ at }: { at: number }): boolean => isPlayed(at, track)
  return {
    mainsHz: best.exact,
    lines: best.lines.filter((line) => !isKept(line)).map(({ at, prominenceDb }) => ({ freqHz: at, prominenceDb })),
    kept: best.lines.filter(isKept).map(({ at }) => at),
  }
}
