import { z } from 'zod'
import { createCodeReader } from '#main/evaluation/voice/code-clip.ts'
import { evaluateVoice } from '#main/evaluation/voice/evaluate-voice.ts'
import { openVoice } from '#main/generation/voice.ts'
import type { VoiceReport } from '#contract/evaluation.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { listReferences, readReferences } from './evaluate-voice-references.ts'
import { openJointEmbedding } from '#main/generation/joint-embedding.ts'
import { createPhraseRenderers } from './evaluate-voice-renderers.ts'

/** What a voice is to be compared with: a folder, or files by name. */
export const evaluateVoiceSpecSchema = z.object({
  voice: z.string().optional(),
  modelsDir: z.string().optional(),
  voicesDir: z.string().optional(),
  reference: z.union([
    z.object({ path: z.string() }),
    z.object({ files: z.array(z.object({ name: z.string(), path: z.string() })).min(1) }),
  ]),
  maximumPhrases: z.number().int().min(1).max(1000).default(40),
  seed: z.number().int().min(0).max(4294967295).default(1),
})
export type EvaluateVoiceSpec = z.input<typeof evaluateVoiceSpecSchema>

/** How much of the work is listening. */
const LISTENING = 0.2

/** A voice against recordings: what they play, played by the voice, and measured. Answers a `VoiceReport`, as an item too. */
export const evaluateVoiceHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress, onItem }): Promise<VoiceReport> {
    const { voice, modelsDir, voicesDir, reference, maximumPhrases, seed } = evaluateVoiceSpecSchema.parse(rawSpec)
    const files = 'path' in reference ? listReferences(reference.path) : reference.files
    const { name, modelHash, network } = await openVoice(voice, modelsDir, voicesDir)
    const { phrases, skipped } = await readReferences(files, {
      maximumPhrases,
      signal,
      onProgress: (fraction, message) => onProgress(LISTENING * fraction, message),
    })
    const embedding = await openJointEmbedding(modelsDir)
    const scores = await evaluateVoice(phrases, createPhraseRenderers(voice, { modelsDir, voicesDir }), {
      embedding,
      codec: createCodeReader(network),
      seed,
      signal,
      onProgress: (fraction, message) => onProgress(LISTENING + (1 - LISTENING) * fraction, message),
    })
    const report: VoiceReport = { voice: name, modelHash, files: files.length, skipped, hasEmbedding: embedding !== null, ...scores }
    onItem(report)
    return report
  },
}
