import type { DATASET_SPLITS } from '#contract/datasets.ts'
import { idSchema } from '#contract/ids.ts'
import { recordingSchema, rightsSchema, sliceRowSchema } from '#contract/library.ts'
import { createHash } from 'node:crypto'
import type { z } from 'zod'

/** A slice as a data set fixes it: enough to cut it from its original again, and to say what is in it. */
export const datasetItemSchema = sliceRowSchema
  .pick({
    recordingId: true,
    name: true,
    sessionId: true,
    sessionName: true,
    startSeconds: true,
    endSeconds: true,
    caption: true,
    tags: true,
    instrument: true,
    key: true,
    bpm: true,
    pitchLow: true,
    pitchHigh: true,
    register: true,
    articulation: true,
    dynamics: true,
    quality: true,
    licence: true,
  })
  .extend({
    sliceId: idSchema,
    // `assetId` is the SHA-256 of the original's bytes. Recordings that sound alike (`duplicateOf`) share a group with their
    // sessions: they never come into different splits.
    ...recordingSchema.pick({ assetId: true, fileName: true, duplicateOf: true, cleaning: true }).shape,
    isShareable: rightsSchema.shape.isShareable,
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
