import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createParameters } from '#main/tensor/layers/parameters.ts'
import { TOY_CODEC_CONFIG } from './config.ts'
import { createQuantizer } from './quantizer.ts'

const CONFIG = { ...TOY_CODEC_CONFIG, nQ: 4, codebookSize: 16, latentWidth: 3 }
const cloud = (seed: number, rows: number): Tensor2D => {
  const random = createRandom(seed)
  return tf.tensor2d(
    Float32Array.from({ length: rows * 3 }, () => random.normal()),
    [rows, 3],
  )
}

describe('residual vector quantiser', () => {
  beforeAll(async () => {
    await ensureBackend()
  }, 120_000)

  it('comes closer with every level and looks up what it said', () => {
    const quantizer = createQuantizer(createParameters(), CONFIG, createRandom(1))
    const z = cloud(2, 400)
    quantizer.initialise(z, createRandom(3))
    const errors = [1, 2, 3, 4].map((levels) => {
      const mask = tf.tensor2d(Array.from({ length: 400 }, () => [0, 1, 2, 3].map((q) => (q < levels ? 1 : 0))))
      const { quantized, indices } = quantizer.quantize(z, mask)
      tf.dispose(indices)
      return tf.mean(tf.square(tf.sub(z, quantized))).dataSync()[0]
    })
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThan(errors[i - 1])
    const { quantized, codes, indices } = quantizer.quantize(z)
    const gap = tf
      .max(tf.abs(tf.sub(quantized, tf.tensor2d(quantizer.lookUp(codes.dataSync() as Int32Array), quantized.shape as [number, number]))))
      .dataSync()[0]
    expect(gap).toBeLessThan(1e-5)
    tf.dispose(indices)
  })

  it('passes gradients straight through and none to the codebooks', () => {
    const quantizer = createQuantizer(createParameters(), CONFIG, createRandom(1))
    const z = cloud(4, 10)
    const gradient = tf.grad((x) => {
      const { quantized, indices } = quantizer.quantize(x as Tensor2D)
      tf.dispose(indices)
      return tf.sum(tf.mul(quantized, 3))
    })(z)
    expect([...gradient.dataSync()].every((g) => Math.abs(g - 3) < 1e-6)).toBe(true)
  })

  it('brings dead codes back to life, with their running sums', () => {
    const parameters = createParameters()
    const quantizer = createQuantizer(parameters, CONFIG, createRandom(1))
    const far = tf.fill([16, 3], 1000)
    parameters.state.get('quantizer.0.codebook')?.assign(far)
    parameters.state.get('quantizer.0.sums')?.assign(far)
    parameters.state.get('quantizer.0.counts')?.assign(tf.fill([16], 0.01))
    const random = createRandom(8)
    for (let step = 0; step < 30; step++) {
      const { residuals, indices } = quantizer.quantize(cloud(100 + step, 200))
      quantizer.update({ residuals, indices }, random)
    }
    const { codes, indices } = quantizer.quantize(cloud(999, 500))
    const used = new Set([...codes.dataSync()].filter((_, i) => i % 4 === 0))
    tf.dispose(indices)
    expect(used.size).toBeGreaterThan(12)
  })
})
