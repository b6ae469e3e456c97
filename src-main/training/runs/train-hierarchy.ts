import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom } from '#main/foundation/random.ts'
import { STAGES_CONFIG, type StageName, type StagesConfig } from '#main/networks/stages/config.ts'
import type { Codebooks } from '#main/networks/stages/known-codes.ts'
import { createStageNetwork, isOutputLayer, type StageNetwork } from '#main/networks/stages/stage-network.ts'
import { decodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { isLoraName, type LoraSetting } from '#main/tensor/layers/lora.ts'
import { countParameters, freezeWhere } from '#main/tensor/layers/parameters.ts'
import { trainStage, type TrainProgress } from '../loops/train-stage.ts'
import { createHierarchyStage } from './hierarchy-stage.ts'
import type { StageClip } from './stage-clips.ts'
import { loadStageClips } from './token-cache.ts'
import { tokensPath } from './tokenize-corpus.ts'

/** How a stage is made from the base: everything trained, or the base frozen and an adapter trained. */
export type Adaptation = { readonly kind: 'full' } | ({ readonly kind: 'lora' } & LoraSetting)

export interface TrainHierarchyOptions {
  readonly stage: StageName
  readonly runDir: string
  readonly train: readonly StageClip[]
  readonly valid: readonly StageClip[]
  readonly codebooks: Codebooks
  /** Hash of the tokens, for the checkpoint's fingerprint. */
  readonly tokensHash: string
  readonly steps: number
  readonly decaySteps: number
  readonly learningRate: number
  readonly batchSize: number
  /** Token frames per item; 120 (4.8 s) when left out. */
  readonly frames?: number
  readonly seed: number
  /** Weights of the base's stage to start from, and what of it is trained. */
  readonly base?: { readonly path: string; readonly adaptation: Adaptation }
  readonly config?: StagesConfig
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainProgress) => void
}

/** A stage's network on the base's weights: with an adapter, everything but its low-rank pairs and output layers frozen. */
const openBase = (options: TrainHierarchyOptions, config: StagesConfig): StageNetwork => {
  const random = createRandom(options.seed)
  const { base } = options
  if (base === undefined) return createStageNetwork(options.stage, config, random)
  const { adaptation } = base
  const lora = adaptation.kind === 'lora' ? { rank: adaptation.rank, alpha: adaptation.alpha } : undefined
  const network = createStageNetwork(options.stage, config, random, lora)
  const { tensors } = decodeSafetensors(readFileSync(base.path), base.path)
  loadTensors(network.parameters, tensors, { name: base.path, isOptional: isLoraName })
  if (lora !== undefined) freezeWhere(network.parameters, (name) => !isLoraName(name) && !isOutputLayer(name))
  return network
}

/**
 * Trains one stage of the hierarchy, as the base or from it; resumes when the run folder holds a checkpoint.
 *
 * @returns where the best weights lie
 * @throws EngineError CHECKPOINT_UNUSABLE, MODEL_DAMAGED, TRAINING_DIVERGED, DISK_FULL
 */
export const trainHierarchy = async (
  options: TrainHierarchyOptions,
): Promise<{ weightsPath: string; step: number; bestLoss: number; parameters: number }> => {
  await ensureBackend()
  const config = options.config ?? STAGES_CONFIG
  const network = openBase(options, config)
  const stage = createHierarchyStage({
    network,
    codebooks: options.codebooks,
    train: options.train,
    valid: options.valid,
    seed: options.seed,
    batchSize: options.batchSize,
    frames: options.frames ?? 120,
    identity: { tokens: options.tokensHash, adaptation: options.base?.adaptation ?? null },
  })
  const { step, bestLoss } = await trainStage(stage, {
    runDir: options.runDir,
    totalSteps: options.steps,
    peakLearningRate: options.learningRate,
    warmupSteps: Math.min(100, Math.ceil(options.steps / 10)),
    decaySteps: options.decaySteps,
    checkpointEverySteps: 100,
    validateEverySteps: Math.min(100, Math.max(25, Math.round(options.steps / 10))),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  return { weightsPath: join(options.runDir, 'best.safetensors'), step, bestLoss, parameters: countParameters(network.parameters) }
}

export interface TrainFromTokensOptions extends Omit<TrainHierarchyOptions, 'train' | 'valid' | 'codebooks' | 'tokensHash' | 'config'> {
  readonly corpusDir: string
  /** Folder with the corpus's token files. */
  readonly tokensDir: string
  readonly positions: 'rotary' | 'relative'
  /** Subsets of the corpus to train on; all when left out. */
  readonly subsets?: readonly string[]
}

/**
 * The same on a corpus whose tokens were written before.
 *
 * @throws EngineError CORPUS_MATERIAL_MISSING, MODEL_NOT_INSTALLED without token files, and what `trainHierarchy` throws
 */
export const trainHierarchyFromTokens = (options: TrainFromTokensOptions): ReturnType<typeof trainHierarchy> => {
  const { corpusDir, tokensDir, positions, subsets, ...rest } = options
  const { transformers } = STAGES_CONFIG
  const config = { ...STAGES_CONFIG, transformers: { ...transformers, [options.stage]: { ...transformers[options.stage], positions } } }
  const load = (split: 'train' | 'valid'): ReturnType<typeof loadStageClips> =>
    loadStageClips({ corpusDir, split, tokensPath: tokensPath(tokensDir, split), config, ...(subsets === undefined ? {} : { subsets }) })
  const train = load('train')
  return trainHierarchy({
    ...rest,
    config,
    train: train.clips,
    valid: load('valid').clips,
    codebooks: train.codebooks,
    tokensHash: subsets === undefined ? train.hash : `${train.hash} ${subsets.join()}`,
  })
}
