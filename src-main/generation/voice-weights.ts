import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { CODEC_CONFIG, TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork, type CodecNetwork } from '#main/networks/codec/network.ts'
import { isRoomName } from '#main/networks/codec/room.ts'
import { STAGE_NAMES, type StageName } from '#main/networks/stages/config.ts'
import { blendTensors } from '#main/tensor/checkpoint/blend-tensors.ts'
import { decodeSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors } from '#main/tensor/checkpoint/weights.ts'
import { mergeAdapter } from '#main/tensor/layers/lora.ts'
import type { ModelFile } from '#contract/voices.ts'
import { readModelFile, type ModelEntry } from '#main/voices/model-files.ts'

/** Nothing needs drawing that is read from a file: two million normals would take longer than reading them. */
export const UNDRAWN: Random = { ...createRandom(0), normal: () => 0 }

export type Tensors = ReadonlyMap<string, NamedTensor>

/** Plain weights of a voice, adapters merged in. */
export interface VoiceWeights {
  /** The codec whose codes the stages write. */
  readonly codec: Tensors
  /** The codec that plays from the score alone; the same map where there is only one. */
  readonly scoreCodec: Tensors
  /** Null for a voice that plays from the score alone. */
  readonly stages: Readonly<Record<StageName, Tensors>> | null
}

/** A voice and how much of it. */
export interface VoicePart {
  readonly entry: ModelEntry
  /** 0..1 */
  readonly weight: number
}

const readTensors = (entry: ModelEntry, file: ModelFile): Tensors => decodeSafetensors(readModelFile(entry.folder, file), file.file).tensors

const readStages = (entry: ModelEntry, base: ModelEntry): VoiceWeights['stages'] => {
  const { stages } = base
  if (stages === undefined || base.mulan === undefined) return null
  return Object.fromEntries(
    STAGE_NAMES.map((name) => {
      const plain = readTensors(base, stages[name])
      const adapter = entry.adapters?.[name]
      if (adapter === undefined) return [name, plain]
      return [name, mergeAdapter(plain, readTensors(entry, adapter), { alpha: entry.adapterAlpha ?? 16 })]
    }),
  ) as unknown as Record<StageName, Tensors>
}

/** The base that a voice adapts; the entry itself where it adapts none. @throws EngineError MODEL_NOT_INSTALLED */
export const findBase = (entry: ModelEntry, models: readonly ModelEntry[]): ModelEntry => {
  const base = entry.base === undefined ? entry : models.find(({ id }) => id === entry.base)
  if (base === undefined) throw new EngineError('MODEL_NOT_INSTALLED', { model: entry.base ?? '' })
  return base
}

/**
 * Reads a voice's weights. A voice with decoder layers of its own plays its tokens by the base's codec with those in it; one
 * without by its only codec.
 *
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const readVoiceWeights = (entry: ModelEntry, base: ModelEntry): VoiceWeights => {
  const scoreCodec = readTensors(entry, entry)
  const codec = entry.decoder === undefined ? scoreCodec : new Map([...readTensors(base, base), ...readTensors(entry, entry.decoder)])
  return { scoreCodec, codec, stages: readStages(entry, base) }
}

/**
 * Voices of one base mixed in their weights; what the shares lack to 1 is the base.
 *
 * @throws EngineError VOICE_NOT_BLENDABLE when they are of different bases or sizes, MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const blendVoices = (parts: readonly VoicePart[], base: ModelEntry): VoiceWeights => {
  const refuse = ({ entry }: VoicePart, reason: string): never => {
    throw new EngineError('VOICE_NOT_BLENDABLE', { voice: entry.id, reason })
  }
  for (const part of parts) if (part.entry.base !== base.id) refuse(part, 'it does not adapt the base that the others do')
  const plain = readVoiceWeights(base, base)
  const voices = parts.map(({ entry, weight }) => ({ weight, weights: readVoiceWeights(entry, base) }))
  const mix = (pick: (weights: VoiceWeights) => Tensors): Tensors =>
    blendTensors(
      pick(plain),
      voices.map(({ weight, weights }) => ({ weight, tensors: pick(weights) })),
    )
  const codec = mix((weights) => weights.codec)
  const hasOneCodec = voices.every(({ weights }) => weights.codec === weights.scoreCodec)
  const stageOf = (weights: VoiceWeights, name: StageName): Tensors => weights.stages?.[name] ?? new Map<string, NamedTensor>()
  return {
    codec,
    scoreCodec: hasOneCodec ? codec : mix((weights) => weights.scoreCodec),
    stages:
      plain.stages === null
        ? null
        : (Object.fromEntries(STAGE_NAMES.map((name) => [name, mix((weights) => stageOf(weights, name))])) as unknown as Record<
            StageName,
            Tensors
          >),
  }
}

/** A codec with these weights. @throws EngineError MODEL_DAMAGED when names or shapes differ */
export const buildCodec = (size: ModelEntry['size'], tensors: Tensors, name: string): CodecNetwork => {
  const codec = createCodecNetwork(size === 'toy' ? TOY_CODEC_CONFIG : CODEC_CONFIG, UNDRAWN, {
    hasRoom: [...tensors.keys()].some(isRoomName),
  })
  loadTensors(codec.parameters, tensors, { name })
  return codec
}
