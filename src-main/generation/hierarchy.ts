import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { CODEC_CONFIG, TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork, type CodecNetwork } from '#main/networks/codec/network.ts'
import { TOY_MULAN_CONFIG } from '#main/networks/mulan/config.ts'
import { openMulan } from '#main/networks/mulan/mulan.ts'
import { STAGES_CONFIG, TOY_STAGES_CONFIG, STAGE_NAMES, type StageName } from '#main/networks/stages/config.ts'
import { normaliseCodebooks, type Codebooks } from '#main/networks/stages/known-codes.ts'
import { createStageNetwork, type StageNetwork } from '#main/networks/stages/stage-network.ts'
import { decodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { mergeAdapter } from '#main/tensor/layers/lora.ts'
import { readModelFile, type ModelEntry } from './model-files.ts'

/** The learned stages of a voice, adapters merged in, ready to write tokens. */
export interface Hierarchy {
  readonly stages: Readonly<Record<StageName, StageNetwork>>
  readonly codebooks: Codebooks
  /** The codec whose codes the stages write. */
  readonly codec: CodecNetwork
  /** The codec that plays from the score alone. */
  readonly scoreCodec: CodecNetwork
  /** Quantised joint embedding of a prompt; null for an empty one. */
  readText(prompt: string): Promise<Float32Array | null>
}

/** Nothing needs drawing that is read from a file. */
const UNDRAWN: Random = { ...createRandom(0), normal: () => 0 }

interface Sources {
  readonly models: readonly ModelEntry[]
  readonly modelsDir: string
  /** The codec of the entry's own file; a base writes its tokens for it. */
  readonly codec: CodecNetwork
  /** How much of the adapter: 0 the base, 1 the voice. */
  readonly strength?: number
}

const openStage = (name: StageName, entry: ModelEntry, base: ModelEntry, sources: Sources): StageNetwork => {
  const config = base.size === 'toy' ? TOY_STAGES_CONFIG : STAGES_CONFIG
  const file = base.stages?.[name]
  if (file === undefined) throw new EngineError('MODEL_DAMAGED', { model: base.id, reason: `it has no ${name} stage` })
  const { tensors } = decodeSafetensors(readModelFile(sources.modelsDir, file), file.file)
  const adapter = entry.adapters?.[name]
  const merged =
    adapter === undefined
      ? tensors
      : mergeAdapter(tensors, decodeSafetensors(readModelFile(sources.modelsDir, adapter), adapter.file).tensors, {
          alpha: entry.adapterAlpha ?? 16,
          strength: sources.strength ?? 1,
        })
  const network = createStageNetwork(name, config, UNDRAWN)
  loadTensors(network.parameters, merged, { name: file.file })
  return network
}

/** The base's codec with the voice's own decoder layers in it. */
const openCodec = (entry: ModelEntry, base: ModelEntry, modelsDir: string): CodecNetwork => {
  const codec = createCodecNetwork(base.size === 'toy' ? TOY_CODEC_CONFIG : CODEC_CONFIG, UNDRAWN)
  const { tensors } = decodeSafetensors(readModelFile(modelsDir, base), base.file)
  const own = entry.decoder === undefined ? [] : decodeSafetensors(readModelFile(modelsDir, entry.decoder), entry.decoder.file).tensors
  loadTensors(codec.parameters, new Map([...tensors, ...own]), { name: entry.decoder?.file ?? base.file })
  return codec
}

/**
 * Opens the stages of a base or of a voice that adapts one; null for a voice that plays from the score alone.
 *
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const openHierarchy = (entry: ModelEntry, sources: Sources): Hierarchy | null => {
  const base = entry.base === undefined ? entry : sources.models.find(({ id }) => id === entry.base)
  if (base === undefined) throw new EngineError('MODEL_NOT_INSTALLED', { model: entry.base ?? '' })
  const { mulan: mulanFile } = base
  if (base.stages === undefined || mulanFile === undefined) return null
  const stages = Object.fromEntries(STAGE_NAMES.map((name) => [name, openStage(name, entry, base, sources)])) as Record<
    StageName,
    StageNetwork
  >
  const codec = entry.decoder === undefined && entry.base === undefined ? sources.codec : openCodec(entry, base, sources.modelsDir)
  const mulanBytes = readModelFile(sources.modelsDir, mulanFile)
  let mulan: ReturnType<typeof openMulan> | undefined
  return {
    stages,
    codec,
    scoreCodec: sources.codec,
    codebooks: normaliseCodebooks(codec.quantizer.books(), codec.config),
    async readText(prompt) {
      if (prompt.trim() === '') return null
      mulan ??= openMulan(mulanBytes, base.size === 'toy' ? { config: TOY_MULAN_CONFIG } : {})
      return mulan.lookUp(mulan.tokens(await mulan.embedText(prompt)))
    },
  }
}
