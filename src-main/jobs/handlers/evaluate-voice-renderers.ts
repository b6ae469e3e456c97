import type { JointEmbedding } from '#main/evaluation/voice/joint-embedding.ts'
import type { RenderPhrase } from '#main/evaluation/voice/evaluate-voice.ts'
import type { RenderPrompt } from '#main/evaluation/prompts/evaluate-prompts.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'

const voiceOf = (voice: string | undefined): { voice?: string } => (voice === undefined ? {} : { voice })

/** Plays a prompt the way the program does: its words' lanes, its named melody where no notes are given. */
export const createPromptRenderer =
  (voice: string | undefined): RenderPrompt =>
  ({ prompt, notes, seed }) => {
    const { lanes, melody } = readPrompt(prompt)
    const played = notes ?? melody?.notes
    if (played === undefined) throw new EngineError('PROMPT_EMPTY')
    return renderClip({ notes: played, lanes, seed, ...voiceOf(voice) })
  }

/** The ways of playing a reference's phrases that are compared, the voice itself first. */
export const createPhraseRenderers = (voice: string | undefined): { name: string; render: RenderPhrase }[] => [
  {
    name: 'voice',
    render: ({ prompt, notes, seed, durationSeconds }) =>
      // The notes have their tempo and register already: only how they are played is taken from the prompt.
      renderClip({ notes, lanes: { ...readPrompt(prompt).lanes, tempo: 1, octave: 0 }, seed, durationSeconds, ...voiceOf(voice) }),
  },
]

/** The joint embedding of music and text, or null where none is installed. */
export const openJointEmbedding = (): Promise<JointEmbedding | null> => Promise.resolve(null)
