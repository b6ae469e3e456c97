import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { CODEC_CONFIG, TOY_CODEC_CONFIG, type CodecConfig } from '#main/networks/codec/config.ts'
import { createCodecNetwork, type CodecNetwork } from '#main/networks/codec/network.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { openHierarchy, type Hierarchy } from './hierarchy.ts'
import { readManifest, readModelFile, type ModelEntry } from './model-files.ts'

/** A voice ready to play. */
export interface LoadedVoice {
  readonly name: string
  /** sha256 of all its weight files' checksums; of the one file where there is only one. */
  readonly modelHash: string
  /** The codec that plays from the score alone: the fallback, and the baseline of evaluations. */
  readonly network: CodecNetwork
  /** The learned stages, where the voice has them. */
  readonly hierarchy: Hierarchy | null
}

/** Weights that are read from a file need no drawing first: two million normals would take longer than reading them. */
const UNDRAWN: Random = { ...createRandom(0), normal: () => 0 }

const CONFIGS: Record<'full' | 'toy', CodecConfig> = { full: CODEC_CONFIG, toy: TOY_CODEC_CONFIG }

export const DEFAULT_VOICE = 'violin'

const loaded = new Map<string, Promise<LoadedVoice>>()

/** Every file that decides how a voice sounds. */
const filesOf = (entry: ModelEntry, models: readonly ModelEntry[]): string[] => {
  const base = models.find(({ id }) => id === entry.base)
  const parts = [entry, base].flatMap((model) =>
    model === undefined
      ? []
      : [model, model.mulan, model.decoder, ...Object.values(model.stages ?? {}), ...Object.values(model.adapters ?? {})],
  )
  return parts.flatMap((part) => (part === undefined ? [] : [part.sha256]))
}

const loadVoice = async (name: string, modelsDir: string): Promise<LoadedVoice> => {
  const models = readManifest(modelsDir)
  const entry = models.find(({ id }) => id === name)
  if (entry === undefined) throw new EngineError('VOICE_NOT_FOUND', { voice: name, voices: models.map(({ id }) => id).join(', ') })
  const bytes = readModelFile(modelsDir, entry)
  await ensureBackend()
  const network = createCodecNetwork(CONFIGS[entry.size], UNDRAWN)
  loadWeights(network.parameters, bytes, entry.file)
  const hashes = filesOf(entry, models)
  const modelHash = hashes.length === 1 ? entry.sha256 : createHash('sha256').update(hashes.join()).digest('hex')
  return { name, modelHash, network, hierarchy: openHierarchy(entry, { models, modelsDir, codec: network }) }
}

/**
 * Opens a voice by its id in models/manifest.json and keeps it for the process's life.
 *
 * @throws EngineError VOICE_NOT_FOUND, MODEL_NOT_INSTALLED, MODEL_DAMAGED, BACKEND_UNAVAILABLE
 */
export const openVoice = (name: string = DEFAULT_VOICE, modelsDir: string = join(findProjectRoot(), 'models')): Promise<LoadedVoice> => {
  const key = join(modelsDir, name)
  const known = loaded.get(key)
  if (known !== undefined) return known
  const opening = loadVoice(name, modelsDir).catch((error: unknown) => {
    loaded.delete(key)
    throw error
  })
  loaded.set(key, opening)
  return opening
}
