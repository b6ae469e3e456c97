import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createLossMel } from './analyze.ts'
import { createSpectralLoss } from './spectral-loss.ts'

const RATE = 44100
const noise = (seed: number, gain = 0.1): Tensor2D => {
  const random = createRandom(seed)
  return tf.tensor2d(
    Float32Array.from({ length: 2048 }, () => gain * random.normal()),
    [1, 2048],
  )
}

describe('spectral loss', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await ensureBackend()
  }, 120_000)

  const create = () =>
    createSpectralLoss(RATE, [
      { size: 256, highestHz: RATE / 2, mel: createLossMel(RATE, 256, { nMels: 16, fMax: 18000 }) },
      { size: 128, highestHz: 9000, mel: null },
    ])

  it('is nothing between equal sounds and grows with what differs', () => {
    const loss = create()
    const at = (x: Tensor2D, y: Tensor2D): number => loss(x, y, 0).dataSync()[0]
    const x = noise(1)
    expect(at(x, x)).toBeLessThan(1e-6)
    const louder = tf.mul(x, 2) as Tensor2D
    const muchLouder = tf.mul(x, 8) as Tensor2D
    expect(at(louder, x)).toBeGreaterThan(0.5)
    expect(at(muchLouder, x)).toBeGreaterThan(at(louder, x))
  })

  it('does not hear the sign or the phase of a steady tone', () => {
    const loss = create()
    const tone = (phase: number): Tensor2D =>
      tf.tensor2d(
        Float32Array.from({ length: 4096 }, (_, n) => 0.3 * Math.sin((2 * Math.PI * 3000 * n) / RATE + phase)),
        [1, 4096],
      )
    const turned = loss(tone(0), tone(2), 0).dataSync()[0]
    const louder = loss(tone(0), tf.mul(tone(0), 2), 0).dataSync()[0]
    expect(turned).toBeLessThan(louder / 5)
  })

  it('has the gradient that differences show', () => {
    const loss = create()
    const x = noise(3)
    const target = noise(4)
    const gradient = tf
      .grad((p) => loss(p as Tensor2D, target, 0))(x)
      .dataSync()
    const values = x.dataSync()
    for (const index of [300, 777, 1500]) {
      const moved = (step: number): number => {
        const copy = Float32Array.from(values)
        copy[index] += step
        return loss(tf.tensor2d(copy, [1, 2048]), target, 0).dataSync()[0]
      }
      const slope = (moved(2e-3) - moved(-2e-3)) / 4e-3
      expect(Math.abs(slope - gradient[index])).toBeLessThan(0.1 * Math.abs(slope) + 2e-3)
    }
  })
})
