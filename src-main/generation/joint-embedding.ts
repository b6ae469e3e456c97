import { join } from 'node:path'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { openMulan, type Mulan } from '#main/networks/mulan/mulan.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { readManifest, readModelFile } from '#main/voices/model-files.ts'

/**
 * The base's joint embedding of music and text; null where no base is installed.
 *
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED, BACKEND_UNAVAILABLE
 */
export const openJointEmbedding = async (modelsDir: string = join(findProjectRoot(), 'models')): Promise<Mulan | null> => {
  const base = readManifest(modelsDir).find(({ mulan }) => mulan !== undefined)
  if (base?.mulan === undefined) return null
  await ensureBackend()
  return openMulan(readModelFile(base.folder, base.mulan))
}
