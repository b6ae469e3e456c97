import { join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { COMPOSER_CONFIG, TOY_COMPOSER_CONFIG, type ComposerConfig } from '#main/networks/composer/config.ts'
import { createComposerNetwork, type ComposerNetwork } from '#main/networks/composer/network.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { readManifest, readModelFile } from '#main/voices/model-files.ts'

/** The composer ready to write. */
export interface Composer {
  readonly network: ComposerNetwork
  /** [RHYTHM_SIZE] */
  readonly rhythm: Float32Array
  /** [2, 8, 8] */
  readonly form: Float32Array
}

/** Nothing needs drawing that is read from a file. */
const UNDRAWN: Random = { ...createRandom(0), normal: () => 0 }

/** @throws EngineError MODEL_DAMAGED, BACKEND_UNAVAILABLE */
export const openComposer = async (bytes: Uint8Array, config: ComposerConfig = COMPOSER_CONFIG): Promise<Composer> => {
  await ensureBackend()
  const network = createComposerNetwork(config, UNDRAWN)
  loadWeights(network.parameters, bytes, 'composer')
  return { network, rhythm: network.rhythm.dataSync() as Float32Array, form: network.form.dataSync() as Float32Array }
}

const opened = new Map<string, Promise<Composer>>()

/**
 * The composer that ships with a base model, opened once in the process's life.
 *
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED, BACKEND_UNAVAILABLE
 */
export const findComposer = (modelsDir: string = join(findProjectRoot(), 'models')): Promise<Composer> => {
  const known = opened.get(modelsDir)
  if (known !== undefined) return known
  const open = async (): Promise<Composer> => {
    const entry = readManifest(modelsDir).find(({ composer }) => composer !== undefined)
    if (entry?.composer === undefined) throw new EngineError('MODEL_NOT_INSTALLED', { model: 'composer' })
    return openComposer(readModelFile(entry.folder, entry.composer), entry.size === 'toy' ? TOY_COMPOSER_CONFIG : COMPOSER_CONFIG)
  }
  const opening = open().catch((error: unknown) => {
    opened.delete(modelsDir)
    throw error
  })
  opened.set(modelsDir, opening)
  return opening
}
