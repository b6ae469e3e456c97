import { EngineError } from '#main/foundation/engine-error.ts'
import { tf } from '../backend/tf.ts'
import { allParameters, type Parameters } from '../layers/parameters.ts'
import { decodeSafetensors, type NamedTensor } from './safetensors.ts'

/**
 * Loads exported weights into a network built for them.
 *
 * @returns the file's metadata
 * @throws  EngineError MODEL_DAMAGED when the file is broken or names or shapes differ
 */
export const loadWeights = (parameters: Parameters, bytes: Uint8Array, name: string): Record<string, string> => {
  const { tensors, metadata } = decodeSafetensors(bytes, name)
  loadTensors(parameters, tensors, { name })
  return metadata
}

/** The same from tensors already read; names that `isOptional` accepts may be absent and then keep what they are. */
export const loadTensors = (
  parameters: Parameters,
  tensors: ReadonlyMap<string, NamedTensor>,
  { name, isOptional = () => false }: { name: string; isOptional?: (key: string) => boolean },
): void => {
  for (const [key, variable] of allParameters(parameters)) {
    const value = tensors.get(key)
    if (value === undefined && isOptional(key)) continue
    if (value === undefined || value.shape.join() !== variable.shape.join())
      throw new EngineError('MODEL_DAMAGED', { model: name, reason: `${key} is missing or has another size` })
    const fresh = tf.tensor(value.data, variable.shape, 'float32')
    variable.assign(fresh)
    fresh.dispose()
  }
}
