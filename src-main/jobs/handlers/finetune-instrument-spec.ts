import { z } from 'zod'

/** Stretches of sound of which it is asked what plays them. */
export const instrumentSpecSchema = z.object({
  modelsDir: z.string(),
  stretches: z.array(z.object({ path: z.string(), startSeconds: z.number(), endSeconds: z.number() })).max(64),
})
export type InstrumentSpec = z.infer<typeof instrumentSpecSchema>

/** Another instrument's name; null where it is a violin, or where it cannot be told. */
export const instrumentResultSchema = z.object({ other: z.string().nullable() })
