import { z } from 'zod'
import type { VoiceColumnReport } from '#contract/evaluation.ts'
import { captionsOf } from '#main/corpus/captions/captions-of.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { createCodeReader } from '#main/evaluation/voice/code-clip.ts'
import type { Phrase } from '#main/evaluation/voice/cut-phrases.ts'
import { scoreMatch } from '#main/evaluation/melody/match-score.ts'
import { evaluateVoice } from '#main/evaluation/voice/evaluate-voice.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { openJointEmbedding } from '#main/generation/joint-embedding.ts'
import { readManifest } from '#main/voices/model-files.ts'
import { openVoice } from '#main/generation/voice.ts'
import { measureCrossEntropy } from '#main/training/runs/measure-cross-entropy.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { synthesizeHum } from '#main/audio/pitch/synthesize-hum.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import type { RenderPhrase } from '#main/evaluation/voice/evaluate-voice.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { createPhraseRenderer } from './evaluate-voice-renderers.ts'
import { createCeilingRenderers } from './experiment-ceilings.ts'
import { understandPrompt } from './understand-prompt.ts'

const specSchema = z.object({
  corpusDir: z.string(),
  /** The corpus's token files, for the cross-entropies; none are measured without. */
  tokensDir: z.string().optional(),
  modelsDir: z.string(),
  /** Voices of the models folder to compare, the base among them. */
  voices: z.array(z.string()).min(1),
  /** The voice that is played with parts left out. */
  ablated: z.string().optional(),
  /** Prompts that state every fact of a clip, or a few drawn ones as people write them. */
  captions: z.enum(['complete', 'few']),
  clips: z.number().int().min(2).max(1000),
  seed: z.number().int(),
})

type MelodyScores = Pick<VoiceColumnReport, 'rawPitchAccuracy' | 'onsetF1' | 'medianCents'>

