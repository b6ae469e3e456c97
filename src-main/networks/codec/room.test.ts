import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createParameters } from '#main/tensor/layers/parameters.ts'
import { TOY_CODEC_CONFIG } from './config.ts'
import { applyRoom, createRoom } from './room.ts'

const noise = (length: number, seed: number): Float32Array => {
  const random = createRandom(seed)
  return Float32Array.from({ length }, () => random.normal())
}

describe('the room', () => {
  beforeAll(async () => {
    await ensureBackend()
  })

  it('sounds the same as tensors and as plain samples, and dies away', () => {
    const room = createRoom(createParameters(), TOY_CODEC_CONFIG)
    const dry = noise(9000, 1)
    const response = room.response().dataSync() as Float32Array
    const wet = room.apply(tf.tensor2d(dry, [1, dry.length])).dataSync() as Float32Array
    const plain = applyRoom(dry, response)
    let gap = 0
    for (let n = 0; n < wet.length; n++) gap = Math.max(gap, Math.abs(wet[n] - plain[n]))
    expect(gap).toBeLessThan(1e-4)
    expect(plain).not.toEqual(dry)
    expect(response.subarray(0, 100).every((x) => x === 0)).toBe(true)
    const energy = (from: number, to: number): number => response.subarray(from, to).reduce((sum, x) => sum + x * x, 0)
    expect(energy(200, 1200)).toBeGreaterThan(energy(3000, 4000))
  })

  it('has the gradients of a convolution', () => {
    const parameters = createParameters()
    const room = createRoom(parameters, TOY_CODEC_CONFIG)
    const wet = parameters.trainable.get('room.wet')
    const dry = tf.tensor2d(noise(3000, 2), [2, 1500])
    const target = tf.tensor2d(noise(3000, 3), [2, 1500])
    const lossOf = (x: Tensor): Tensor => tf.sum(tf.mul(room.apply(x as Tensor2D), target))
    const toDry = tf.grad(lossOf)(dry).dataSync()
    const { grads } = tf.variableGrads(() => lossOf(dry) as never, [wet as never])
    const toWet = Object.values(grads)[0]?.dataSync() ?? []
    // Both are linear: a finite difference is exact but for rounding.
    const at = (change: (values: Float32Array) => void): number => {
      const values = Float32Array.from(dry.dataSync())
      change(values)
      return (lossOf(tf.tensor2d(values, [2, 1500])).dataSync()[0] as number) - (lossOf(dry).dataSync()[0] as number)
    }
    for (const n of [3, 700, 1499, 2100]) expect(at((values) => (values[n] += 1))).toBeCloseTo(toDry[n] ?? 0, 1)
    const before = lossOf(dry).dataSync()[0] as number
    wet?.assign(tf.add(wet, tf.oneHot(tf.scalar(2, 'int32'), 7).toFloat()) as never)
    expect((lossOf(dry).dataSync()[0] as number) - before).toBeCloseTo(toWet[2] ?? 0, 1)
  })
})
