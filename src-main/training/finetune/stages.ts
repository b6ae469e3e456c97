import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FinetuneStage } from '#contract/finetune.ts'
import { createRandom } from '#main/foundation/random.ts'
import { CODEC_CONFIG, TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { STAGE_NAMES, STAGES_CONFIG, TOY_STAGES_CONFIG, type StageName } from '#main/networks/stages/config.ts'
import { createStageNetwork, isOutputLayer } from '#main/networks/stages/stage-network.ts'
import { encodeSafetensors, readSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { isLoraName } from '#main/tensor/layers/lora.ts'
import { disposeParameters, freezeWhere } from '#main/tensor/layers/parameters.ts'
import type { Stage } from '../loops/train-stage.ts'
import { createCodecStage } from '../runs/codec-stage.ts'
import { createHierarchyStage } from '../runs/hierarchy-stage.ts'
import { loadStageClips } from '../runs/token-cache.ts'
import { tokensPath } from '../runs/tokenize-corpus.ts'
import { loadCodecClips } from '../runs/train-codec.ts'
import { fitAdapter, isTarget, type StartWeights, type Tensors } from './start-weights.ts'

export interface FinetuneSetting {
  readonly rank: number
  readonly alpha: number
  readonly targets: readonly ('attention' | 'feed-forward')[]
  readonly batchSize: number
  readonly seed: number
}

/** Token frames of a training item: the clips of a data set are at least so long. */
export const STAGE_FRAMES = { full: 100, toy: 25 } as const
/** Control frames of a decoder's training item. */
const DECODER_TOKENS = { full: 26, toy: 8 } as const
/** Small ones for small networks: tests end in seconds. */
const TOY_LOSS_SCALES = [512, 128].map((size) => ({ size, highestHz: 22050, mel: null }))

const hashOf = (tensors: Tensors): string => {
  const hash = createHash('sha256')
  for (const [name, { data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return hash.digest('hex')
}

export interface StageContext {
  readonly start: StartWeights
  readonly setting: FinetuneSetting
  /** Folder with the clips as a corpus, and their tokens. */
  readonly clipsDir: string
  /** Hash of the data set, for the checkpoints. */
  readonly dataHash: string
}

/** Frozen base, low-rank pairs of the chosen layers and output layers trained, from the voice's own where it has them. */
const openTokenStage = (name: StageName, { start, setting, clipsDir, dataHash }: StageContext): Stage => {
  const { rank, alpha, targets, seed, batchSize } = setting
  const config = start.size === 'toy' ? TOY_STAGES_CONFIG : STAGES_CONFIG
  const network = createStageNetwork(name, config, createRandom(seed), { rank, alpha })
  const adapter = fitAdapter(start.stages[name], start.adapters?.[name] ?? null, { rank, alpha, startAlpha: start.adapterAlpha, seed })
  loadTensors(network.parameters, new Map([...start.stages[name], ...adapter]), { name, isOptional: isLoraName })
  freezeWhere(network.parameters, (key) => !isTarget(key, targets) && !isOutputLayer(key))
  const load = (split: 'train' | 'valid'): ReturnType<typeof loadStageClips> =>
    loadStageClips({ corpusDir: clipsDir, split, tokensPath: tokensPath(clipsDir, split), config })
  const train = load('train')
  return createHierarchyStage({
    network,
    codebooks: train.codebooks,
    train: train.clips,
    valid: load('valid').clips,
    seed,
    batchSize,
    frames: STAGE_FRAMES[start.size],
    identity: { data: dataHash, start: hashOf(adapter), targets },
  })
}

/** Encoder and codebooks as they are, so that tokens keep their meaning; the whole decoder trained by the spectrogram of its sound. */
const openDecoderStage = ({ start, setting, clipsDir, dataHash }: StageContext): Stage => {
  const config = start.size === 'toy' ? TOY_CODEC_CONFIG : CODEC_CONFIG
  const { preview: _preview, ...stage } = createCodecStage({
    config,
    train: loadCodecClips(clipsDir, 'train', config),
    valid: loadCodecClips(clipsDir, 'valid', config),
    seed: setting.seed,
    batchSize: setting.batchSize,
    frames: DECODER_TOKENS[start.size] * config.tokenStride,
    startFrom: start.codec,
    adaptation: 'decoder',
    hasRoom: true,
    corpusHash: `${dataHash} ${hashOf(start.codec)}`,
    ...(start.size === 'toy' ? { lossScales: TOY_LOSS_SCALES } : {}),
  })
  return stage // previews are whole hums here, played by the whole voice
}

/** @throws EngineError CORPUS_MATERIAL_MISSING, CHECKPOINT_UNUSABLE when the clips were not prepared */
export const openStage = (stage: FinetuneStage, context: StageContext): Stage =>
  stage === 'decoder' ? openDecoderStage(context) : openTokenStage(stage, context)

export const closeStage = (stage: Stage): void => disposeParameters(stage.parameters)

/** Files of a voice by name, and which of them is what. */
interface AssembledVoice {
  readonly files: Map<string, Uint8Array>
  readonly adapterAlpha: number
}

const best = (runDir: string, stage: FinetuneStage): Tensors | null => {
  const path = join(runDir, stage, 'best.safetensors')
  return existsSync(path) ? readSafetensors(path).tensors : null
}

/**
 * The voice as it would be if the run ended now: the best weights of what has been trained, the start's of what has not.
 *
 * @returns codec, semantic, coarse and fine as safetensors in half precision
 */
export const assembleVoice = (runDir: string, start: StartWeights, setting: FinetuneSetting): AssembledVoice => {
  const { rank, alpha, seed } = setting
  const pack = (tensors: Iterable<readonly [string, NamedTensor]>, stage: string): Uint8Array =>
    encodeSafetensors({ tensors: new Map(tensors), metadata: { stage } }, 'F16')
  const files = new Map<string, Uint8Array>([['codec.safetensors', pack(best(runDir, 'decoder') ?? start.codec, 'codec')]])
  for (const name of STAGE_NAMES) {
    const trained = best(runDir, name)
    const adapter =
      trained === null
        ? fitAdapter(start.stages[name], start.adapters?.[name] ?? null, { rank, alpha, startAlpha: start.adapterAlpha, seed })
        : new Map([...trained].filter(([key]) => isLoraName(key) || isOutputLayer(key)))
    files.set(`${name}.safetensors`, pack(adapter, name))
  }
  return { files, adapterAlpha: alpha }
}
