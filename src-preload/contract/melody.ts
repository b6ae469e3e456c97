import { z } from 'zod'

/** How a note is bowed (or plucked). */
export const ARTICULATIONS = ['legato', 'detache', 'staccato', 'spiccato', 'pizzicato', 'tremolo'] as const
export const articulationSchema = z.enum(ARTICULATIONS)
export type Articulation = z.infer<typeof articulationSchema>

/** One note of a melody. `pitch` is a MIDI note number, fractional where the pitch lies between the keys (69 = A4 = 440 Hz). */
export const noteSchema = z.object({
  onsetSeconds: z.number().min(0),
  durationSeconds: z.number().positive(),
  pitch: z.number().min(0).max(127),
  /** Relative loudness 0..1; 0.7 is an ordinary mezzo-forte. */
  velocity: z.number().min(0).max(1),
  /** Tracker's trust in the note, 1 where it was typed or read from a file. */
  confidence: z.number().min(0).max(1),
  /** Overrides the clip's articulation for this note. */
  articulation: articulationSchema.optional(),
  /** True when the note is slurred to the one before it (no new bow). */
  isSlurred: z.boolean().optional(),
  /** How far from its pitch the note begins, as the singer did; the violin's own way where left out. */
  scoopCents: z.number().min(-300).max(300).optional(),
})
export type Note = z.infer<typeof noteSchema>

/** A pitch track: equal-length arrays on a regular grid. Unvoiced frames have f0 0. */
export const pitchTrackSchema = z.object({
  hopSeconds: z.number().positive(),
  f0: z.array(z.number()),
  voicing: z.array(z.number()),
})
export type PitchTrack = z.infer<typeof pitchTrackSchema>

/** What the ears understood, or what a text or MIDI file said. Notes are in order, disjoint, one at a time. */
export const melodySchema = z.object({
  notes: z.array(noteSchema),
  durationSeconds: z.number().min(0),
  bpm: z.number().positive().optional(),
  key: z.string().optional(),
  pitchTrack: pitchTrackSchema.optional(),
})
export type Melody = z.infer<typeof melodySchema>

/** Lowest and highest note of the violin that Fiddlehead plays: G3 and A7. */
export const VIOLIN_LOWEST = 55
export const VIOLIN_HIGHEST = 105
