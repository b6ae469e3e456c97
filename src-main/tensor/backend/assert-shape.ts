import { invariant } from '#main/foundation/engine-error.ts'
import type { Tensor } from './tf.ts'

/**
 * Checks a tensor's shape against letters, numbers or `*`: `assertShape(x, 'B F 80')`. Equal letters must have equal sizes.
 *
 * @returns size of each letter
 */
export const assertShape = (x: Tensor, pattern: string): Record<string, number> => {
  const names = pattern.split(' ')
  invariant(names.length === x.shape.length, `expected [${pattern}], got [${x.shape.join(' ')}]`)
  const sizes: Record<string, number> = {}
  names.forEach((name, axis) => {
    const size = x.shape[axis] ?? -1
    const expected = /^\d+$/.test(name) ? Number(name) : name === '*' ? size : (sizes[name] ??= size)
    invariant(expected === size, `expected [${pattern}], got [${x.shape.join(' ')}]`)
  })
  return sizes
}
