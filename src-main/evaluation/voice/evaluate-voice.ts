import { isCycleTelling, type VoiceColumnReport, type VoiceReport } from '#contract/evaluation.ts'
import type { Note } from '#contract/melody.ts'
import { measureLogSpectralDistance } from '#main/audio/level/log-spectral-distance.ts'
import { resample } from '#main/audio/io/resample.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { measureChromaCosine } from '../distance/chroma-cosine.ts'
import { measureSpectrogramMse } from '../distance/spectrogram-mse.ts'
import { fitGaussian, measureFrechetDistance } from '../frechet/frechet-distance.ts'
import { scoreMatch } from '../melody/match-score.ts'
import { describePerformance } from '../prompts/describe-performance.ts'
import { measurePerformance } from '../prompts/measure-performance.ts'
import type { Phrase } from './cut-phrases.ts'
import { measureCosine, type JointEmbedding } from './joint-embedding.ts'
import { embedMelWindows } from './mel-windows.ts'

export interface VoiceRequest {
  readonly prompt: string
  readonly notes: readonly Note[]
  readonly seed: number
  readonly durationSeconds: number
}
/** What plays a phrase: the voice with everything it has learned, or the same without its tokens. */
export type RenderPhrase = (request: VoiceRequest) => Promise<{ pcm: Float32Array; sampleRate: number; notes: readonly Note[] }>

export type VoiceScores = Omit<VoiceReport, 'voice' | 'modelHash' | 'files' | 'skipped' | 'hasEmbedding'>

export interface VoiceMeasures {
  readonly embedding: JointEmbedding | null
  /** Codes of a clip, [T * nQ] row by row; null where nothing in it has a pitch. */
  readonly codec: { readonly nQ: number; readonly codebookSize: number; encode(pcm: Float32Array): Int32Array | null } | null
}

const RATE = 44100

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Frechet distance of two clouds of windows; null with fewer than two on either side. */
const distanceOf = (reference: readonly Float32Array[], played: readonly Float32Array[]): number | null =>
  reference.length < 2 || played.length < 2 ? null : measureFrechetDistance(fitGaussian(reference), fitGaussian(played))

/** How much of each codebook is used, as the share of its entries that occur and as perplexity. */
export const measureCodebookUse = (
  codes: readonly Int32Array[],
  { nQ, codebookSize }: { nQ: number; codebookSize: number },
): VoiceColumnReport['codebooks'] =>
  Array.from({ length: nQ }, (_, level) => {
    const counts = new Float64Array(codebookSize)
    for (const clip of codes) for (let i = level; i < clip.length; i += nQ) counts[clip[i]]++
    const total = counts.reduce((sum, n) => sum + n, 0)
    let entropy = 0
    for (const n of counts) if (n > 0) entropy -= (n / total) * Math.log(n / total)
    return { use: counts.filter((n) => n > 0).length / codebookSize, perplexity: total === 0 ? 0 : Math.exp(entropy) }
  })

/** The rendered clip from the same moment as the reference, at the same length. */
const align = (pcm: Float32Array, shiftSeconds: number, length: number): Float32Array => {
  const out = new Float32Array(length)
  const shift = Math.round(shiftSeconds * RATE) // s -> samples
  for (let n = 0; n < length; n++) out[n] = pcm[n + shift] ?? 0
  return out
}

