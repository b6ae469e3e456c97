import { findProjectRoot } from '#main/foundation/project-root.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'
import type { MachineReport } from './describe.ts'

/** What of models/manifest.json concerns the person. */
const manifestSchema = z.object({
  models: z.array(
    z.looseObject({
      id: z.string(),
      title: z.string().optional(),
      sha256: z.string(),
      licence: z.string().default('MIT'),
      sampleRate: z.number().optional(),
    }),
  ),
})

const listWeights = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.safetensors'))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : []

const readVoices = (modelsDir: string): MachineReport['voices'] => {
  const path = join(modelsDir, 'manifest.json')
  if (!existsSync(path)) return []
  const manifest = manifestSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!manifest.success) return []
  return manifest.data.models.map(({ id, title, sha256, licence, sampleRate }) => ({
    name: id,
    title: title ?? id,
    modelHash: sha256,
    licence,
    sampleRate: sampleRate ?? 44100,
  }))
}

/** Opens the backend and reads what models are there. */
export const describeMachine = async (): Promise<MachineReport> => {
  const root = findProjectRoot()
  const modelsDir = join(root, 'models')
  const { name, reason, advice } = await ensureBackend()
  const models = listWeights(modelsDir).map((path) => {
    const bytes = readFileSync(path)
    return {
      name: relative(modelsDir, path),
      path,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      megabytes: Math.round(bytes.length / 1e4) / 100,
    }
  })
  return {
    backend: name,
    reason,
    advice: advice === '' ? [] : [advice],
    versions: { node: process.versions.node, napi: process.versions.napi ?? '', platform: `${process.platform}-${process.arch}` },
    voices: readVoices(modelsDir),
    models,
  }
}
