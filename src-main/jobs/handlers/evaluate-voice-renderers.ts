import type { RenderPhrase } from '#main/evaluation/voice/evaluate-voice.ts'
import type { RenderPrompt } from '#main/evaluation/prompts/evaluate-prompts.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { renderClip, type RenderRequest } from '#main/generation/render-clip.ts'
import { understandPrompt } from './understand-prompt.ts'

const voiceOf = (voice: string | undefined): { voice?: string } => (voice === undefined ? {} : { voice })

/** Plays a prompt the way the program does: its words' lanes, its named melody where no notes are given. */
export const createPromptRenderer =
  (voice: string | undefined): RenderPrompt =>
  async ({ prompt, notes, seed }) => {
    const { lanes, melody } = await understandPrompt(prompt)
    const played = notes ?? melody?.notes
    if (played === undefined) throw new EngineError('PROMPT_EMPTY')
    return renderClip({ notes: played, lanes, prompt, seed, ...voiceOf(voice) })
  }

/** Plays a reference's phrase: the notes have their tempo and register already, only how they are played is taken from the prompt. */
export const createPhraseRenderer =
  (options: Pick<RenderRequest, 'voice' | 'modelsDir' | 'voicesDir' | 'isLearned' | 'ablations'>): RenderPhrase =>
  async ({ prompt, notes, seed, durationSeconds }) => {
    const { lanes } = await understandPrompt(prompt)
    return renderClip({ ...options, notes, lanes: { ...lanes, tempo: 1, octave: 0 }, prompt, seed, durationSeconds })
  }

/** The ways of playing a reference's phrases that are compared, the voice itself first. */
export const createPhraseRenderers = (
  voice: string | undefined,
  { modelsDir, voicesDir }: { modelsDir?: string | undefined; voicesDir?: string | undefined } = {},
): { name: string; render: RenderPhrase }[] => {
  const options = {
    ...voiceOf(voice),
    ...(modelsDir === undefined ? {} : { modelsDir }),
    ...(voicesDir === undefined ? {} : { voicesDir }),
  }
  return [
    { name: 'voice', render: createPhraseRenderer(options) },
    { name: 'without the learned stages', render: createPhraseRenderer({ ...options, isLearned: false }) },
  ]
}
