import { promptTokensSchema, type Api } from '#contract/api.ts'
import type { ServiceContext } from './context.ts'

/** Prompts: words in, visible lanes and perhaps a melody out. */
export const createPromptsService = ({ env, understanding }: ServiceContext): Api['prompts'] => ({
  read: ({ text }) => understanding.readPrompt(text),
  understand: ({ text }) => understanding.understandPrompt(text),
  async tokens({ text }) {
    const quiet = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
    return promptTokensSchema.parse(await env.ears.run('read-tokens', { text }, quiet))
  },
})
