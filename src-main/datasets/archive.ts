import { DATASET_SPLITS, splitSchema } from '#contract/datasets.ts'
import { libraryQuerySchema, measurementsSchema, recordingSchema, rightsSchema, sliceRowSchema } from '#contract/library.ts'
import { z } from 'zod'
import { datasetItemSchema } from './item.ts'

/** What an exported data set's `fiddlehead.json` says; its sounds and curves lie beside it in the archive. */
export const ARCHIVE_MANIFEST = 'fiddlehead.json'

/** A recording as its library kept it, in the columns that make sense in another one. */
export const archiveRecordingSchema = recordingSchema
  .pick({
    kind: true,
    name: true,
    fileName: true,
    format: true,
    sessionId: true,
    rightsId: true,
    instrument: true,
    durationSeconds: true,
    sampleRate: true,
    channelCount: true,
    byteLength: true,
    tags: true,
    melody: true,
    cleaning: true,
  })
  .extend({
    ...measurementsSchema.shape,
    id: z.string().regex(/^[a-z0-9-]{4,64}$/),
    assetId: z.string().regex(/^[0-9a-f]{64}$/),
    extension: z.string().regex(/^[a-z0-9]{2,8}$/),
    /** Base64. */
    fingerprint: z.string().nullable(),
    samplesPerPeak: z.number().int().nullable(),
    slices: z.array(
      sliceRowSchema
        .pick({ startSeconds: true, endSeconds: true, tags: true, isCaptionEdited: true, keptByHand: true })
        .extend(measurementsSchema.shape),
    ),
  })
export type ArchiveRecording = z.infer<typeof archiveRecordingSchema>

export const archiveSchema = z.object({
  format: z.literal('fiddlehead-dataset'),
  version: z.literal(1),
  name: z.string(),
  query: libraryQuerySchema,
  split: splitSchema,
  contentHash: z.string(),
  items: z.array(z.object({ split: z.enum(DATASET_SPLITS), item: datasetItemSchema })),
  sessions: z.array(z.object({ id: z.string(), name: z.string(), note: z.string() })),
  rights: z.array(rightsSchema),
  recordings: z.array(archiveRecordingSchema),
})
export type Archive = z.infer<typeof archiveSchema>
