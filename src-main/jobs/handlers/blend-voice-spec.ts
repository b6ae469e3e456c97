import { z } from 'zod'

export const blendVoiceSpecSchema = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.string(),
  parts: z.array(z.object({ voice: z.string(), title: z.string(), weight: z.number().min(0).max(1) })).min(1),
  modelsDir: z.string(),
  voicesDir: z.string(),
})
export type BlendVoiceSpec = z.infer<typeof blendVoiceSpecSchema>
