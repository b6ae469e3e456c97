import { z } from 'zod'

/**
 * What is done to a take after its first playing; a recipe holds them in order, so that the same recipe gives the same
 * sound again. Times are in the take's own seconds.
 */
export const takeEditSchema = z.discriminatedUnion('kind', [
  /** Plays a stretch anew, its notes unchanged. */
  z.object({
    kind: z.literal('retake'),
    fromSeconds: z.number().min(0),
    toSeconds: z.number().positive(),
    seed: z.number().int().min(0).max(4294967295),
  }),
  /** Plays everything a little otherwise: a share of the tokens is written anew. */
  z.object({
    kind: z.literal('vary'),
    strength: z.number().min(0.05).max(1),
    seed: z.number().int().min(0).max(4294967295),
  }),
  /** Goes on from here with the notes that follow; what was before stays as it was. */
  z.object({
    kind: z.literal('continue'),
    fromSeconds: z.number().positive(),
    seed: z.number().int().min(0).max(4294967295),
  }),
])
export type TakeEdit = z.infer<typeof takeEditSchema>

/** How the stages follow the melody where nobody says: 0 every detail, 1 freely. */
export const DEFAULT_FREEDOM = 0.3
