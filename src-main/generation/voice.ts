import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { CODEC_CONFIG, TOY_CODEC_CONFIG, type CodecConfig } from '#main/networks/codec/config.ts'
import { createCodecNetwork, type CodecNetwork } from '#main/networks/codec/network.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { loadWeights } from '#main/tensor/checkpoint/weights.ts'

/** A voice ready to play. */
export interface LoadedVoice {
  readonly name: string
  /** sha256 of the weight file. */
  readonly modelHash: string
  readonly network: CodecNetwork
}

const manifestSchema = z.object({
  models: z.array(z.object({ id: z.string(), file: z.string(), sha256: z.string(), size: z.enum(['full', 'toy']).default('full') })),
})

/** Weights that are read from a file need no drawing first: two million normals would take longer than reading them. */
const UNDRAWN: Random = { ...createRandom(0), normal: () => 0 }

const CONFIGS: Record<'full' | 'toy', CodecConfig> = { full: CODEC_CONFIG, toy: TOY_CODEC_CONFIG }

export const DEFAULT_VOICE = 'violin'

const loaded = new Map<string, Promise<LoadedVoice>>()

const readManifest = (modelsDir: string): z.infer<typeof manifestSchema> => {
  const path = join(modelsDir, 'manifest.json')
  if (!existsSync(path)) throw new EngineError('MODEL_NOT_INSTALLED', { model: 'manifest.json' })
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new EngineError('MODEL_DAMAGED', { model: path, reason: 'it cannot be read' }, { cause })
  }
}

const loadVoice = async (name: string, modelsDir: string): Promise<LoadedVoice> => {
  const { models } = readManifest(modelsDir)
  const entry = models.find(({ id }) => id === name)
  if (entry === undefined) throw new EngineError('VOICE_NOT_FOUND', { voice: name, voices: models.map(({ id }) => id).join(', ') })
  const path = join(modelsDir, entry.file)
  if (!existsSync(path)) throw new EngineError('MODEL_NOT_INSTALLED', { model: entry.file })
  const bytes = readFileSync(path)
  const modelHash = createHash('sha256').update(bytes).digest('hex')
  if (modelHash !== entry.sha256) throw new EngineError('MODEL_DAMAGED', { model: entry.file, reason: 'its checksum does not match' })
  await ensureBackend()
  const network = createCodecNetwork(CONFIGS[entry.size], UNDRAWN)
  loadWeights(network.parameters, bytes, entry.file)
  return { name, modelHash, network }
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
