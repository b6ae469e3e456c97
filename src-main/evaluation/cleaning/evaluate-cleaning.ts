import type { CleaningChain } from '#contract/cleaning.ts'
import { applyCleaning } from '#main/audio/cleaning/apply-cleaning.ts'
import { measureLevelCurve } from '#main/audio/quality/level-curve.ts'
import { measureLogSpectralDistance } from '#main/audio/level/log-spectral-distance.ts'
import { sharedRealFft } from '#main/audio/spectral/fft.ts'
import { DISTURBANCES, mixNoise, type Disturbance, type Mixture } from './mixtures.ts'

/** A clean clip whose pitch is known. */
export interface CleaningTestClip {
  /** [S] mono */
  readonly pcm: Float32Array
  /** [F] Hz at 100 Hz, and whether a note sounds */
  readonly f0: Float32Array
  readonly isNote: Uint8Array
}

/** Means over the clips. */
export interface CleaningScores {
  readonly disturbance: Disturbance
  readonly snrDb: number
  readonly snrAfterDb: number
  readonly distanceDb: number
  readonly distanceAfterDb: number
  /** Mean level change of the partials that stand above the noise, dB; negative where the chain took from them. */
  readonly partialsDb: number
  /** Noise left in the pause before the first note, dB against before. */
  readonly pauseDb: number
}

export interface CleanScores {
  /** Largest change of level over the clips: of a whole clip, and of any 10 ms within 40 dB of its loud parts. */
  readonly mostLevelChangeDb: number
  readonly mostFrameChangeDb: number
  readonly meanDistanceDb: number
}

export interface CleaningEvaluation {
  readonly clips: number
  readonly seconds: number
  readonly rows: CleaningScores[]
  readonly clean: CleanScores
  /** Times real time, one core. */
  readonly speed: number
}

const SAMPLE_RATE = 44100
const FFT = 4096
const PARTIALS = 12
const PAUSE_SECONDS = 0.55
const OFFSET = 0.02

/** Everything on that keeps time and level, so that the result can be laid over the truth. */
export const EVALUATED_CHAIN: CleaningChain = {
  steps: [
    { kind: 'channels', isOn: true, mode: 'mono' },
    { kind: 'dcRemoval', isOn: true },
    { kind: 'humFilter', isOn: true, mainsHz: 'auto' },
    { kind: 'noiseReduction', isOn: true, strength: 0.6, noisePrint: 'auto' },
  ],
}

const ratioDb = (signal: Float32Array, error: (n: number) => number): number => {
  let a = 0
  let b = 0
  for (let n = 0; n < signal.length; n++) {
    a += signal[n] * signal[n]
    b += error(n) ** 2
  }
  return 10 * Math.log10(a / Math.max(b, 1e-20))
}

const levelOf = (pcm: Float32Array): number => 10 * Math.log10(pcm.reduce((sum, x) => sum + x * x, 0) / Math.max(1, pcm.length) + 1e-20)

/** Level change of those partials that stand above the noise, in frames inside notes. */
const measurePartials = ({ clean, noise }: Mixture, cleaned: Float32Array, clip: CleaningTestClip): { sum: number; count: number } => {
  const fft = sharedRealFft(FFT)
  const bins = FFT / 2 + 1
  const lead = clean.length - clip.pcm.length
  const spectrum = (pcm: Float32Array, centre: number): Float64Array => {
    const frame = new Float64Array(FFT)
    for (let n = 0; n < FFT; n++) frame[n] = (pcm[centre - FFT / 2 + n] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FFT))
    const re = new Float64Array(bins)
    const im = new Float64Array(bins)
    fft.forward(frame, re, im)
    return re.map((x, k) => x * x + im[k] * im[k])
  }
  let sum = 0
  let count = 0
  for (let i = 10; i + 10 < clip.f0.length; i += 8) {
    if (clip.isNote[i] === 0 || clip.isNote[i - 5] === 0 || clip.isNote[i + 5] === 0) continue
    const centre = lead + i * 441
    const [truth, heard, disturbed] = [clean, cleaned, noise].map((pcm) => spectrum(pcm, centre))
    for (let order = 1; order <= PARTIALS; order++) {
      const bin = Math.round((order * clip.f0[i] * FFT) / SAMPLE_RATE)
      if (bin + 2 >= bins) break
      const around = (power: Float64Array): number => power.subarray(bin - 2, bin + 3).reduce((total, x) => total + x, 0)
      const own = around(truth)
      if (own < 4 * around(disturbed)) continue
      sum += 10 * Math.log10(Math.max(around(heard), 1e-6 * own) / own)
      count++
    }
  }
  return { sum, count }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

