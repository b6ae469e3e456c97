import type { Api } from '#contract/api.ts'
import type { ServiceContext } from './context.ts'

/** Prompts: words in, visible lanes and perhaps a melody out. */
export const createPromptsService = ({ understanding }: ServiceContext): Api['prompts'] => ({
  read: ({ text }) => understanding.readPrompt(text),
})
