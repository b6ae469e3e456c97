import { cleaningReportSchema } from '#contract/cleaning.ts'
import { z } from 'zod'
import { cutSoundSpecSchema } from './cut-sound-spec.ts'

/** A span of a recording to look at. */
export const drawSoundSpecSchema = cutSoundSpecSchema.extend({
  columns: z.number().int().positive(),
  bands: z.number().int().positive(),
  lowestHz: z.number().positive(),
  highestHz: z.number().positive(),
})
export type DrawSoundSpec = z.infer<typeof drawSoundSpecSchema>

export const drawSoundResultSchema = z.object({
  /** [columns, bands], 0 = -100 dB. */
  levels: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** Highest absolute sample of each column, full scale = 1. */
  peaks: z.custom<Float32Array>((value) => value instanceof Float32Array),
  report: z.array(cleaningReportSchema),
})
