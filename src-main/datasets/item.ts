import { cleaningChainSchema } from '#contract/cleaning.ts'
import { LICENCES, type DATASET_SPLITS } from '#contract/library.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** A slice as a data set fixes it: enough to cut it from its original again, and to say what is in it. */
export const datasetItemSchema = z.object({
  sliceId: z.string(),
  recordingId: z.string(),
  /** SHA-256 of the original file. */
  assetId: z.string(),
  /** What the original is called, and its recording's name. */
  fileName: z.string(),
  name: z.string(),
  sessionId: z.string().nullable(),
  sessionName: z.string().nullable(),
  /** Recordings that sound alike share a group with their sessions: they never come into different splits. */
  duplicateOf: z.string().nullable(),
  startSeconds: z.number(),
  endSeconds: z.number(),
  caption: z.string(),
  tags: z.array(z.string()),
  instrument: z.string(),
  key: z.string().nullable(),
  bpm: z.number().nullable(),
  pitchLow: z.number().nullable(),
  pitchHigh: z.number().nullable(),
  register: z.string().nullable(),
  articulation: z.string().nullable(),
  dynamics: z.string().nullable(),
  quality: z.number(),
  licence: z.enum(LICENCES),
  isShareable: z.boolean(),
  cleaning: cleaningChainSchema.nullable(),
})
export type DatasetItem = z.infer<typeof datasetItemSchema>
export type SplitName = (typeof DATASET_SPLITS)[number]

export const secondsOf = ({ startSeconds, endSeconds }: Pick<DatasetItem, 'startSeconds' | 'endSeconds'>): number =>
  endSeconds - startSeconds

/**
 * One hash for what a model would be trained on: sounds, spans, cleaning, captions, split. The same for the same contents in
 * whatever order and on whatever computer; names, sessions and rights do not count.
 */
export const hashItems = (items: readonly { item: DatasetItem; split: SplitName }[]): string => {
  const lines = items.map(({ item, split }) =>
    JSON.stringify([
      split,
      item.assetId,
      item.startSeconds.toFixed(4),
      item.endSeconds.toFixed(4),
      item.cleaning,
      item.caption,
      [...item.tags].sort(),
      item.key,
      item.bpm,
    ]),
  )
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}