export interface ExperimentReport {
  readonly clips: number
  readonly seconds: number
  readonly referenceMulanCycle: number | null
  /** The recordings themselves, heard by the same ears: what these measures can reach, and beyond which they tell nothing. */
  readonly recordings: MelodyScores
  readonly systems: readonly VoiceColumnReport[]
  /** Nats a token on held-out clips, by voice and stage. */
  readonly crossEntropy: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const ABLATIONS = ['no-semantic', 'no-text', 'coarse-only', 'drawn'] as const

/** Held-out clips, evenly over the split, with a caption in words that training never saw. */
const choosePhrases = (
  corpusDir: string,
  { count, seed, isComplete }: { count: number; seed: number; isComplete: boolean },
): (Phrase & { index: number })[] => {
  const corpus = openCorpus(corpusDir, 'test')
  const { length } = corpus.clips
  const phrases = Array.from({ length: Math.min(count, length) }, (_, i) => {
    const index = Math.floor((i * length) / Math.min(count, length))
    const meta = corpus.clips[index]
    const [caption] = captionsOf(meta, { count: 1, phrasing: 'heldout', isComplete, random: createRandom(seed + index) })
    const scoredNotes = meta.notes.map((note) => ({ ...note, articulation: note.articulation ?? meta.lanes.articulation }))
    return { index, name: meta.id, pcm: corpus.readAudio(index), notes: meta.notes, scoredNotes, prompt: caption.text }
  })
  corpus.close()
  return phrases
}

const scoreRecordings = (phrases: readonly Phrase[]): MelodyScores => {
  const scores = phrases.map(({ pcm, notes, scoredNotes }) => scoreMatch(pcm, RATE, scoredNotes ?? notes))
  const mean = (name: keyof MelodyScores): number => scores.reduce((sum, score) => sum + score[name], 0) / scores.length
  return { rawPitchAccuracy: mean('rawPitchAccuracy'), onsetF1: mean('onsetF1'), medianCents: mean('medianCents') }
}

/** Semitones down to where a voice can hum, in whole octaves. */
const HUM_SHIFT = -12
const RATE = 44100

/** The phrase hummed by the formant voice, glides and wobbles included, and its raw contour handed past the notes. */
const createContourRenderer =
  (options: { voice: string; modelsDir: string }): RenderPhrase =>
  async ({ prompt, notes, seed, durationSeconds }) => {
    const hum = synthesizeHum(
      notes.map((note) => ({ ...note, pitch: note.pitch + HUM_SHIFT })),
      { seed, leadSeconds: 0, sampleRate: RATE },
    )
    const { f0 } = trackF0(hum.pcm, RATE)
    const frames = Math.min(f0.length, Math.floor(durationSeconds * 100))
    let held = f0.find((hz) => hz > 0) ?? 220
    const pitch = Float32Array.from({ length: frames }, (_, i) => 2 * (held = f0[i] > 0 ? f0[i] : held)) // the octave up again
    const contour = { f0: pitch, loudnessDb: measureFrameLoudness(hum.pcm).subarray(0, frames) }
    return renderClip({
      ...options,
      notes,
      lanes: { ...(await understandPrompt(prompt)).lanes, tempo: 1, octave: 0 },
      prompt,
      seed,
      durationSeconds,
      contour,
    })
  }

/** Base against fine-tuned against parts left out, on held-out clips of a corpus. Answers an `ExperimentReport`. */
export const evaluateExperimentHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress }): Promise<ExperimentReport> {
    const { corpusDir, tokensDir, modelsDir, voices, ablated, captions, clips, seed } = specSchema.parse(rawSpec)
    const known = readManifest(modelsDir).map(({ id }) => id)
    const missing = [...voices, ...(ablated === undefined ? [] : [ablated])].find((voice) => !known.includes(voice))
    if (missing !== undefined) throw new EngineError('VOICE_NOT_FOUND', { voice: missing, voices: known.join(', ') })
    const phrases = choosePhrases(corpusDir, { count: clips, seed, isComplete: captions === 'complete' })
    const renderers = [
      ...voices.map((voice) => ({ name: voice, render: createPhraseRenderer({ voice, modelsDir }) })),
      ...(ablated === undefined
        ? []
        : [
            ...ABLATIONS.map((ablation) => ({
              name: `${ablated}: ${ablation}`,
              render: createPhraseRenderer({ voice: ablated, modelsDir, ablations: [ablation] }),
            })),
            { name: `${ablated}: no melody bottleneck`, render: createContourRenderer({ voice: ablated, modelsDir }) },
            { name: `${ablated}: no learned stages`, render: createPhraseRenderer({ voice: ablated, modelsDir, isLearned: false }) },
          ]),
    ]
    const { network } = await openVoice(voices[0], modelsDir)
    if (ablated !== undefined && tokensDir !== undefined) {
      const { hierarchy } = await openVoice(ablated, modelsDir)
      const indexOf = new Map(phrases.map(({ notes, index }) => [notes, index]))
      if (hierarchy !== null) renderers.push(...createCeilingRenderers({ hierarchy, corpusDir, tokensDir, indexOf }))
    }
    const crossEntropy: Record<string, Record<string, number>> = {}
    for (const voice of tokensDir === undefined ? [] : voices) {
      const { hierarchy } = await openVoice(voice, modelsDir)
      if (hierarchy !== null && tokensDir !== undefined) crossEntropy[voice] = measureCrossEntropy(hierarchy, { corpusDir, tokensDir })
    }
    const scores = await evaluateVoice(phrases, renderers, {
      embedding: await openJointEmbedding(modelsDir),
      codec: createCodeReader(network),
      seed,
      signal,
      onProgress,
    })
    return {
      clips: scores.phrases,
      seconds: scores.seconds,
      referenceMulanCycle: scores.referenceMulanCycle,
      recordings: scoreRecordings(phrases),
      systems: scores.columns,
      crossEntropy,
    }
  },
}
