import { z } from 'zod'
import { lanesSchema } from './expression.ts'
import { noteSchema } from './melody.ts'
import { DEFAULT_FREEDOM, takeEditSchema } from './take-edit.ts'

const share = z.number().min(0).max(1)

/** How much of the singer is kept: 1 as sung, 0 not at all. What it does is in `src-preload/music/own-playing.ts`. */
export const ownSchema = z.object({ timing: share, dynamics: share, scoops: share, bpm: z.number().positive().optional() })
export type Own = z.infer<typeof ownSchema>

/** The singer's timing and loudness, the violin's way of beginning notes. */
export const DEFAULT_OWN: Own = { timing: 1, dynamics: 1, scoops: 0 }

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
  /** `DEFAULT_OWN` where left out. */
  own: ownSchema.optional(),
  durationSeconds: z.number().positive().optional(),
  bpm: z.number().positive().optional(),
  key: z.string().max(50).optional(),
})
export type Recipe = z.infer<typeof recipeSchema>
