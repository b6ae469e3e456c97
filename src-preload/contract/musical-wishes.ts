import { z } from 'zod'

export const MELODY_MODES = ['major', 'minor', 'dorian', 'mixolydian'] as const
/** Kinds of tune that the composer knows. */
export const MELODY_GENRES = ['reel', 'jig', 'hornpipe', 'strathspey', 'waltz', 'air', 'song', 'etude'] as const
export const MELODY_METRES = ['4/4', '3/4', '6/8', '9/8'] as const
export const CONTOURS = ['rising', 'falling', 'arch', 'valley', 'level'] as const

/** What a prompt asks of a melody that is yet to be composed; what it leaves open is left out. */
export const musicalWishesSchema = z.object({
  /** Pitch class, 0 = C. */
  tonic: z.number().int().min(0).max(11).optional(),
  mode: z.enum(MELODY_MODES).optional(),
  /** Quarter notes a minute; with a pace beside it, it may bend so that whole bars fill the time. */
  bpm: z.number().min(20).max(300).optional(),
  metre: z.enum(MELODY_METRES).optional(),
  pace: z.enum(['slow', 'moderate', 'fast']).optional(),
  contour: z.enum(CONTOURS).optional(),
  register: z.enum(['low', 'middle', 'high']).optional(),
  genre: z.enum(MELODY_GENRES).optional(),
  seconds: z.number().min(2).max(60).optional(),
  bars: z.number().int().min(1).max(64).optional(),
})
export type MusicalWishes = z.infer<typeof musicalWishesSchema>