const evaluateMixtures = (clips: readonly CleaningTestClip[], disturbance: Disturbance, snrDb: number): CleaningScores => {
  let partials = { sum: 0, count: 0 }
  const rows = clips.map((clip, index) => {
    const mixture = mixNoise(clip.pcm, SAMPLE_RATE, { kind: disturbance, snrDb, seed: 1000 * index + snrDb, offset: OFFSET })
    const { clean, mixed, noise } = mixture
    const { pcm } = applyCleaning([mixed], SAMPLE_RATE, EVALUATED_CHAIN)
    const found = measurePartials(mixture, pcm, clip)
    partials = { sum: partials.sum + found.sum, count: partials.count + found.count }
    const pause = Math.round(PAUSE_SECONDS * SAMPLE_RATE)
    return {
      after: ratioDb(clean, (n) => pcm[n] - clean[n]),
      distance: measureLogSpectralDistance(
        clean,
        clean.map((x, n) => x + noise[n]),
        SAMPLE_RATE,
      ).meanDb,
      distanceAfter: measureLogSpectralDistance(clean, pcm, SAMPLE_RATE).meanDb,
      pause: levelOf(pcm.subarray(0, pause)) - levelOf(noise.subarray(0, pause)),
    }
  })
  return {
    disturbance,
    snrDb,
    snrAfterDb: meanOf(rows.map(({ after }) => after)),
    distanceDb: meanOf(rows.map(({ distance }) => distance)),
    distanceAfterDb: meanOf(rows.map(({ distanceAfter }) => distanceAfter)),
    partialsDb: partials.sum / Math.max(1, partials.count),
    pauseDb: meanOf(rows.map(({ pause }) => pause)),
  }
}

/** What the chain does to clips that need no cleaning. */
const evaluateClean = (clips: readonly CleaningTestClip[]): CleanScores => {
  const changes: number[] = []
  const frames: number[] = []
  const distances: number[] = []
  for (const { pcm } of clips) {
    const cleaned = applyCleaning([pcm], SAMPLE_RATE, EVALUATED_CHAIN).pcm
    changes.push(Math.abs(levelOf(cleaned) - levelOf(pcm)))
    distances.push(measureLogSpectralDistance(pcm, cleaned, SAMPLE_RATE).meanDb)
    const before = measureLevelCurve(pcm, SAMPLE_RATE, 0.01).levelDb
    const after = measureLevelCurve(cleaned, SAMPLE_RATE, 0.01).levelDb
    const loud = Float32Array.from(before).sort()[Math.floor(0.95 * before.length)]
    frames.push(before.reduce((most, level, i) => (level > loud - 40 ? Math.max(most, Math.abs(after[i] - level)) : most), 0))
  }
  return { mostLevelChangeDb: Math.max(...changes), mostFrameChangeDb: Math.max(...frames), meanDistanceDb: meanOf(distances) }
}

/**
 * Measures the cleaning chain on mixtures with known truth, and on clean clips.
 *
 * @param clips    clean clips at 44.1 kHz with their pitch
 * @param options  snrsDb: energy ratios to mix at; onProgress: share done; now: a clock in milliseconds, for the speed
 * @returns        a row per kind of noise and ratio, what happens to clean clips, the speed
 */
export const evaluateCleaning = (
  clips: readonly CleaningTestClip[],
  {
    snrsDb = [30, 20, 10],
    onProgress = () => undefined,
    now = () => performance.now(),
  }: { snrsDb?: readonly number[]; onProgress?: (fraction: number) => void; now?: () => number } = {},
): CleaningEvaluation => {
  const cells = DISTURBANCES.flatMap((kind) => snrsDb.map((snrDb) => ({ kind, snrDb })))
  const rows = cells.map(({ kind, snrDb }, i) => {
    onProgress(i / cells.length)
    return evaluateMixtures(clips, kind, snrDb)
  })
  const seconds = clips.reduce((sum, { pcm }) => sum + pcm.length / SAMPLE_RATE, 0)
  const noisy = clips.map(({ pcm }, i) => mixNoise(pcm, SAMPLE_RATE, { kind: 'all', snrDb: 20, seed: i }).mixed)
  const started = now()
  for (const mixed of noisy) applyCleaning([mixed], SAMPLE_RATE, EVALUATED_CHAIN)
  const elapsed = (now() - started) / 1000 // ms -> s
  return { clips: clips.length, seconds, rows, clean: evaluateClean(clips), speed: seconds / elapsed }
}

/** The evaluation as lines for a terminal. */
export const formatCleaningEvaluation = ({ clips, seconds, rows, clean, speed }: CleaningEvaluation): string => {
  const cell = (value: number, digits = 1): string => value.toFixed(digits).padStart(9)
  return [
    `${clips} clips, ${seconds.toFixed(0)} s; hum filter, noise reduction of strength 0.6, an offset of 2 % of full scale under every mixture`,
    'noise        SNR before    after     LSD before    after  partials     pause   (dB)',
    ...rows.map(
      (row) =>
        `${row.disturbance.padEnd(12)}${cell(row.snrDb, 0)} ${cell(row.snrAfterDb)}      ${cell(row.distanceDb)}${cell(row.distanceAfterDb)} ${cell(row.partialsDb, 2)} ${cell(row.pauseDb)}`,
    ),
    `clean clips: level changes by at most ${clean.mostLevelChangeDb.toFixed(4)} dB, any 10 ms by at most ${clean.mostFrameChangeDb.toFixed(4)} dB, log-spectral distance ${clean.meanDistanceDb.toFixed(3)} dB`,
    `speed: ${speed.toFixed(0)} times real time on one core, pitch tracking included`,
  ].join('\n')
}
