import { z } from 'zod'
import { comparisonClipSchema } from '#contract/voices.ts'
import { noteSchema } from '#contract/melody.ts'

/** Tunes to play on several voices alike. */
export const compareVoicesSpecSchema = z.object({
  candidates: z.array(z.object({ voiceId: z.string(), strength: z.number() })).min(1),
  tunes: z.array(z.object({ name: z.string(), notes: z.array(noteSchema).min(1) })).min(1),
  seed: z.number().int().min(0).max(4294967295),
  /** How many clips an interrupted attempt already kept. */
  firstIndex: z.number().int().min(0).default(0),
  modelsDir: z.string().optional(),
  voicesDir: z.string().optional(),
})
export type CompareVoicesSpec = z.input<typeof compareVoicesSpecSchema>

/** One clip on its way to the comparison. */
export const comparedItemSchema = comparisonClipSchema.omit({ assetId: true, durationSeconds: true }).extend({
  pcm: z.custom<Float32Array>((value) => value instanceof Float32Array),
  sampleRate: z.number(),
  modelHash: z.string(),
})
export type ComparedItem = z.infer<typeof comparedItemSchema>
