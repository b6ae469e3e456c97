import { melodySchema, noteSchema } from '#contract/melody.ts'
import { z } from 'zod'

const openNoteSchema = noteSchema.pick({ onsetSeconds: true, durationSeconds: true })

/** What is to be composed: a melody, what follows `before`, or what is open in `keep`. */
export const composeSpecSchema = z.object({
  prompt: z.string(),
  seconds: z.number().positive(),
  seed: z.number().int().min(0).max(4294967295),
  before: z.array(noteSchema).optional(),
  keep: z.array(z.union([noteSchema, openNoteSchema, z.null()])).optional(),
})
export type ComposeSpec = z.input<typeof composeSpecSchema>

/** What comes back. */
export const composedMelodySchema = melodySchema
