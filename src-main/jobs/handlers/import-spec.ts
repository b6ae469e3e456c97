import { measurementsSchema, type Measurements } from '#contract/library.ts'
import { melodySchema } from '#contract/melody.ts'
import { z } from 'zod'

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array)

/** A file to read for the library, already copied into its store. */
export const importFileSpecSchema = z.object({
  /** Where its bytes lie now. */
  path: z.string(),
  /** What it was called, for errors and as its name. */
  fileName: z.string(),
  format: z.string(),
  instrument: z.string(),
})
export type ImportFileSpec = z.infer<typeof importFileSpecSchema>

const sliceFactsSchema = measurementsSchema.extend({ startSeconds: z.number().min(0), endSeconds: z.number().positive() })
export type SliceFacts = z.infer<typeof sliceFactsSchema>

/** What the analysis finds in a recording. */
export interface SoundFacts extends Measurements {
  /** [F] Hz at 100 Hz, 0 = unvoiced */
  readonly f0: Float32Array
  /** [F] dB at 100 Hz */
  readonly loudnessDb100: Float32Array
  readonly fingerprint: Uint8Array | null
  readonly slices: readonly SliceFacts[]
}

export const importedFileSchema = measurementsSchema.extend({
  kind: z.enum(['audio', 'melody']),
  format: z.string(),
  durationSeconds: z.number(),
  sampleRate: z.number(),
  channelCount: z.number().int(),
  melody: melodySchema.nullable(),
  fingerprint: z.custom<Uint8Array>((value) => value instanceof Uint8Array).nullable(),
  signals: z
    .object({
      samplesPerPeak: z.number().int(),
      peaks: z.custom<Int8Array>((value) => value instanceof Int8Array),
      f0: floats,
      loudnessDb: floats,
    })
    .nullable(),
  slices: z.array(sliceFactsSchema),
})
export type ImportedFile = z.infer<typeof importedFileSchema>
