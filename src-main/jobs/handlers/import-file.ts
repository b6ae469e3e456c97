import { readAudioFile } from '#main/audio/io/read-audio-file.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readFile } from 'node:fs/promises'
import type { TaskHandler } from '../runner/runner.ts'
import { describeMelody } from './describe-melody.ts'
import type { Analysis } from './import-analysis.ts'
import { importFileSpecSchema, type ImportedFile, type ImportFileSpec } from './import-spec.ts'
import { readWrittenMelody } from './read-written-melody.ts'

/** Everything inside is at this rate. */
const INTERNAL_RATE = 44100
/** A longer recording would not fit into the memory that two readers may take. */
const LONGEST_MINUTES = 40
const LEAST_SECONDS = 0.05
const SAMPLES_PER_PEAK = 512

/** Lowest and highest sample of every 512, as signed bytes in turn. */
const measureOutline = (pcm: Float32Array): Int8Array => {
  const count = Math.ceil(pcm.length / SAMPLES_PER_PEAK)
  const outline = new Int8Array(2 * count)
  const toByte = (value: number): number => Math.max(-127, Math.min(127, Math.round(127 * value)))
  for (let part = 0; part < count; part++) {
    const end = Math.min(pcm.length, (part + 1) * SAMPLES_PER_PEAK)
    let low = Infinity
    let high = -Infinity
    for (let n = part * SAMPLES_PER_PEAK; n < end; n++) {
      const sample = pcm[n]
      if (sample < low) low = sample
      if (sample > high) high = sample
    }
    outline[2 * part] = toByte(low)
    outline[2 * part + 1] = toByte(high)
  }
  return outline
}

const importSound = async (spec: ImportFileSpec, analysis: Analysis, signal: AbortSignal): Promise<ImportedFile> => {
  const { pcm, durationSeconds, source } = await readAudioFile(spec.path, { sampleRate: INTERNAL_RATE, maximumMinutes: LONGEST_MINUTES })
  throwIfCancelled(signal)
  if (durationSeconds < LEAST_SECONDS) {
    throw new EngineError('RECORDING_TOO_SHORT', { path: spec.fileName, milliseconds: Math.round(1000 * durationSeconds) })
  }
  for (let n = 0; n < pcm.length; n++) if (!Number.isFinite(pcm[n])) pcm[n] = 0
  const { f0, loudnessDb100, slices, fingerprint, ...measured } = analysis.analyse(pcm, INTERNAL_RATE, {
    clippedShare: source.clippedShare,
    sourceRate: source.sampleRate,
    channelCount: source.channelCount,
    instrument: spec.instrument,
  })
  return {
    ...measured,
    kind: 'audio',
    format: spec.format,
    durationSeconds,
    sampleRate: source.sampleRate,
    channelCount: source.channelCount,
    melody: null,
    fingerprint,
    signals: { samplesPerPeak: SAMPLES_PER_PEAK, peaks: measureOutline(pcm), f0, loudnessDb: loudnessDb100 },
    slices: [...slices],
  }
}

/** Formats that hold notes instead of sound. */
const MELODY_FORMATS = new Set(['mid', 'abc', 'musicxml', 'mxl'])

/** The path in an error is the file's own, not that of the copy in the store. */
const withOwnName = (error: unknown, { path, fileName }: ImportFileSpec): unknown =>
  error instanceof EngineError && error.details['path'] === path
    ? new EngineError(error.code, { ...error.details, path: fileName }, { cause: error })
    : error

/** Reads one file for the library: a recording with its slices, or a melody. */
export const createImportFileHandler = (analysis: Analysis): TaskHandler => ({
  async run(rawSpec, { signal }): Promise<ImportedFile> {
    const spec = importFileSpecSchema.parse(rawSpec)
    try {
      if (!MELODY_FORMATS.has(spec.format)) return await importSound(spec, analysis, signal)
      const melody = readWrittenMelody(spec.format, await readFile(spec.path))
      return {
        ...describeMelody(melody, spec.instrument),
        kind: 'melody',
        format: spec.format,
        durationSeconds: melody.durationSeconds,
        sampleRate: 0,
        channelCount: 0,
        melody,
        fingerprint: null,
        signals: null,
        slices: [],
      }
    } catch (error) {
      throw withOwnName(error, spec)
    }
  },
})
