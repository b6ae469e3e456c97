import { z } from 'zod'
import { DATASET_SPLITS } from '#contract/datasets.ts'
import {
  FINETUNE_PRESETS,
  FINETUNE_STAGES,
  finetuneEventSchema,
  finetunePlanSchema,
  finetunePreviewSchema,
  finetuneProgressSchema,
  finetuneScoresSchema,
  finetuneSettingsSchema,
} from '#contract/finetune.ts'
import { idSchema } from '#contract/ids.ts'
import { noteSchema } from '#contract/melody.ts'
import { datasetItemSchema } from '#main/datasets/item.ts'

/** A fine-tuning run as its process sees it. Everything that it needs lies in its folder or is named here. */
export const finetuneJobSchema = z.object({
  runDir: z.string(),
  runId: idSchema,
  /** Where tokens are kept between runs: the data folder. */
  cacheDir: z.string(),
  modelsDir: z.string(),
  voicesDir: z.string(),
  voiceName: z.string(),
  from: z.string(),
  preset: z.enum(FINETUNE_PRESETS),
  settings: finetuneSettingsSchema,
  minutes: z.number().positive(),
  seed: z.number().int(),
  dataset: z.object({ name: z.string(), contentHash: z.string(), seconds: z.number() }),
  licence: z.string(),
  hums: z.array(z.object({ name: z.string(), notes: z.array(noteSchema).min(1) })).max(3),
  /** Steps by stage instead of those that fill the time: comparisons and tests. */
  fixedSteps: z.partialRecord(z.enum(FINETUNE_STAGES), z.number().int().positive()).optional(),
  /** Held-out phrases that are played for the scores. */
  phrases: z.number().int().min(0).max(200).default(20),
  /** At the moment of starting, by the one who starts it: the time, and how long until it must have ended. */
  now: z.string(),
  secondsToDeadline: z.number().nullable(),
})
export type FinetuneJob = z.input<typeof finetuneJobSchema>
export type ParsedFinetuneJob = z.output<typeof finetuneJobSchema>

/** `items.json` of a run's folder: what the data set held when the run began; pitch curves lie in `f0.f32` beside it. */
export const finetuneItemsSchema = z.array(
  z.object({
    split: z.enum(DATASET_SPLITS),
    item: datasetItemSchema,
    /** Of the original sound. */
    path: z.string(),
    /** From the slice's start; null where the analysis kept none. */
    notes: z.array(noteSchema).nullable(),
    /** Values of the slice in f0.f32: first and count; count 0 where the analysis kept none. */
    f0: z.tuple([z.number().int(), z.number().int()]),
  }),
)
export type FinetuneItems = z.infer<typeof finetuneItemsSchema>

/** `state.json` of a run's folder: how far it is. Written by the run's process, read by everyone. */
export const finetuneStateSchema = z.object({
  progress: finetuneProgressSchema.nullable(),
  plan: finetunePlanSchema.nullable(),
  trainedSeconds: z.number(),
  events: z.array(finetuneEventSchema),
  previews: z.array(finetunePreviewSchema),
  scores: finetuneScoresSchema.nullable(),
  voiceId: idSchema.nullable(),
  verdict: z.string().nullable(),
})
export type FinetuneStateFile = z.infer<typeof finetuneStateSchema>

/** What a run hands over as it goes: sounds to keep, and the voice at the end. */
export const finetuneItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('preview'), path: z.string() }),
  z.object({ kind: z.literal('voice'), voiceId: idSchema }),
])
export type FinetuneItem = z.infer<typeof finetuneItemSchema>

/** A file of this name in the run's folder asks it to end with what it has. */
export const ENOUGH_FILE = 'enough'
export const ITEMS_FILE = 'items.json'
export const F0_FILE = 'f0.f32'
export const STATE_FILE = 'state.json'
