import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { EngineError } from '#main/foundation/engine-error.ts'

const fileSchema = z.object({ file: z.string(), sha256: z.string() })
export type ModelFile = z.infer<typeof fileSchema>

/** The token hierarchy's files: the base's own weights, or a voice's adapters on them. */
const stagesSchema = z.object({ semantic: fileSchema, coarse: fileSchema, fine: fileSchema })

const modelSchema = fileSchema.extend({
  id: z.string(),
  size: z.enum(['full', 'toy']).default('full'),
  /** Of a base: stages and joint embedding. */
  stages: stagesSchema.optional(),
  mulan: fileSchema.optional(),
  /** Composes where nobody named a melody. */
  composer: fileSchema.optional(),
  /** Of a voice that adapts a base: which one, the adapters, and the decoder that goes with them. */
  base: z.string().optional(),
  adapters: stagesSchema.optional(),
  adapterAlpha: z.number().optional(),
  decoder: fileSchema.optional(),
})
export type ModelEntry = z.infer<typeof modelSchema>

const manifestSchema = z.object({ models: z.array(modelSchema) })

/** @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED */
export const readManifest = (modelsDir: string): ModelEntry[] => {
  const path = join(modelsDir, 'manifest.json')
  if (!existsSync(path)) throw new EngineError('MODEL_NOT_INSTALLED', { model: 'manifest.json' })
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).models
  } catch (cause) {
    throw new EngineError('MODEL_DAMAGED', { model: path, reason: 'it cannot be read' }, { cause })
  }
}

/** Bytes of a model's file, its checksum verified. @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED */
export const readModelFile = (modelsDir: string, { file, sha256 }: ModelFile): Buffer => {
  const path = join(modelsDir, file)
  if (!existsSync(path)) throw new EngineError('MODEL_NOT_INSTALLED', { model: file })
  const bytes = readFileSync(path)
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new EngineError('MODEL_DAMAGED', { model: file, reason: 'its checksum does not match' })
  return bytes
}
