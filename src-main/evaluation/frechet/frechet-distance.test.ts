import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { fitGaussian, measureFrechetDistance } from './frechet-distance.ts'
import { multiply, takeSquareRoot } from './jacobi.ts'

const cloud = (seed: number, count: number, dimension: number): Float64Array[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => Float64Array.from({ length: dimension }, (_, i) => random.normal() * (1 + i)))
}

describe('the Frechet distance', () => {
  it('is zero between a cloud and itself, symmetric, and the square of a shift', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 12 }), (seed, count, dimension) => {
        const points = cloud(seed, count, dimension)
        const [a, b] = [fitGaussian(points), fitGaussian(cloud(seed + 1, count + 3, dimension))]
        const moved = fitGaussian(points.map((point) => point.map((x) => x + 2)))
        const scale = a.covariance.reduce((sum, x) => sum + Math.abs(x), 1)
        expect(measureFrechetDistance(a, a)).toBeLessThan(1e-9 * scale)
        expect(Math.abs(measureFrechetDistance(a, b) - measureFrechetDistance(b, a))).toBeLessThan(1e-9 * (scale + 1e3))
        expect(measureFrechetDistance(a, moved)).toBeCloseTo(4 * dimension, 6)
      }),
      { numRuns: 40 },
    )
  })

  it('of one-dimensional Gaussians is (m1 - m2)^2 + (s1 - s2)^2', () => {
    const a = fitGaussian([[0], [2]])
    const b = fitGaussian([[7], [13]])
    expect(measureFrechetDistance(a, b)).toBeCloseTo(9 ** 2 + (Math.sqrt(18) - Math.sqrt(2)) ** 2, 10)
  })

  it('takes a root that squares to the matrix, singular or not', () => {
    for (const count of [3, 40]) {
      const { covariance, dimension } = fitGaussian(cloud(7, count, 10))
      const root = takeSquareRoot(covariance, dimension)
      const squared = multiply(root, root, dimension)
      squared.forEach((value, i) => expect(value).toBeCloseTo(covariance[i], 8))
    }
  })
})
