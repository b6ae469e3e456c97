import { z } from 'zod'
import { idSchema } from './ids.ts'
import { libraryQuerySchema, sliceRowSchema } from './library.ts'

/** Data sets: a saved query, split by recording session, fixed by a content hash when it is built. */

export const splitSchema = z.object({
  /** Shares of the sessions' seconds, the rest is for training. */
  validation: z.number().min(0).max(0.5).default(0.1),
  test: z.number().min(0).max(0.5).default(0.1),
  seed: z.number().int().min(0).default(1),
})

export const DATASET_SPLITS = ['train', 'validation', 'test'] as const

const histogramSchema = z.array(z.object({ label: z.string(), count: z.number().int(), seconds: z.number() }))

export const datasetStatisticsSchema = z.object({
  sliceCount: z.number().int(),
  recordingCount: z.number().int(),
  sessionCount: z.number().int(),
  seconds: z.number(),
  splits: z.array(
    z.object({ split: z.enum(DATASET_SPLITS), sliceCount: z.number().int(), sessionCount: z.number().int(), seconds: z.number() }),
  ),
  byLength: histogramSchema,
  byRegister: histogramSchema,
  byArticulation: histogramSchema,
  byDynamics: histogramSchema,
  byKey: histogramSchema,
  byLicence: histogramSchema,
  /** By the quality marks, best first; empty in builds of earlier versions. */
  byQuality: histogramSchema.default([]),
  /** Seconds in which each MIDI note number is within a slice's range. */
  byPitch: histogramSchema,
  /** Sentences for the person: what is missing, what may not be shared. */
  advice: z.array(z.string()),
})
export type DatasetStatistics = z.infer<typeof datasetStatisticsSchema>

export const datasetSchema = z.object({
  id: idSchema,
  name: z.string(),
  createdAt: z.string(),
  query: libraryQuerySchema,
  split: splitSchema.required(),
  /** Null until it is built. */
  build: z
    .object({
      contentHash: z.string(),
      builtAt: z.string(),
      statistics: datasetStatisticsSchema,
      /** True when the library has changed so that a new build would differ. */
      isOutdated: z.boolean(),
    })
    .nullable(),
})
export type Dataset = z.infer<typeof datasetSchema>

const withDataset = z.object({ datasetId: idSchema })
const pathSchema = z.string().min(1)

export const DATASET_METHODS = {
  'datasets.create': {
    input: z.object({ name: z.string().min(1).max(200), query: libraryQuerySchema.default({}), split: splitSchema.optional() }),
    output: datasetSchema,
  },
  'datasets.list': { input: z.object({}), output: z.array(datasetSchema) },
  'datasets.get': { input: withDataset, output: datasetSchema },
  'datasets.update': {
    input: withDataset.extend({
      name: z.string().min(1).max(200).optional(),
      query: libraryQuerySchema.optional(),
      split: splitSchema.optional(),
    }),
    output: datasetSchema,
  },
  /** Fixes what is in it now: split, content hash, manifest, statistics. */
  'datasets.build': { input: withDataset, output: datasetSchema },
  /** How many of its slices are encoded for training already: a run of training makes the rest and keeps them. */
  'datasets.tokens': { input: withDataset, output: z.object({ sliceCount: z.number().int(), encodedCount: z.number().int() }) },
  'datasets.items': {
    input: withDataset.extend({ offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(1000).default(200) }),
    output: z.array(z.object({ split: z.enum(DATASET_SPLITS), row: sliceRowSchema.nullable(), sliceId: idSchema, caption: z.string() })),
  },
  /** Writes a folder (audiocraft's JSONL with side-cars, Audacity labels, WAV files) or a zip that another Fiddlehead opens. */
  'datasets.export': {
    input: withDataset.extend({ path: pathSchema, format: z.enum(['audiocraft', 'zip']) }),
    output: z.object({ path: z.string(), fileCount: z.number().int(), byteLength: z.number() }),
  },
  /** Opens a zip that a Fiddlehead wrote: its recordings, slices, captions, tags and rights, and the data set itself. */
  'datasets.open': { input: z.object({ path: pathSchema }), output: datasetSchema },
  'datasets.remove': { input: withDataset, output: z.object({}) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
