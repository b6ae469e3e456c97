import { resynthesize } from '#main/generation/resynthesize.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({
  pcm: z.custom<Float32Array>((value) => value instanceof Float32Array),
  sampleRate: z.number(),
  voice: z.string().optional(),
})

/** Through the codec's tokens and back. */
export const resynthesizeHandler: TaskHandler = {
  async run(rawSpec) {
    const { pcm, sampleRate, voice } = specSchema.parse(rawSpec)
    const result = await resynthesize(pcm, sampleRate, voice === undefined ? {} : { voice })
    return { pcm: result.pcm, sampleRate: result.sampleRate, bitrateKbps: result.bitrateKbps, tokenCount: result.codes.length }
  },
}
