import { join } from 'node:path'
import { loadTunes, splitOfTune } from '#main/corpus/melodies/tunes.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { COMPOSER_CONFIG, type ComposerConfig } from '#main/networks/composer/config.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { countParameters } from '#main/tensor/layers/parameters.ts'
import { trainStage, type TrainProgress } from '../loops/train-stage.ts'
import { createComposerStage } from './composer-stage.ts'
import { barTune } from './train-composer-data.ts'

export interface TrainComposerOptions {
  readonly runDir: string
  readonly steps: number
  readonly decaySteps: number
  readonly learningRate: number
  /** Phrases in a step. */
  readonly batchSize: number
  readonly seed: number
  /** The shipped book of tunes when left out. */
  readonly tunesPath?: string
  readonly config?: ComposerConfig
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainProgress) => void
}

/**
 * Trains the composer on the train split of a book of tunes; resumes when the run folder holds a checkpoint.
 *
 * @throws EngineError FILE_NOT_FOUND, CHECKPOINT_UNUSABLE, TRAINING_DIVERGED, DISK_FULL
 */
export const trainComposer = async (
  options: TrainComposerOptions,
): Promise<{ weightsPath: string; step: number; bestLoss: number; parameters: number; isFinished: boolean }> => {
  await ensureBackend()
  const { runDir, seed, batchSize } = options
  const tunes = await loadTunes(options.tunesPath ?? join(findProjectRoot(), 'resources', 'tunes', 'ryans-mammoth.json'))
  const ofSplit = (split: 'train' | 'valid') => tunes.filter(({ id }) => splitOfTune(id) === split).map(barTune)
  const stage = createComposerStage({
    config: options.config ?? COMPOSER_CONFIG,
    train: ofSplit('train'),
    valid: ofSplit('valid'),
    seed,
    batchSize,
  })
  const result = await trainStage(stage, {
    runDir,
    totalSteps: options.steps,
    peakLearningRate: options.learningRate,
    warmupSteps: Math.min(50, Math.ceil(options.steps / 10)),
    decaySteps: options.decaySteps,
    checkpointEverySteps: 200,
    validateEverySteps: 100,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  return { ...result, weightsPath: join(runDir, 'best.safetensors'), parameters: countParameters(stage.parameters) }
}
