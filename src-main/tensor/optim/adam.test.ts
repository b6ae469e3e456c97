import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBackend, tf } from '../backend/tf.ts'
import { createAdam } from './adam.ts'

describe('Adam', () => {
  beforeAll(async () => {
    await ensureBackend()
  }, 120_000)

  it('moves by the learning rate in the first step, against the gradient', () => {
    const weight = tf.variable(tf.tensor1d([1, -1]))
    const adam = createAdam(new Map([['w', weight]]), { clipNorm: 100 })
    adam.apply({ w: tf.tensor1d([0.5, -3]) }, 0.1)
    const [a, b] = weight.dataSync()
    expect(a).toBeCloseTo(0.9, 5)
    expect(b).toBeCloseTo(-0.9, 5)
  })

  it('finds the bottom of a bowl, keeps an average of the way, leaks nothing', () => {
    const weight = tf.variable(tf.tensor1d([4, -3]))
    const adam = createAdam(new Map([['w', weight]]), { clipNorm: 1, emaDecay: 0.9 })
    let tensors = 0
    for (let step = 0; step < 300; step++) {
      const gradient = tf.tidy(() => tf.mul(weight, 2))
      adam.apply({ w: gradient }, 0.05)
      gradient.dispose()
      if (step === 10) tensors = tf.memory().numTensors
    }
    expect(tf.memory().numTensors).toBe(tensors)
    expect(Math.max(...weight.dataSync().map(Math.abs))).toBeLessThan(0.05)
    expect(Math.max(...(adam.ema.get('w')?.dataSync() ?? [9]).map(Math.abs))).toBeLessThan(0.2)
  })

  it('refuses a step without numbers and leaves weights as they were', () => {
    const weight = tf.variable(tf.tensor1d([1]))
    const adam = createAdam(new Map([['w', weight]]))
    expect(adam.apply({ w: tf.tensor1d([NaN]) }, 0.1)).toBeNaN()
    expect([...weight.dataSync()]).toEqual([1])
    expect(adam.step).toBe(0)
  })
})
