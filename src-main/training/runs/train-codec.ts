import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { countParameters } from '#main/tensor/layers/parameters.ts'
import { CODEC_CONFIG, type CodecConfig } from '#main/networks/codec/config.ts'
import { trainStage, type TrainProgress } from '../loops/train-stage.ts'
import { createCodecStage, prepareClip, type CodecAdaptation, type TrainingClip } from './codec-stage.ts'

export interface TrainCodecOptions {
  readonly corpusDir: string
  readonly runDir: string
  readonly steps: number
  readonly decaySteps: number
  readonly learningRate: number
  readonly batchSize: number
  readonly seed: number
  /** Best weights of an earlier run: trains the decoder alone from there unless told. */
  readonly startFromPath?: string
  readonly isEncoderFrozen?: boolean
  readonly adaptation?: CodecAdaptation
  readonly config?: CodecConfig
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainProgress) => void
}

/** Clips of a corpus split, audio read from disk when asked for. */
export const loadCodecClips = (dir: string, split: 'train' | 'valid', config: CodecConfig): TrainingClip[] => {
  const corpus = openCorpus(dir, split)
  return corpus.clips.map((_, index) => {
    const { f0, loudnessDb, ...score } = corpus.readControls(index)
    return prepareClip((from, length) => corpus.readAudio(index, from, length), { f0, loudnessDb, score }, config)
  })
}

/**
 * Trains the codec on a corpus made by `npm run corpus`; resumes when the run folder holds a checkpoint.
 *
 * @returns where the best weights lie
 * @throws EngineError CORPUS_MATERIAL_MISSING, CHECKPOINT_UNUSABLE, TRAINING_DIVERGED, DISK_FULL
 */
export const trainCodec = async (options: TrainCodecOptions): Promise<{ weightsPath: string; step: number; bestLoss: number; parameters: number }> => {
  await ensureBackend()
  const config = options.config ?? CODEC_CONFIG
  const stage = createCodecStage({
    config,
    train: loadCodecClips(options.corpusDir, 'train', config),
    valid: loadCodecClips(options.corpusDir, 'valid', config),
    seed: options.seed,
    batchSize: options.batchSize,
    frames: 26 * config.tokenStride,
    ...(options.startFromPath === undefined ? {} : { startFrom: readFileSync(options.startFromPath) }),
    ...(options.adaptation === undefined ? {} : { adaptation: options.adaptation }),
    ...(options.isEncoderFrozen === undefined ? {} : { isEncoderFrozen: options.isEncoderFrozen }),
    corpusHash: createHash('sha256').update(readFileSync(join(options.corpusDir, 'manifest.json'))).digest('hex'),
  })
  const { step, bestLoss } = await trainStage(stage, {
    runDir: options.runDir,
    totalSteps: options.steps,
    peakLearningRate: options.learningRate,
    warmupSteps: Math.min(100, Math.ceil(options.steps / 10)),
    decaySteps: options.decaySteps,
    checkpointEverySteps: 100,
    validateEverySteps: 250,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  return { weightsPath: join(options.runDir, 'best.safetensors'), step, bestLoss, parameters: countParameters(stage.parameters) }
}
