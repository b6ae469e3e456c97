import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openCorpus, type ClipControlArrays, type Corpus } from '#main/corpus/shards/open-corpus.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { clusterVectors, measureColumns, nearestCentres, normaliseColumns } from '#main/networks/semantic-tokens/cluster.ts'
import { describePerformance, DESCRIPTOR_WIDTH } from '#main/networks/semantic-tokens/describe-performance.ts'
import { readClip, SEMANTIC_ENCODER_CONFIG, stackLogMel, type SemanticEncoder, type SemanticEncoderConfig } from '#main/networks/semantic-tokens/encoder.ts'
import { packSemanticTokenizer, type SemanticTokenKind } from '#main/networks/semantic-tokens/tokenizer.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { trainStage } from '../loops/train-stage.ts'
import { labelTokens, scoreSemanticTokens, type ScoredClip, type SemanticTokenScores } from './fit-semantic-tokens-scores.ts'
import { createSemanticEncoderStage } from './semantic-encoder-stage.ts'

export interface FitSemanticTokensOptions {
  readonly corpusDirs: readonly string[]
  readonly kind: SemanticTokenKind
  readonly outPath: string
  readonly seed: number
  /** Training clips at most, spread evenly over the corpora; all when left out. */
  readonly maxClips?: number
  /** 512 when left out. */
  readonly vocabularySize?: number
  /** Rounds of k-means, 25 when left out. */
  readonly iterations?: number
  /** How the encoder of the learned kind is trained; it resumes when the run folder holds a checkpoint. */
  readonly encoder?: { readonly runDir: string; readonly steps: number; readonly batchSize?: number; readonly config?: SemanticEncoderConfig }
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: SemanticTokensProgress) => void
}

export interface SemanticTokensProgress {
  readonly phase: 'reading' | 'training' | 'clustering'
  readonly done: number
  readonly total: number
  /** Training loss, or the mean squared distance to the nearest word. */
  readonly loss?: number
  readonly validation?: Record<string, number>
}

export interface FittedSemanticTokens {
  readonly path: string
  readonly kind: SemanticTokenKind
  readonly trainingClips: number
  readonly vectors: number
  readonly scores: SemanticTokenScores
}

type Curves = Pick<ClipControlArrays, 'articulation' | 'isNote' | 'noteAge' | 'loudnessDb'>

interface Loaded {
  readonly features: Float32Array[]
  readonly curves: Curves[]
}

const SEGMENT_TOKENS = 100
const DEFAULT_STEPS = 400

/** Every n-th of the corpora's clips, so that at most `most` are left. */
const chooseClips = (corpora: readonly Corpus[], most: number): { corpus: Corpus; index: number }[] => {
  const all = corpora.flatMap((corpus) => corpus.clips.map((_, index) => ({ corpus, index })))
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)])
}

