import { measureLogSpectralDistance } from '#main/audio/level/log-spectral-distance.ts'
import { trackF0Mpm } from '#main/audio/pitch/track-f0-mpm.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { throughCodec, totalBitrate } from '#main/networks/codec/side-channel.ts'

/** A held-out clip whose pitch is known. */
export interface CodecTestClip {
  readonly subset: string
  /** [S] at the codec's rate */
  readonly pcm: Float32Array
  /** [F] Hz, true */
  readonly f0: Float32Array
  readonly loudnessDb: Float32Array
  readonly isNote: Uint8Array
}

/** Another codec to stand beside ours: a clip through it and back, at the same rate and length. */
export type CodecAnchor = (pcm: Float32Array, sampleRate: number) => Promise<Float32Array>

export interface CodecScores {
  readonly clips: number
  readonly seconds: number
  /** Tokens, f0 and loudness together. */
  readonly bitrateKbps: number
  /**
   * Share of sounding note frames within 50 cents of the true pitch, by the McLeod tracker on what came out: of those
   * frames in which the same tracker hears a pitch in the original.
   */
  readonly rawPitchAccuracy: number
  /** The same of the original itself: what the tracker can do. */
  readonly originalRawPitchAccuracy: number
  /** Of all sounding note frames, those without any heard pitch counted as wrong: what came out, and the original. */
  readonly strictRawPitchAccuracy: number
  readonly originalStrictRawPitchAccuracy: number
  /** Mean absolute log-mel distance in dB over several FFT sizes, level-matched, by what it was measured on. */
  readonly distanceDb: Record<string, number>
  /** The same per subset of clips. */
  readonly distanceDbBySubset: Record<string, Record<string, number>>
  /** Share of each codebook's codes that occur, and its perplexity. */
  readonly codebookUse: number[]
  readonly codebookPerplexity: number[]
}

const AUDIBLE_DB = -50

interface PitchTally {
  /** Sounding note frames, and those in which the tracker hears a pitch in the original. */
  all: number
  heard: number
  /** Frames right in the output (of the heard, of all) and in the original. */
  right: number
  strict: number
  original: number
}

const tallyPitch = (pcm: Float32Array, clip: CodecTestClip, options: { sampleRate: number; tally: PitchTally }): void => {
  const { sampleRate, tally } = options
  const range = { fMin: 150, fMax: 3700 }
  const track = trackF0Mpm(pcm, sampleRate, range).f0
  const original = trackF0Mpm(clip.pcm, sampleRate, range).f0
  const isRight = (hz: number, truth: number): boolean => hz > 0 && Math.abs(1200 * Math.log2(hz / truth)) <= 50
  for (let i = 2; i < Math.min(clip.f0.length, track.length, original.length) - 2; i++) {
    if (clip.isNote[i] === 0 || clip.loudnessDb[i] < AUDIBLE_DB) continue
    tally.all++
    if (isRight(track[i], clip.f0[i])) tally.strict++
    if (isRight(original[i], clip.f0[i])) tally.original++
    if (original[i] <= 0) continue
    tally.heard++
    if (isRight(track[i], clip.f0[i])) tally.right++
  }
}

const perplexity = (counts: Float64Array): number => {
  const total = counts.reduce((sum, n) => sum + n, 0)
  let entropy = 0
  for (const n of counts) if (n > 0) entropy -= (n / total) * Math.log(n / total)
  return Math.exp(entropy)
}

/**
 * Resynthesis of held-out clips through tokens, f0 and loudness as they would be stored, beside the same decoder without
 * tokens and beside other codecs.
 *
 * @param clips   at network.config.sampleRate
 * @param anchors by name, e.g. "opus 12 kb/s"
 */
export const evaluateCodec = async (
  network: CodecNetwork,
  clips: readonly CodecTestClip[],
  options: { anchors: Record<string, CodecAnchor>; onProgress?: (fraction: number) => void },
): Promise<CodecScores> => {
  const { sampleRate, nQ, codebookSize } = network.config
  const counts = Array.from({ length: nQ }, () => new Float64Array(codebookSize))
  const sums = new Map<string, Map<string, { sum: number; count: number }>>()
  const tally: PitchTally = { all: 0, heard: 0, right: 0, strict: 0, original: 0 }
  let seconds = 0
  const note = (subset: string, name: string, db: number): void => {
    for (const key of [subset, 'all']) {
      const row = sums.get(key) ?? new Map<string, { sum: number; count: number }>()
      const cell = row.get(name) ?? { sum: 0, count: 0 }
      cell.sum += db
      cell.count += 1
      row.set(name, cell)
      sums.set(key, row)
    }
  }
  for (const [index, clip] of clips.entries()) {
    const ours = throughCodec(network, clip.pcm, { f0: clip.f0, hasTokens: true })
    const without = throughCodec(network, clip.pcm, { f0: clip.f0, hasTokens: false })
    ours.codes.forEach((code, i) => counts[i % nQ][code]++)
    tallyPitch(ours.pcm, clip, { sampleRate, tally })
    seconds += clip.pcm.length / sampleRate
    const distance = (candidate: Float32Array): number => {
      const length = Math.min(clip.pcm.length, candidate.length)
      return measureLogSpectralDistance(clip.pcm.subarray(0, length), candidate.subarray(0, length), sampleRate).meanDb
    }
    note(clip.subset, 'tokens', distance(ours.pcm))
    note(clip.subset, 'without tokens', distance(without.pcm))
    for (const [name, anchor] of Object.entries(options.anchors)) note(clip.subset, name, distance(await anchor(clip.pcm, sampleRate)))
    options.onProgress?.((index + 1) / clips.length)
  }
  const bySubset: Record<string, Record<string, number>> = {}
  for (const [subset, row] of sums) bySubset[subset] = Object.fromEntries([...row].map(([name, { sum, count }]) => [name, sum / count]))
  const { all = {}, ...distanceDbBySubset } = bySubset
  return {
    clips: clips.length,
    seconds,
    bitrateKbps: totalBitrate(network.config) / 1000,
    rawPitchAccuracy: tally.right / Math.max(1, tally.heard),
    originalRawPitchAccuracy: tally.original / Math.max(1, tally.heard),
    strictRawPitchAccuracy: tally.strict / Math.max(1, tally.all),
    originalStrictRawPitchAccuracy: tally.original / Math.max(1, tally.all),
    distanceDb: all,
    distanceDbBySubset,
    codebookUse: counts.map((book) => book.filter((n) => n > 0).length / codebookSize),
    codebookPerplexity: counts.map(perplexity),
  }
}
