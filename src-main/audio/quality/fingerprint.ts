import { sharedRealFft } from '../spectral/fft.ts'
import { hannWindow } from '../spectral/stft.ts'
import { halve } from './halve.ts'

/** What a recording sounds like, in one word a frame; gain, format and small shifts leave most bits as they are. */
export interface Fingerprint {
  readonly hopSeconds: number
  /** [F] 32 bits each; 0 where nothing sounds */
  readonly words: Uint32Array
}

export interface FingerprintMatch {
  /** Share of equal bits where the two overlap best: 0.5 by chance, 1 for the same sound. */
  readonly similarity: number
  /** Where the second begins in the first one's time. */
  readonly offsetSeconds: number
  readonly overlapSeconds: number
  readonly isDuplicate: boolean
}

const RATE = 11025
const FFT = 4096
const HOP = 512
const BANDS = 33
const LOWEST_HZ = 190
const HIGHEST_HZ = 4200
/** Frames this far below the loudest hold no sound worth comparing. */
const SILENT_DB = 45
/** Two recordings are the same from here on: takes of one melody stay below, see the test. */
const DUPLICATE_SIMILARITY = 0.72
const LEAST_OVERLAP_SECONDS = 1.2

const EDGES = Array.from({ length: BANDS + 1 }, (_, i) => Math.round((LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (i / BANDS) * FFT) / RATE))

/**
 * Acoustic fingerprint.
 *
 * @param half  [S / 2] mono at 22.05 kHz, from `halve`
 * @returns     a word every 46 ms: bit b tells whether the step from band b to band b + 1 grew since the frame before
 * @source      Haitsma and Kalker 2002, "A highly robust audio fingerprinting system", with longer hops and bands for the violin
 */
export const fingerprintHalf = (half: Float32Array): Fingerprint => {
  const samples = halve(half)
  const count = Math.max(0, 1 + Math.floor((samples.length - FFT / 2) / HOP))
  const fft = sharedRealFft(FFT)
  const buffer = new Float64Array(FFT)
  const re = new Float64Array(FFT / 2 + 1)
  const im = new Float64Array(FFT / 2 + 1)
  const window = hannWindow(FFT)
  const energies = new Float64Array(count * BANDS)
  const totals = new Float64Array(count)
  for (let frame = 0; frame < count; frame++) {
    const start = frame * HOP - FFT / 4
    const from = Math.max(0, -start)
    const to = Math.min(FFT, samples.length - start)
    buffer.fill(0, 0, from)
    for (let n = from; n < to; n++) buffer[n] = samples[start + n] * window[n]
    buffer.fill(0, to)
    fft.forward(buffer, re, im)
    for (let band = 0; band < BANDS; band++) {
      let sum = 0
      for (let k = EDGES[band]; k < Math.max(EDGES[band] + 1, EDGES[band + 1]); k++) sum += re[k] * re[k] + im[k] * im[k]
      energies[frame * BANDS + band] = sum
      totals[frame] += sum
    }
  }
  const least = totals.reduce((most, total) => Math.max(most, total), 0) * 10 ** (-SILENT_DB / 10)
  const words = new Uint32Array(count)
  for (let frame = 1; frame < count; frame++) {
    if (totals[frame] <= least || totals[frame] < 1e-9) continue
    const now = frame * BANDS
    const before = now - BANDS
    let word = 0
    for (let band = 0; band + 1 < BANDS; band++) {
      // relative energies: a crescendo alone turns no bit
      const step =
        (energies[now + band] - energies[now + band + 1]) / totals[frame] -
        (energies[before + band] - energies[before + band + 1]) / (totals[frame - 1] + least)
      word = (word << 1) | (step > 0 ? 1 : 0)
    }
    words[frame] = word >>> 0
  }
  return { hopSeconds: HOP / RATE, words }
}

/** The same of a recording at 44.1 kHz, [S]. */
export const fingerprint = (pcm: Float32Array): Fingerprint => fingerprintHalf(halve(pcm))

