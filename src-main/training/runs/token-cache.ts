import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import type { ClipMeta } from '#main/corpus/shards/format.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { encodeClip } from '#main/networks/codec/codec.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { encodeExpression, encodeScore, EXPRESSION_WIDTH } from '#main/networks/stages/conditioning.ts'
import type { StagesConfig } from '#main/networks/stages/config.ts'
import { normaliseCodebooks, type Codebooks } from '#main/networks/stages/known-codes.ts'
import { analyzeExpression } from '#main/performance/analyze-expression.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { encodeSafetensors, readSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import type { StageClip } from './stage-clips.ts'

/** What turns clips into tokens; the frozen half of the hierarchy. */
export interface Tokenizers {
  readonly codec: CodecNetwork
  readonly semantic: { encode(pcm: Float32Array, controls: { f0: Float32Array; loudnessDb: Float32Array }): Int32Array }
  readonly embedding: {
    embedAudio(pcm: Float32Array): Float32Array
    embedTexts(texts: readonly string[]): Promise<Float32Array[]>
    /** The vector that its residual-quantiser tokens stand for. */
    quantize(vector: Float32Array): Float32Array
  }
  captions(meta: ClipMeta): string[]
}

/** Tokens of a clip that were written in an earlier run. */
export interface ClipTokens {
  /** [T * levels] */
  readonly codes: Int32Array
  /** [T] */
  readonly semantic: Int32Array
}

/** Where tokens of single clips are kept between runs. */
export interface ClipTokenStore {
  read(meta: ClipMeta): ClipTokens | null
  write(meta: ClipMeta, tokens: ClipTokens): void
}

const concatenate = (parts: readonly ArrayLike<number>[], width: number): NamedTensor => {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  const data = new Float32Array(total)
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  return { shape: [total / width, width], data }
}

/**
 * Encodes every clip of a corpus split once, so that training reads tokens instead of sound.
 *
 * @throws EngineError CORPUS_MATERIAL_MISSING, JOB_INTERRUPTED, DISK_FULL
 */
export const tokenizeSplit = async (
  options: { corpusDir: string; split: 'train' | 'valid' | 'test'; outPath: string; tokenizers: Tokenizers; store?: ClipTokenStore },
  deps: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
): Promise<{ clips: number; tokens: number }> => {
  const { codec, semantic, embedding, captions } = options.tokenizers
  const corpus = openCorpus(options.corpusDir, options.split)
  const columns = { codes: [] as Int32Array[], semantic: [] as Int32Array[], expression: [] as Float32Array[] }
  const audio: Float32Array[] = []
  const texts: Float32Array[] = []
  const lengths: number[] = []
  const textCounts: number[] = []
  try {
    for (const [index, meta] of corpus.clips.entries()) {
      if (deps.signal?.aborted === true) throw new EngineError('JOB_INTERRUPTED')
      const pcm = corpus.readAudio(index)
      const { f0, loudnessDb } = corpus.readControls(index)
      const known = options.store?.read(meta) ?? null
      const codes = known?.codes ?? encodeClip(codec, pcm, f0).codes
      const words = known?.semantic ?? semantic.encode(pcm, { f0, loudnessDb })
      if (known === null) options.store?.write(meta, { codes, semantic: words })
      columns.codes.push(codes)
      columns.semantic.push(words)
      columns.expression.push(encodeExpression(analyzeExpression({ f0, loudnessDb, notes: meta.notes })))
      audio.push(embedding.quantize(embedding.embedAudio(pcm)))
      const vectors = await embedding.embedTexts(captions(meta))
      texts.push(...vectors.map((vector) => embedding.quantize(vector)))
      lengths.push(codes.length / codec.config.nQ)
      textCounts.push(vectors.length)
      deps.onProgress?.((index + 1) / corpus.clips.length)
    }
  } finally {
    corpus.close()
  }
  const width = audio[0].length
  const tensors = new Map<string, NamedTensor>([
    ['codes', concatenate(columns.codes, codec.config.nQ)],
    ['semantic', concatenate(columns.semantic, 1)],
    ['expression', concatenate(columns.expression, EXPRESSION_WIDTH)],
    ['audio', concatenate(audio, width)],
    ['texts', concatenate(texts, width)],
    ['lengths', concatenate([lengths], 1)],
    ['textCounts', concatenate([textCounts], 1)],
    ['codebooks', concatenate([normaliseCodebooks(codec.quantizer.books(), codec.config)], codec.config.latentWidth)],
  ])
  writeFileAtomicallySync(options.outPath, encodeSafetensors({ tensors, metadata: { split: options.split } }))
  return { clips: lengths.length, tokens: lengths.reduce((sum, length) => sum + length, 0) }
}

/**
 * Clips of a token file with their scores; the corpus that it was made from says the notes.
 *
 * @throws EngineError CHECKPOINT_UNUSABLE when corpus and token file do not belong together
 */
export const loadStageClips = (options: {
  corpusDir: string
  split: 'train' | 'valid' | 'test'
  tokensPath: string
  config: StagesConfig
  /** Only clips of these subsets; all when left out. */
  subsets?: readonly string[]
}): { clips: StageClip[]; codebooks: Codebooks; hash: string } => {
  const { tensors } = readSafetensors(options.tokensPath)
  const corpus = openCorpus(options.corpusDir, options.split)
  corpus.close()
  const read = (name: string): Float32Array => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new EngineError('CHECKPOINT_UNUSABLE', { path: options.tokensPath, reason: `it lacks ${name}` })
    return tensor.data
  }
  const { levels, embeddingWidth } = options.config
  const lengths = read('lengths')
  const counts = read('textCounts')
  if (lengths.length !== corpus.clips.length)
    throw new EngineError('CHECKPOINT_UNUSABLE', { path: options.tokensPath, reason: 'it was made from another corpus' })
  let at = 0
  let textAt = 0
  const clips = corpus.clips.map((meta, index): StageClip => {
    const tokens = lengths[index]
    const cut = (name: string, width: number): Float32Array => read(name).subarray(at * width, (at + tokens) * width)
    const clip: StageClip = {
      tokens,
      score: encodeScore(meta.notes, meta.lanes, tokens),
      semantic: Int32Array.from(cut('semantic', 1)),
      expression: cut('expression', EXPRESSION_WIDTH),
      codes: Int32Array.from(cut('codes', levels)),
      audioVector: read('audio').subarray(index * embeddingWidth, (index + 1) * embeddingWidth),
      textVectors: Array.from({ length: counts[index] }, (_, i) =>
        read('texts').subarray((textAt + i) * embeddingWidth, (textAt + i + 1) * embeddingWidth),
      ),
    }
    at += tokens
    textAt += counts[index]
    return clip
  })
  const isWanted = (_clip: StageClip, index: number): boolean => options.subsets?.includes(corpus.clips[index].subset) ?? true
  return { clips: clips.filter(isWanted), codebooks: read('codebooks'), hash: createHash('sha256').update(readFileSync(options.tokensPath)).digest('hex') }
}
