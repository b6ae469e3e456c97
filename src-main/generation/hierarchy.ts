import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { TOY_MULAN_CONFIG } from '#main/networks/mulan/config.ts'
import { openMulan } from '#main/networks/mulan/mulan.ts'
import { STAGES_CONFIG, TOY_STAGES_CONFIG, STAGE_NAMES, type StageName } from '#main/networks/stages/config.ts'
import { measureSpreads, normaliseCodebooks } from '#main/networks/stages/known-codes.ts'
import { createStageNetwork, type StageNetwork } from '#main/networks/stages/stage-network.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { readModelFile, type ModelEntry } from '#main/voices/model-files.ts'
import type { AcousticStages } from './expect-latent.ts'
import { UNDRAWN, type VoiceWeights } from './voice-weights.ts'

/** The learned stages of a voice, adapters merged in, ready to write tokens. */
export interface Hierarchy extends AcousticStages {
  readonly stages: Readonly<Record<StageName, StageNetwork>>
  /** The codec whose codes the stages write. */
  readonly codec: CodecNetwork
  /** The codec that plays from the score alone. */
  readonly scoreCodec: CodecNetwork
  /** Quantised joint embedding of a prompt; null for an empty one. */
  readText(prompt: string): Promise<Float32Array | null>
}

/** Prompts whose embedding is remembered: the takes of a request share theirs, and a person tries a few in turn. */
const REMEMBERED_PROMPTS = 32

const openStage = (name: StageName, base: ModelEntry, tensors: VoiceWeights['codec']): StageNetwork => {
  const network = createStageNetwork(name, base.size === 'toy' ? TOY_STAGES_CONFIG : STAGES_CONFIG, UNDRAWN)
  loadTensors(network.parameters, tensors, { name: base.stages?.[name].file ?? name })
  return network
}

/**
 * Opens the stages of a base or of a voice that adapts one; null for a voice that plays from the score alone.
 *
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const openHierarchy = (
  { stages: weights }: VoiceWeights,
  base: ModelEntry,
  { codec, scoreCodec }: Pick<Hierarchy, 'codec' | 'scoreCodec'>,
): Hierarchy | null => {
  if (weights === null || base.mulan === undefined) return null
  const stages = Object.fromEntries(STAGE_NAMES.map((name) => [name, openStage(name, base, weights[name])])) as Record<
    StageName,
    StageNetwork
  >
  const mulanBytes = readModelFile(base.folder, base.mulan)
  let mulan: ReturnType<typeof openMulan> | undefined
  const remembered = new Map<string, Float32Array>()
  const books = codec.quantizer.books()
  return {
    stages,
    codec,
    scoreCodec,
    codebooks: normaliseCodebooks(books, codec.config),
    spreads: measureSpreads(books),
    async readText(prompt) {
      if (prompt.trim() === '') return null
      const known = remembered.get(prompt)
      if (known !== undefined) return known
      mulan ??= openMulan(mulanBytes, base.size === 'toy' ? { config: TOY_MULAN_CONFIG } : {})
      const vector = mulan.lookUp(mulan.tokens(await mulan.embedText(prompt)))
      const [oldest] = remembered.keys()
      if (remembered.size >= REMEMBERED_PROMPTS && oldest !== undefined) remembered.delete(oldest)
      remembered.set(prompt, vector)
      return vector
    },
  }
}
