import { z } from 'zod'
import { EngineError } from '#main/foundation/engine-error.ts'
import { decodeSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { hashBase, readManifest, readModelFile, type ModelEntry } from '#main/voices/model-files.ts'
import { readVoiceCard } from '#main/voices/voice-folder.ts'
import type { ModelFile } from '#contract/voices.ts'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ folder: z.string(), modelsDir: z.string(), shownPath: z.string() })

type Tensors = ReadonlyMap<string, NamedTensor>

const readTensors = (folder: string, file: ModelFile): Tensors => decodeSafetensors(readModelFile(folder, file), file.file).tensors

const DOWN = '.loraDown'
const UP = '.loraUp'

/** The weight that a tensor of an adapter changes. */
const targetOf = (name: string): string =>
  name.endsWith(DOWN) ? `${name.slice(0, -DOWN.length)}.weight` : name.endsWith(UP) ? `${name.slice(0, -UP.length)}.weight` : name

/** Null where a tensor fits the weight it changes. */
const findMisfit = (name: string, tensor: NamedTensor, own: Tensors, plain: Tensors): string | null => {
  if (tensor.data.some((value) => !Number.isFinite(value))) return `"${name}" holds what is no number`
  const target = plain.get(targetOf(name))
  if (target === undefined) return `its base has no "${targetOf(name)}"`
  const [rows, columns] = target.shape
  const rank = name.endsWith(DOWN) ? tensor.shape[1] : tensor.shape[0]
  const partner = own.get(name.endsWith(DOWN) ? name.replace(DOWN, UP) : name.replace(UP, DOWN))
  const fits = name.endsWith(DOWN)
    ? tensor.shape.length === 2 && tensor.shape[0] === rows && partner?.shape[0] === rank
    : name.endsWith(UP)
      ? tensor.shape.length === 2 && tensor.shape[1] === columns && partner?.shape[1] === rank
      : tensor.shape.join() === target.shape.join()
  return fits ? null : `"${name}" has another size than its base`
}

/** Tensors that a codec may have beyond its base's: the response of a room. */
const isOptional = (name: string): boolean => name.startsWith('room.')

/**
 * Whether an unpacked voice fits the base that is installed: its identity, the names, shapes and values of every weight.
 */
export const checkVoiceHandler: TaskHandler = {
  run(rawSpec) {
    const { folder, modelsDir, shownPath } = specSchema.parse(rawSpec)
    const { title, model, baseHash } = readVoiceCard(folder)
    const refuse = (reason: string): never => {
      throw new EngineError('VOICE_UNREADABLE', { path: shownPath, reason })
    }
    const base: ModelEntry | undefined = readManifest(modelsDir).find(({ id }) => id === model.base)
    if (base === undefined || hashBase(base) !== baseHash) throw new EngineError('VOICE_OTHER_BASE', { voice: title })
    const plainCodec = readTensors(base.folder, base)
    const files: { file: ModelFile; plain: Tensors; isWhole: boolean }[] = [{ file: model, plain: plainCodec, isWhole: true }]
    if (model.decoder !== undefined) files.push({ file: model.decoder, plain: plainCodec, isWhole: false })
    for (const stage of ['semantic', 'coarse', 'fine'] as const) {
      const file = model.adapters?.[stage]
      const plain = base.stages?.[stage]
      if (file !== undefined && plain !== undefined) files.push({ file, plain: readTensors(base.folder, plain), isWhole: false })
    }
    for (const { file, plain, isWhole } of files) {
      const own = readTensors(folder, file)
      for (const [name, tensor] of own) {
        if (isOptional(name)) continue
        const misfit = findMisfit(name, tensor, own, plain)
        if (misfit !== null) refuse(misfit)
      }
      const missing = isWhole ? [...plain.keys()].find((name) => !own.has(name)) : undefined
      if (missing !== undefined) refuse(`"${missing}" is missing in it`)
    }
    return Promise.resolve(null)
  },
}
