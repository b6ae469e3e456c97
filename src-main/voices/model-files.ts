import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { modelSchema, type ModelFile, type VoiceModel } from '#contract/voices.ts'
import { EngineError } from '#main/foundation/engine-error.ts'

/** A model or voice and the folder that its files lie in. */
export interface ModelEntry extends VoiceModel {
  readonly folder: string
}

/** What a person is told of a shipped model. */
const shippedSchema = modelSchema.extend({
  title: z.string().optional(),
  licence: z.string().default('MIT'),
  sampleRate: z.number().default(44100),
})
export type ShippedModel = ModelEntry & z.infer<typeof shippedSchema>

const manifestSchema = z.object({ models: z.array(shippedSchema) })

/** @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED */
export const readManifest = (modelsDir: string): ShippedModel[] => {
  const path = join(modelsDir, 'manifest.json')
  if (!existsSync(path)) throw new EngineError('MODEL_NOT_INSTALLED', { model: 'manifest.json' })
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).models.map((model) => ({ ...model, folder: modelsDir }))
  } catch (cause) {
    throw new EngineError('MODEL_DAMAGED', { model: path, reason: 'it cannot be read' }, { cause })
  }
}

/** Bytes of a model's file, its checksum verified. @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED */
export const readModelFile = (folder: string, { file, sha256 }: ModelFile): Buffer => {
  const path = join(folder, file)
  if (!existsSync(path)) throw new EngineError('MODEL_NOT_INSTALLED', { model: file })
  const bytes = readFileSync(path)
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new EngineError('MODEL_DAMAGED', { model: file, reason: 'its checksum does not match' })
  return bytes
}

/** A voice's own files, the base's not among them. */
export const filesOf = (model: VoiceModel): ModelFile[] =>
  [model, model.decoder, ...Object.values(model.adapters ?? {})].flatMap((file) =>
    file === undefined ? [] : [{ file: file.file, sha256: file.sha256 }],
  )

const joinHashes = (hashes: readonly string[]): string => createHash('sha256').update(hashes.join()).digest('hex')

/** What a voice sounds like hangs on all these files: its hash, that of the one file where there is only one. */
export const hashVoice = (voice: VoiceModel, base: VoiceModel | undefined): string => {
  const hashes = [voice, base].flatMap((model) =>
    model === undefined
      ? []
      : [model, model.mulan, model.decoder, ...Object.values(model.stages ?? {}), ...Object.values(model.adapters ?? {})].flatMap((part) =>
          part === undefined ? [] : [part.sha256],
        ),
  )
  return hashes.length === 1 ? voice.sha256 : joinHashes(hashes)
}

/** What adapters were trained on: codec, joint embedding and stages. Another composer makes no other base. */
export const hashBase = (base: VoiceModel): string =>
  joinHashes([base, base.mulan, ...Object.values(base.stages ?? {})].flatMap((part) => (part === undefined ? [] : [part.sha256])))
