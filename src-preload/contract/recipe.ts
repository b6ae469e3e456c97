import { z } from 'zod'
import { lanesSchema } from './expression.ts'
import { noteSchema } from './melody.ts'

/** Everything that makes a take again: the same recipe with the same model gives the same sound. Travels inside exported WAV files. */
export const recipeSchema = z.object({
  title: z.string().max(200),
  prompt: z.string().max(20000),
  lanes: lanesSchema,
  notes: z.array(noteSchema),
  seed: z.number().int().min(0).max(4294967295),
  voice: z.string().max(200),
  modelHash: z.string().max(200),
  bpm: z.number().positive().optional(),
  key: z.string().max(50).optional(),
})
export type Recipe = z.infer<typeof recipeSchema>
