import { invariant } from '#main/foundation/engine-error.ts'
import type { NamedTensor } from './safetensors.ts'

type Tensors = ReadonlyMap<string, NamedTensor>

/** One of the weight sets that are mixed. */
export interface BlendPart {
  readonly tensors: Tensors
  /** 0..1 */
  readonly weight: number
}

/**
 * Weighted mean of weight sets of one architecture: what the weights lack to 1 is the base. A tensor that some sets do not have
 * counts as zero there, and is left out where nothing of it remains. Weight 1 alone gives a set bit for bit, weights of 0 the base.
 */
export const blendTensors = (base: Tensors, parts: readonly BlendPart[]): Map<string, NamedTensor> => {
  const baseWeight = Math.max(0, 1 - parts.reduce((sum, { weight }) => sum + weight, 0))
  const sets = [{ tensors: base, weight: baseWeight }, ...parts].filter(({ weight }) => weight > 1e-9)
  const names = new Set(sets.flatMap(({ tensors }) => [...tensors.keys()]))
  return new Map(
    [...names].sort().map((name) => {
      const present = sets.flatMap(({ tensors, weight }) => {
        const tensor = tensors.get(name)
        return tensor === undefined ? [] : [{ ...tensor, weight }]
      })
      const [first] = present
      invariant(
        present.every(({ shape }) => shape.join() === first.shape.join()),
        `weight sets of one architecture, but "${name}" differs`,
      )
      if (present.length === 1 && first.weight > 1 - 1e-9) return [name, { shape: first.shape, data: first.data }]
      const data = Float32Array.from(first.data, (_, i) => present.reduce((sum, { data: values, weight }) => sum + weight * values[i], 0))
      return [name, { shape: first.shape, data }]
    }),
  )
}