/** Running sums of one column. */
const createColumn = (name: string, { embedding, codec }: VoiceMeasures) => {
  const rows: {
    mse: ReturnType<typeof measureSpectrogramMse>
    distance: number
    pitch: number
    onsets: number
    cents: number
    chroma: number
  }[] = []
  const windows: Float32Array[] = []
  const melWindows: Float32Array[] = []
  const cycles: number[] = []
  const codes: Int32Array[] = []
  return {
    add(reference: Phrase, played: { pcm: Float32Array; notes: readonly Note[] }, textVector: Float32Array | null) {
      const shift = (played.notes[0]?.onsetSeconds ?? 0) - reference.notes[0].onsetSeconds
      const aligned = align(played.pcm, shift, reference.pcm.length)
      const mse = measureSpectrogramMse(reference.pcm, aligned, RATE)
      const { rawPitchAccuracy, onsetF1, medianCents } = scoreMatch(aligned, RATE, reference.scoredNotes ?? reference.notes)
      const distance = measureLogSpectralDistance(reference.pcm, aligned, RATE).meanDb
      const chroma = measureChromaCosine(reference.pcm, aligned, RATE)
      rows.push({ mse, distance, pitch: rawPitchAccuracy, onsets: onsetF1, cents: medianCents, chroma })
      melWindows.push(...embedMelWindows(aligned))
      if (embedding !== null) windows.push(...embedding.embedWindows(aligned))
      if (embedding !== null && textVector !== null) cycles.push(measureCosine(textVector, embedding.embedAudio(aligned)))
      const found = codec?.encode(aligned)
      if (found != null) codes.push(found)
      return { logMelMse: mse.levelMatchedLogMelMse, onsetF1 }
    },
    finish(reference: { windows: Float32Array[]; melWindows: Float32Array[]; cycle: number | null }): VoiceColumnReport {
      const mulanCycle = cycles.length === 0 ? null : mean(cycles)
      return {
        name,
        logMelMse: mean(rows.map(({ mse }) => mse.logMelMse)),
        levelMatchedLogMelMse: mean(rows.map(({ mse }) => mse.levelMatchedLogMelMse)),
        normalisedMse: mean(rows.map(({ mse }) => mse.normalisedMse)),
        logSpectralDistanceDb: mean(rows.map(({ distance }) => distance)),
        fad: distanceOf(reference.windows, windows),
        melFad: distanceOf(reference.melWindows, melWindows),
        mulanCycle,
        mulanCycleRatio: mulanCycle === null || !isCycleTelling(reference.cycle) ? null : mulanCycle / reference.cycle,
        rawPitchAccuracy: mean(rows.map(({ pitch }) => pitch)),
        onsetF1: mean(rows.map(({ onsets }) => onsets)),
        medianCents: mean(rows.map(({ cents }) => cents)),
        chromaCosine: mean(rows.map(({ chroma }) => chroma)),
        codebooks: codec === null ? [] : measureCodebookUse(codes, codec),
      }
    },
  }
}

const promptOf = ({ pcm, notes }: Phrase): string => {
  const performance = measurePerformance(pcm, RATE, notes)
  return performance === null ? 'solo violin' : describePerformance(performance)
}

/**
 * Plays reference phrases and compares what comes out with what was recorded: the same notes, and a prompt made from the
 * measured facts of each.
 *
 * @param phrases   of recordings of one instrument, at 44.1 kHz, at least one
 * @param renderers the voice first, then what it is to be compared with
 */
export const evaluateVoice = async (
  phrases: readonly Phrase[],
  renderers: readonly { readonly name: string; readonly render: RenderPhrase }[],
  options: VoiceMeasures & { seed: number; signal?: AbortSignal; onProgress?: (fraction: number, message: string) => void },
): Promise<VoiceScores> => {
  invariant(phrases.length > 0, 'phrases to compare with')
  const { embedding, seed } = options
  const columns = renderers.map(({ name }) => createColumn(name, options))
  const reference: { windows: Float32Array[]; melWindows: Float32Array[]; cycles: number[] } = { windows: [], melWindows: [], cycles: [] }
  const each: VoiceScores['each'] = []
  for (const [index, phrase] of phrases.entries()) {
    const prompt = phrase.prompt ?? promptOf(phrase)
    const textVector = embedding === null ? null : await embedding.embedText(prompt)
    reference.melWindows.push(...embedMelWindows(phrase.pcm))
    if (embedding !== null) reference.windows.push(...embedding.embedWindows(phrase.pcm))
    if (embedding !== null && textVector !== null) reference.cycles.push(measureCosine(textVector, embedding.embedAudio(phrase.pcm)))
    for (const [number, { name, render }] of renderers.entries()) {
      throwIfCancelled(options.signal)
      options.onProgress?.((index + number / renderers.length) / phrases.length, `playing ${phrase.name} (${name})`)
      const clip = await render({ prompt, notes: phrase.notes, seed: (seed + index) >>> 0, durationSeconds: phrase.pcm.length / RATE })
      const played = { pcm: resample(clip.pcm, clip.sampleRate, RATE), notes: clip.notes }
      const row = columns[number].add(phrase, played, textVector)
      if (number === 0) each.push({ name: phrase.name, prompt, notes: phrase.notes.length, ...row })
    }
  }
  const referenceMulanCycle = reference.cycles.length === 0 ? null : mean(reference.cycles)
  return {
    phrases: phrases.length,
    seconds: phrases.reduce((sum, { pcm }) => sum + pcm.length / RATE, 0),
    notes: phrases.reduce((sum, { notes }) => sum + notes.length, 0),
    referenceMulanCycle,
    columns: columns.map((column) => column.finish({ ...reference, cycle: referenceMulanCycle })),
    each,
  }
}
