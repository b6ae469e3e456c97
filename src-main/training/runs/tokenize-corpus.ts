import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captionsOf } from '#main/corpus/captions/captions-of.ts'
import { createRandom } from '#main/foundation/random.ts'
import { CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork } from '#main/networks/codec/network.ts'
import { openMulan } from '#main/networks/mulan/mulan.ts'
import { openSemanticTokenizer } from '#main/networks/semantic-tokens/tokenizer.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { tokenizeSplit } from './token-cache.ts'

export interface TokenizeCorpusOptions {
  readonly corpusDir: string
  readonly outDir: string
  /** Weights of the codec: an exported file, or a run's checkpoint, whose frozen half is final from the first step. */
  readonly codecPath: string
  readonly mulanPath: string
  readonly semanticTokensPath: string
  readonly signal?: AbortSignal
  readonly onProgress?: (fraction: number, message: string) => void
}

const CAPTIONS_PER_CLIP = 4

/** A checkpoint names its weights "w.…". */
const readCodecTensors = (path: string): ReturnType<typeof readSafetensors>['tensors'] => {
  const { tensors } = readSafetensors(path)
  if (![...tensors.keys()].some((name) => name.startsWith('w.'))) return tensors
  return new Map([...tensors].flatMap(([name, tensor]) => (name.startsWith('w.') ? [[name.slice(2), tensor] as const] : [])))
}

export const tokensPath = (dir: string, split: string): string => join(dir, `tokens-${split}.safetensors`)

/**
 * Writes the token files of all of a corpus's splits.
 *
 * @returns clips and tokens by split
 * @throws  EngineError CORPUS_MATERIAL_MISSING, MODEL_DAMAGED, SENTENCE_ENCODER_MISSING, JOB_INTERRUPTED, DISK_FULL
 */
export const tokenizeCorpus = async (options: TokenizeCorpusOptions): Promise<Record<string, { clips: number; tokens: number }>> => {
  await ensureBackend()
  mkdirSync(options.outDir, { recursive: true })
  const codec = createCodecNetwork(CODEC_CONFIG, createRandom(1))
  loadTensors(codec.parameters, readCodecTensors(options.codecPath), { name: options.codecPath })
  const mulan = openMulan(options.mulanPath)
  const semantic = openSemanticTokenizer(readFileSync(options.semanticTokensPath))
  const tokenizers = {
    codec,
    semantic,
    embedding: {
      embedAudio: (pcm: Float32Array) => mulan.embedAudio(pcm),
      embedTexts: (texts: readonly string[]) => mulan.embedTexts(texts),
      quantize: (vector: Float32Array) => mulan.lookUp(mulan.tokens(vector)),
    },
  }
  const report: Record<string, { clips: number; tokens: number }> = {}
  for (const split of ['train', 'valid', 'test'] as const) {
    report[split] = await tokenizeSplit(
      {
        corpusDir: options.corpusDir,
        split,
        outPath: tokensPath(options.outDir, split),
        tokenizers: {
          ...tokenizers,
          captions: (meta) =>
            captionsOf(meta, { count: CAPTIONS_PER_CLIP, phrasing: split === 'train' ? 'train' : 'heldout', random: createRandom(meta.seed) }).map(({ text }) => text),
        },
      },
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        onProgress: (fraction) => options.onProgress?.(fraction, `${split}: encoded`),
      },
    )
  }
  semantic.dispose()
  mulan.dispose()
  return report
}
