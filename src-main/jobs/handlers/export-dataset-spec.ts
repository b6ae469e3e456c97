import { datasetItemSchema } from '#main/datasets/item.ts'
import { DATASET_SPLITS } from '#contract/datasets.ts'
import { z } from 'zod'

/** What was transcribed of a slice: onset and duration in seconds, pitch, velocity, confidence; the import keeps them so. */
export const slicedNotesSchema = z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]))

/** A built data set to be written as a folder for other programs. */
export const exportDatasetSpecSchema = z.object({
  folder: z.string(),
  name: z.string(),
  manifest: z.string(),
  recordings: z.array(
    z.object({
      path: z.string(),
      id: z.string(),
      name: z.string(),
      items: z.array(z.object({ split: z.enum(DATASET_SPLITS), item: datasetItemSchema, notes: slicedNotesSchema })),
    }),
  ),
})
export type ExportDatasetSpec = z.infer<typeof exportDatasetSpecSchema>

export const exportDatasetResultSchema = z.object({ fileCount: z.number().int(), byteLength: z.number() })
export type ExportDatasetResult = z.infer<typeof exportDatasetResultSchema>
