import type { Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { tf, type Tensor, type Variable } from '../backend/tf.ts'

/**
 * Named weights of one network. `trainable` ones get gradients; `state` ones (RVQ codebooks, running counts)
 * are saved and loaded with them but are changed by the network's own rules.
 */
export interface Parameters {
  readonly trainable: Map<string, Variable>
  readonly state: Map<string, Variable>
}

export const createParameters = (): Parameters => ({ trainable: new Map(), state: new Map() })

const register = (group: Map<string, Variable>, name: string, initial: Tensor): Variable => {
  invariant(!group.has(name), `two parameters are called ${name}`)
  const variable = tf.variable(initial, true, undefined, initial.dtype)
  initial.dispose()
  group.set(name, variable)
  return variable
}

/** Normal deviates of the given scale as a trainable weight, drawn from the seeded source (not tf's own). */
export const addMatrix = (
  parameters: Parameters,
  name: string,
  shape: [number, number],
  options: { random: Random; scale?: number },
): Variable => {
  const values = new Float32Array(shape[0] * shape[1])
  const scale = options.scale ?? Math.sqrt(2 / shape[0])
  for (let i = 0; i < values.length; i++) values[i] = scale === 0 ? 0 : scale * options.random.normal()
  return register(parameters.trainable, name, tf.tensor2d(values, shape))
}

export const addVector = (parameters: Parameters, name: string, size: number, fill: number): Variable =>
  register(parameters.trainable, name, tf.fill([size], fill))

export const addState = (parameters: Parameters, name: string, initial: Tensor): Variable => register(parameters.state, name, initial)

/** All weights by name, trainable and state. */
export const allParameters = (parameters: Parameters): Map<string, Variable> => new Map([...parameters.trainable, ...parameters.state])

export const countParameters = (parameters: Parameters): number =>
  [...parameters.trainable.values()].reduce((sum, variable) => sum + variable.size, 0)

export const disposeParameters = (parameters: Parameters): void => {
  for (const variable of allParameters(parameters).values()) variable.dispose()
  parameters.trainable.clear()
  parameters.state.clear()
}

/** Trainable weights whose names are chosen become state: saved with the rest, moved by nothing. */
export const freezeWhere = (parameters: Parameters, isFrozen: (name: string) => boolean): void => {
  for (const [name, variable] of [...parameters.trainable]) {
    if (!isFrozen(name)) continue
    parameters.trainable.delete(name)
    parameters.state.set(name, variable)
  }
}
