import { z } from 'zod'
import { evaluatePrompts } from '#main/evaluation/prompts/evaluate-prompts.ts'
import { makeHeldOutPrompts } from '#main/evaluation/prompts/held-out-prompts.ts'
import { openVoice } from '#main/generation/voice.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { createPromptRenderer } from './evaluate-voice-renderers.ts'

const specSchema = z.object({ voice: z.string().optional(), prompts: z.number().int().positive(), seed: z.number().int().optional() })

/** Held-out prompts played by a voice: how many of their wishes are heard in the sound. */
export const evaluatePromptsHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress }) {
    const { voice, prompts, seed } = specSchema.parse(rawSpec)
    const { name, modelHash } = await openVoice(voice)
    const scores = await evaluatePrompts(createPromptRenderer(voice), makeHeldOutPrompts(prompts, seed), {
      signal,
      onProgress: (fraction) => onProgress(fraction, 'playing held-out prompts'),
    })
    return { voice: name, modelHash, ...scores }
  },
}
