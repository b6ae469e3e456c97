import { EngineError } from '#main/foundation/engine-error.ts'
import { tf } from '../backend/tf.ts'
import { allParameters, type Parameters } from '../layers/parameters.ts'
import { decodeSafetensors } from './safetensors.ts'

/**
 * Loads exported weights into a network built for them.
 *
 * @returns the file's metadata
 * @throws  EngineError MODEL_DAMAGED when the file is broken or names or shapes differ
 */
export const loadWeights = (parameters: Parameters, bytes: Uint8Array, name: string): Record<string, string> => {
  const { tensors, metadata } = decodeSafetensors(bytes, name)
  for (const [key, variable] of allParameters(parameters)) {
    const value = tensors.get(key)
    if (value === undefined || value.shape.join() !== variable.shape.join())
      throw new EngineError('MODEL_DAMAGED', { model: name, reason: `${key} is missing or has another size` })
    const fresh = tf.tensor(value.data, variable.shape, 'float32')
    variable.assign(fresh)
    fresh.dispose()
  }
  return metadata
}
