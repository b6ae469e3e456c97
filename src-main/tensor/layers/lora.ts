import type { Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import type { NamedTensor } from '../checkpoint/safetensors.ts'
import { addMatrix, type Parameters } from './parameters.ts'
import type { Variable } from '../backend/tf.ts'

/** A low-rank update W + (alpha / rank) A B of a frozen matrix. @source arXiv 2106.09685 */
export interface LoraSetting {
  readonly rank: number
  readonly alpha: number
}

const DOWN = '.loraDown'
const UP = '.loraUp'

/** The pair of a map's update; the second begins at zero, so that the adapted map begins as the frozen one. */
export const addLoraPair = (
  parameters: Parameters,
  name: string,
  sizes: [number, number],
  options: { random: Random; lora: LoraSetting },
): { down: Variable; up: Variable; scale: number } => {
  const { random, lora } = options
  return {
    down: addMatrix(parameters, `${name}${DOWN}`, [sizes[0], lora.rank], { random, scale: 1 / Math.sqrt(sizes[0]) }),
    up: addMatrix(parameters, `${name}${UP}`, [lora.rank, sizes[1]], { random, scale: 0 }),
    scale: lora.alpha / lora.rank,
  }
}

export const isLoraName = (name: string): boolean => name.endsWith(DOWN) || name.endsWith(UP)

/** a [n, k] times b [k, m], row by row, in double precision. */
const multiply = (a: NamedTensor, b: NamedTensor): Float32Array => {
  const [n, k] = a.shape
  const m = b.shape[1]
  const result = new Float32Array(n * m)
  const row = new Float64Array(m)
  for (let i = 0; i < n; i++) {
    row.fill(0)
    for (let j = 0; j < k; j++) {
      const factor = a.data[i * k + j]
      for (let c = 0; c < m; c++) row[c] += factor * b.data[j * m + c]
    }
    result.set(row, i * m)
  }
  return result
}

/**
 * Weights of the plain network that plays as base plus adapter: low-rank updates multiplied out and added, everything
 * else that the adapter holds (task-specific output layers) in the base's place. Strength 0 gives the base, 1 the
 * adapter, between them a blend.
 */
export const mergeAdapter = (
  base: ReadonlyMap<string, NamedTensor>,
  adapter: ReadonlyMap<string, NamedTensor>,
  { alpha, strength = 1 }: { alpha: number; strength?: number },
): Map<string, NamedTensor> => {
  const merged = new Map(base)
  for (const [name, tensor] of adapter) {
    if (name.endsWith(UP)) continue
    const weightName = name.endsWith(DOWN) ? `${name.slice(0, -DOWN.length)}.weight` : name
    const start = base.get(weightName)
    invariant(start !== undefined, `the adapter changes ${weightName}, which the base does not have`)
    const up = adapter.get(`${name.slice(0, -DOWN.length)}${UP}`)
    const target = name.endsWith(DOWN) && up !== undefined ? multiply(tensor, up) : tensor.data
    const isUpdate = name.endsWith(DOWN)
    invariant(target.length === start.data.length, `the adapter's ${weightName} has another size than the base's`)
    const factor = isUpdate ? (strength * alpha) / tensor.shape[1] : strength
    const data = Float32Array.from(start.data, (value, i) => value + factor * (isUpdate ? target[i] : target[i] - value))
    merged.set(weightName, { shape: start.shape, data })
  }
  return merged
}
