import { cleaningChainSchema } from '#contract/cleaning.ts'
import { z } from 'zod'

/** A span of a recording to hear. */
export const cutSoundSpecSchema = z.object({
  path: z.string(),
  startSeconds: z.number().min(0),
  endSeconds: z.number().positive(),
  cleaning: cleaningChainSchema.nullable(),
})
export type CutSoundSpec = z.infer<typeof cutSoundSpecSchema>

export const cutSoundResultSchema = z.object({
  wav: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  durationSeconds: z.number(),
})
