import type { Note } from '#contract/melody.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import type { RenderPhrase } from '#main/evaluation/voice/evaluate-voice.ts'
import type { Hierarchy } from '#main/generation/hierarchy.ts'
import { expectRest } from '#main/generation/expect-latent.ts'
import { decodeLatent } from '#main/networks/codec/codec.ts'
import { synthesizeClip } from '#main/networks/codec/synthesize.ts'
import { loadStageClips } from '#main/training/runs/token-cache.ts'
import { tokensPath } from '#main/training/runs/tokenize-corpus.ts'
import { MASKED } from '#main/tensor/sampling/fill-masked.ts'

export interface CeilingOptions {
  readonly hierarchy: Hierarchy
  readonly corpusDir: string
  readonly tokensDir: string
  /** Index in the test split of the phrase with these notes. */
  readonly indexOf: ReadonlyMap<readonly Note[], number>
}

/**
 * What the codec plays with the recording's own pitch, loudness and tokens: how good a stage could get. With the coarse tokens
 * alone, with the fine stage after them, and with all of them; the fine stage is worth what lies between the first two.
 *
 * @throws EngineError CORPUS_MATERIAL_MISSING, MODEL_NOT_INSTALLED without token files, CHECKPOINT_UNUSABLE
 */
export const createCeilingRenderers = (options: CeilingOptions): { name: string; render: RenderPhrase }[] => {
  const { hierarchy, corpusDir, tokensDir, indexOf } = options
  const { codec, stages } = hierarchy
  const { config } = stages.fine
  const { clips } = loadStageClips({ corpusDir, split: 'test', tokensPath: tokensPath(tokensDir, 'test'), config })
  const corpus = openCorpus(corpusDir, 'test')
  const controls = corpus.clips.map((_, index) => corpus.readControls(index))
  corpus.close()
  const play =
    (find: (clip: (typeof clips)[number]) => Float32Array): RenderPhrase =>
    ({ notes, seed }) => {
      const index = indexOf.get(notes) ?? 0
      const { f0, loudnessDb, ...score } = controls[index]
      const frames = decodeLatent(codec, find(clips[index]), { f0, loudnessDb, score })
      return Promise.resolve({ pcm: synthesizeClip(frames, seed, codec.config), sampleRate: codec.config.sampleRate, notes })
    }
  const coarseOf = (codes: Int32Array): Int32Array => codes.map((code, i) => (i % config.levels < config.coarseLevels ? code : MASKED))
  return [
    { name: 'recorded coarse tokens', render: play(({ codes }) => codec.quantizer.lookUp(coarseOf(codes))) },
    {
      name: 'recorded coarse tokens, fine stage',
      render: play((clip) => {
        const conditions = { score: clip.score, text: clip.textVectors[0] ?? null }
        const known = codec.quantizer.lookUp(coarseOf(clip.codes))
        const expected = expectRest(hierarchy, conditions, { ...clip, codes: coarseOf(clip.codes) })
        return known.map((x, i) => x + expected[i])
      }),
    },
    { name: 'recorded tokens', render: play(({ codes }) => codec.quantizer.lookUp(codes)) },
  ]
}