const countBits = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Share of equal bits with the second shifted by so many frames, over frames in which both sound. */
const compareAt = (a: Uint32Array, b: Uint32Array, shift: number): { similarity: number; frames: number } => {
  let equal = 0
  let frames = 0
  const from = Math.max(0, shift)
  const to = Math.min(a.length, b.length + shift)
  for (let i = from; i < to; i++) {
    if (a[i] === 0 || b[i - shift] === 0) continue
    equal += 32 - countBits(a[i] ^ b[i - shift])
    frames++
  }
  return { similarity: frames === 0 ? 0 : equal / (32 * frames), frames }
}

const describeMatch = (a: Fingerprint, b: Fingerprint, shifts: Iterable<number>): FingerprintMatch => {
  const least = Math.min(LEAST_OVERLAP_SECONDS / a.hopSeconds, 0.8 * Math.min(a.words.length, b.words.length))
  let best = { similarity: 0, frames: 0, shift: 0 }
  for (const shift of shifts) {
    const { similarity, frames } = compareAt(a.words, b.words, shift)
    if (frames >= least && frames > 0 && similarity > best.similarity) best = { similarity, frames, shift }
  }
  return {
    similarity: best.similarity,
    offsetSeconds: best.shift * a.hopSeconds,
    overlapSeconds: best.frames * a.hopSeconds,
    isDuplicate: best.similarity >= DUPLICATE_SIMILARITY,
  }
}

/** Compares two fingerprints at every shift; for a few pairs. Many recordings are compared through `createFingerprintIndex`. */
export const compareFingerprints = (a: Fingerprint, b: Fingerprint): FingerprintMatch =>
  describeMatch(
    a,
    b,
    Array.from({ length: a.words.length + b.words.length }, (_, i) => i - b.words.length),
  )

export interface FingerprintIndex {
  add(id: string, print: Fingerprint): void
  /** Recordings that were added before and hold the same sound, best first. */
  find(print: Fingerprint): ({ readonly id: string } & FingerprintMatch)[]
}

const LEAST_HITS = 3

/** Finds duplicates among many recordings: whole words that survived tell where to compare. */
export const createFingerprintIndex = (): FingerprintIndex => {
  const prints: { id: string; print: Fingerprint }[] = []
  /** word -> recording number and frame, interleaved */
  const places = new Map<number, number[]>()
  return {
    add(id, print) {
      const number = prints.push({ id, print }) - 1
      print.words.forEach((word, frame) => {
        if (word === 0) return
        const list = places.get(word)
        if (list === undefined) places.set(word, [number, frame])
        else list.push(number, frame)
      })
    },
    find(print) {
      const hits = new Map<number, Map<number, number>>()
      const count = (word: number, frame: number): void => {
        const list = places.get(word)
        for (let i = 0; list !== undefined && i < list.length; i += 2) {
          const shifts = hits.get(list[i]) ?? new Map<number, number>()
          hits.set(list[i], shifts)
          const shift = list[i + 1] - frame
          shifts.set(shift, (shifts.get(shift) ?? 0) + 1)
        }
      }
      print.words.forEach((word, frame) => {
        if (word === 0) return
        count(word, frame)
        // and every word that differs in one bit
        for (let bit = 0; bit < 32; bit++) count((word ^ (1 << bit)) >>> 0, frame)
      })
      const matches: ({ id: string } & FingerprintMatch)[] = []
      for (const [number, shifts] of hits) {
        const likely = [...shifts].filter(
          ([shift, count]) => count + (shifts.get(shift - 1) ?? 0) + (shifts.get(shift + 1) ?? 0) >= LEAST_HITS,
        )
        if (likely.length === 0) continue
        const near = new Set(likely.flatMap(([shift]) => [shift - 1, shift, shift + 1]))
        const match = describeMatch(prints[number].print, print, near)
        if (match.isDuplicate) matches.push({ id: prints[number].id, ...match })
      }
      return matches.sort((a, b) => b.similarity - a.similarity)
    },
  }
}
