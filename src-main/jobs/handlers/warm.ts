import { openVoice } from '#main/generation/voice.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ voice: z.string().optional() })

/** Loads a voice ahead of the first render. */
export const warmHandler: TaskHandler = {
  async run(rawSpec) {
    const { modelHash } = await openVoice(specSchema.parse(rawSpec).voice)
    return { modelHash }
  },
}
