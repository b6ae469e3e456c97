import { join } from 'node:path'
import { createRandom } from '#main/foundation/random.ts'
import { MULAN_CONFIG, type MulanConfig } from '#main/networks/mulan/config.ts'
import { hearCuts, openSentenceEncoder, toJoint } from '#main/networks/mulan/mulan.ts'
import { toUnit, type MulanNetwork } from '#main/networks/mulan/network.ts'
import type { SentenceEncoder } from '#main/networks/mulan/sentence-encoder.ts'
import { ensureBackend, tf, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { encodeSafetensors, readSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { allParameters, countParameters } from '#main/tensor/layers/parameters.ts'
import { trainStage, type TrainProgress } from '../loops/train-stage.ts'
import { isNamingParameter } from './fact-naming.ts'
import { createMulanStage } from './mulan-stage.ts'
import { hashCorpora, loadMulanClips, type MulanClip } from './train-mulan-data.ts'

export interface TrainMulanOptions {
  /** Corpora made by `npm run corpus`; each one's train and valid splits are used. */
  readonly corpusDirs: readonly string[]
  readonly runDir: string
  readonly steps: number
  readonly decaySteps: number
  readonly learningRate: number
  readonly batchSize: number
  readonly seed: number
  readonly captionsPerClip?: number
  readonly config?: MulanConfig
  /** The pretrained sentence encoder; tests give a small one. */
  readonly openEncoder?: () => SentenceEncoder
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainProgress) => void
  /** What is done before the first step, which takes minutes the first time. */
  readonly onPreparation?: (message: string) => void
}

export interface TrainedMulan {
  /** mulan.safetensors: best weights, centres and codebooks; only there when `isFinished`. */
  readonly weightsPath: string
  readonly step: number
  readonly bestLoss: number
  readonly parameters: number
  readonly isFinished: boolean
  /** Share of the joint vectors' power that is left after each RVQ level. */
  readonly powerLeft: readonly number[]
}

const CLIPS_AT_ONCE = 32

/** Free vectors of every clip and of every caption. [N, embeddingWidth] each */
const embedAll = (network: MulanNetwork, clips: readonly MulanClip[]): { sounds: Tensor2D; texts: Tensor2D } => {
  const sounds: Tensor2D[] = []
  for (let first = 0; first < clips.length; first += CLIPS_AT_ONCE) {
    const group = clips.slice(first, first + CLIPS_AT_ONCE)
    sounds.push(
      hearCuts(
        network,
        group.map(({ heard }) => ({ clip: heard, cut: { start: 0, frames: heard.frames } })),
      ),
    )
  }
  const vectors = clips.flatMap(({ textVectors }) => textVectors)
  const texts = tf.tidy(() => network.read(tf.stack(vectors.map((vector) => tf.tensor1d(vector))) as Tensor2D))
  const all = { sounds: tf.concat(sounds, 0) as Tensor2D, texts }
  tf.dispose(sounds)
  return all
}

/** What follows training: centres of both towers, then codebooks on words and sounds in equal shares. */
const fitJointSpace = (network: MulanNetwork, clips: readonly MulanClip[], seed: number): number[] => {
  const { sounds, texts } = embedAll(network, clips)
  tf.tidy(() => {
    network.audioCenter.assign(tf.mean(toUnit(sounds), 0) as never)
    network.textCenter.assign(tf.mean(toUnit(texts), 0) as never)
  })
  const both = tf.tidy(() => {
    const perSound = Math.max(1, Math.round(texts.shape[0] / sounds.shape[0]))
    const repeated = tf.tile(toJoint(sounds, network.audioCenter), [perSound, 1])
    return tf.concat([repeated, toJoint(texts, network.textCenter)], 0) as Tensor2D
  })
  const left = network.codebooks.fit(both, createRandom(seed))
  tf.dispose([sounds, texts, both])
  return left
}

/**
 * Trains MuLan on the captions and sounds of corpora; resumes when the run folder holds a checkpoint.
 *
 * @throws EngineError CORPUS_MATERIAL_MISSING, SENTENCE_ENCODER_MISSING, CHECKPOINT_UNUSABLE, TRAINING_DIVERGED, DISK_FULL
 */
export const trainMulan = async (options: TrainMulanOptions): Promise<TrainedMulan> => {
  await ensureBackend()
  const config = options.config ?? MULAN_CONFIG
  const { corpusDirs, runDir, seed } = options
  const load = (split: 'train' | 'valid'): MulanClip[] =>
    loadMulanClips({
      corpusDirs,
      split,
      config,
      seed,
      cacheDir: join(runDir, 'cache'),
      captionsPerClip: options.captionsPerClip ?? 8,
      openEncoder: options.openEncoder ?? openSentenceEncoder,
      ...(options.onPreparation === undefined ? {} : { onProgress: options.onPreparation }),
    })
  const train = load('train')
  const corpusHash = hashCorpora(corpusDirs)
  const stage = createMulanStage({ config, train, valid: load('valid'), seed, batchSize: options.batchSize, corpusHash })
  const { step, bestLoss, isFinished } = await trainStage(stage, {
    runDir,
    totalSteps: options.steps,
    peakLearningRate: options.learningRate,
    warmupSteps: Math.min(40, Math.ceil(options.steps / 10)),
    decaySteps: options.decaySteps,
    checkpointEverySteps: 50,
    validateEverySteps: 25,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  const weightsPath = join(runDir, 'mulan.safetensors')
  const parameters = countParameters(stage.parameters)
  if (!isFinished) return { weightsPath, step, bestLoss, parameters, isFinished, powerLeft: [] }
  const best = readSafetensors(join(runDir, 'best.safetensors'))
  loadTensors(stage.parameters, best.tensors, { name: 'best.safetensors' })
  const powerLeft = fitJointSpace(stage.network, train, seed)
  const tensors = new Map<string, NamedTensor>()
  for (const [name, variable] of allParameters(stage.parameters))
    if (!isNamingParameter(name)) tensors.set(name, { shape: variable.shape, data: variable.dataSync() as Float32Array })
  writeFileAtomicallySync(weightsPath, encodeSafetensors({ tensors, metadata: best.metadata }))
  return { weightsPath, step, bestLoss, parameters, isFinished, powerLeft }
}