const joinRows = (parts: readonly Float32Array[]): Float32Array => {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

/** Trains the encoder and puts its best weights in place. */
const trainEncoder = async (train: Loaded, valid: Loaded, options: FitSemanticTokensOptions, corpusHash: string): Promise<SemanticEncoder> => {
  const { seed, encoder: how, signal, onProgress } = options
  const runDir = how?.runDir ?? `${options.outPath}.run`
  const steps = how?.steps ?? DEFAULT_STEPS
  const stage = createSemanticEncoderStage({
    config: how?.config ?? SEMANTIC_ENCODER_CONFIG,
    train: train.features,
    valid: valid.features,
    seed,
    batchSize: how?.batchSize ?? 16,
    tokens: SEGMENT_TOKENS,
    corpusHash,
  })
  await trainStage(stage, {
    runDir,
    totalSteps: steps,
    peakLearningRate: 1e-3,
    warmupSteps: Math.min(50, Math.ceil(steps / 10)),
    decaySteps: Math.ceil(steps / 3),
    checkpointEverySteps: 100,
    validateEverySteps: Math.min(100, steps),
    ...(signal === undefined ? {} : { signal }),
    onProgress: ({ step, totalSteps, loss, validation }) =>
      onProgress?.({ phase: 'training', done: step, total: totalSteps, loss, ...(validation === undefined ? {} : { validation }) }),
  })
  throwIfCancelled(signal)
  loadWeights(stage.encoder.parameters, readFileSync(join(runDir, 'best.safetensors')), 'the semantic encoder')
  return stage.encoder
}

/**
 * Fits a semantic vocabulary to corpora made by `npm run corpus` and writes it; the same corpora and seed give the
 * same file on the same machine.
 *
 * @returns where it lies and what it is worth on the corpora's held-out clips
 * @throws  EngineError CORPUS_MATERIAL_MISSING when there are no corpora or too few clips, DISK_FULL,
 *          FILE_UNWRITABLE; of the learned kind also CHECKPOINT_UNUSABLE, TRAINING_DIVERGED; Cancelled when `signal` fires
 */
export const fitSemanticTokens = async (options: FitSemanticTokensOptions): Promise<FittedSemanticTokens> => {
  await ensureBackend()
  const { corpusDirs, kind, seed, signal, onProgress } = options
  const count = options.vocabularySize ?? 512
  const config = options.encoder?.config ?? SEMANTIC_ENCODER_CONFIG
  const load = (split: 'train' | 'valid', most: number): Loaded => {
    const corpora = corpusDirs.map((dir) => openCorpus(dir, split))
    const chosen = chooseClips(corpora, most)
    const features: Float32Array[] = []
    const curves: Curves[] = []
    for (const { corpus, index } of chosen) {
      throwIfCancelled(signal)
      const controls = corpus.readControls(index)
      const pcm = corpus.readAudio(index)
      features.push(kind === 'descriptors' ? describePerformance(pcm, controls) : stackLogMel(pcm, controls, config))
      curves.push(controls)
      if (features.length % 50 === 0) onProgress?.({ phase: 'reading', done: features.length, total: chosen.length })
    }
    for (const corpus of corpora) corpus.close()
    return { features, curves }
  }
  const train = load('train', options.maxClips ?? Infinity)
  const valid = load('valid', Infinity)
  const corpusHash = createHash('sha256')
  for (const dir of corpusDirs) corpusHash.update(readFileSync(join(dir, 'manifest.json')))
  const corpus = corpusHash.digest('hex')

  const encoder = kind === 'learned' ? await trainEncoder(train, valid, options, corpus) : undefined
  const width = encoder === undefined ? DESCRIPTOR_WIDTH : config.width
  const read = (clip: Float32Array): Float32Array => (encoder === undefined ? clip : readClip(encoder, clip))
  const trainRows = train.features.map(read)
  const validRows = valid.features.map(read)
  const raw = joinRows(trainRows)
  if (raw.length / width < count) {
    const what = `enough sound for a vocabulary of ${count} (${raw.length / width} moments)`
    throw new EngineError('CORPUS_MATERIAL_MISSING', { what, how: 'Build a larger corpus with "npm run corpus".' })
  }
  const columns = measureColumns(raw, width)
  const vectors = normaliseColumns(raw, columns)
  const iterations = options.iterations ?? 25
  const codebook = clusterVectors(vectors, {
    width,
    count,
    iterations,
    random: createRandom(seed),
    onIteration: (done, loss) => {
      throwIfCancelled(signal)
      onProgress?.({ phase: 'clustering', done, total: iterations, loss })
    },
  })
  const label = (rows: readonly Float32Array[], curves: readonly Curves[]): ScoredClip[] =>
    rows.map((clip, i) => labelTokens(nearestCentres(normaliseColumns(clip, columns), codebook, width), curves[i]))
  const scores = scoreSemanticTokens(label(trainRows, train.curves), label(validRows, valid.curves), count)
  const parts = { ...columns, codebook, ...(encoder === undefined ? {} : { encoder }) }
  mkdirSync(dirname(options.outPath), { recursive: true })
  writeFileAtomicallySync(options.outPath, packSemanticTokenizer(parts, { corpus, seed: String(seed), scores: JSON.stringify(scores) }))
  if (encoder !== undefined) disposeParameters(encoder.parameters)
  return { path: options.outPath, kind, trainingClips: trainRows.length, vectors: raw.length / width, scores }
}
