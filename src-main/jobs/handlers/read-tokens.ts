import { readPromptTokens } from '#main/generation/prompt-tokens.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ text: z.string() })

/** A prompt's tokens; opens no network. */
export const readTokensHandler: TaskHandler = {
  run: async (rawSpec) => readPromptTokens(specSchema.parse(rawSpec).text),
}
