import { z } from 'zod'
import { lanesSchema } from './expression.ts'
import { noteSchema } from './melody.ts'
import { DEFAULT_FREEDOM, takeEditSchema } from './take-edit.ts'

/** Everything that makes a take again: the same recipe with the same model gives the same sound. Travels inside exported WAV files. */
export const recipeSchema = z.object({
  title: z.string().max(200).optional(),
  prompt: z.string().max(20000),
  lanes: lanesSchema,
  /** At the hum's own time and pitch, before the tempo and octave lanes. */
  notes: z.array(noteSchema),
  seed: z.number().int().min(0).max(4294967295),
  voice: z.string().max(200),
  modelHash: z.string().max(200),
  freedom: z.number().min(0).max(1).default(DEFAULT_FREEDOM),
  edits: z.array(takeEditSchema).default([]),
  durationSeconds: z.number().positive().optional(),
  bpm: z.number().positive().optional(),
  key: z.string().max(50).optional(),
})
export type Recipe = z.infer<typeof recipeSchema>
