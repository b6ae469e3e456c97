import { cleaningChainSchema } from '#contract/cleaning.ts'
import { DATASET_SPLITS, libraryQuerySchema, markSchema, rightsSchema, splitSchema } from '#contract/library.ts'
import { melodySchema } from '#contract/melody.ts'
import { z } from 'zod'
import { datasetItemSchema } from './item.ts'

/** What an exported data set's `fiddlehead.json` says; its sounds and curves lie beside it in the archive. */
export const ARCHIVE_MANIFEST = 'fiddlehead.json'

const measured = {
  caption: z.string(),
  key: z.string().nullable(),
  bpm: z.number().nullable(),
  pitchLow: z.number().nullable(),
  pitchHigh: z.number().nullable(),
  register: z.string().nullable(),
  articulation: z.string().nullable(),
  dynamics: z.string().nullable(),
  loudnessDb: z.number().nullable(),
  quality: z.number(),
  marks: z.array(markSchema),
  details: z.record(z.string(), z.unknown()),
}

export const archiveRecordingSchema = z.object({
  ...measured,
  id: z.string().regex(/^[a-z0-9-]{4,64}$/),
  kind: z.enum(['audio', 'melody']),
  assetId: z.string().regex(/^[0-9a-f]{64}$/),
  extension: z.string().regex(/^[a-z0-9]{2,8}$/),
  name: z.string(),
  fileName: z.string(),
  format: z.string(),
  sessionId: z.string().nullable(),
  rightsId: z.string().nullable(),
  instrument: z.string(),
  durationSeconds: z.number(),
  sampleRate: z.number(),
  channelCount: z.number().int(),
  byteLength: z.number().int(),
  melody: melodySchema.nullable(),
  cleaning: cleaningChainSchema.nullable(),
  /** Base64. */
  fingerprint: z.string().nullable(),
  samplesPerPeak: z.number().int().nullable(),
  tags: z.array(z.string()),
  slices: z.array(
    z.object({
      ...measured,
      startSeconds: z.number(),
      endSeconds: z.number(),
      tags: z.array(z.string()),
      isCaptionEdited: z.boolean(),
      keptByHand: z.boolean().nullable(),
    }),
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
