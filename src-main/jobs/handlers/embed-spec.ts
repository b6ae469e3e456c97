import { z } from 'zod'

const vectorSchema = z.custom<Float32Array>((value) => value instanceof Float32Array)

/** Spans of one sound file to be placed in the space that sound and words share. */
export const embedSoundsSpecSchema = z.object({
  path: z.string(),
  spans: z.array(z.object({ startSeconds: z.number(), endSeconds: z.number() })),
})
export type EmbedSoundsSpec = z.infer<typeof embedSoundsSpecSchema>
/** One unit vector [128] for each span. */
export const embedSoundsResultSchema = z.object({ vectors: z.array(vectorSchema) })

export const embedWordsSpecSchema = z.object({ text: z.string() })
export type EmbedWordsSpec = z.infer<typeof embedWordsSpecSchema>
export const embedWordsResultSchema = z.object({ vector: vectorSchema })
