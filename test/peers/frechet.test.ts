import { describe, expect, it } from 'vitest'
import { fitGaussian, measureFrechetDistance } from '#main/evaluation/frechet/frechet-distance.ts'
import recorded from './frechet.json' with { type: 'json' }

/** The clouds of frechet.py. */
const makePoints = (count: number, dimension: number, seed: number): Float64Array[] => {
  let state = seed
  return Array.from({ length: count }, () => {
    const point = new Float64Array(dimension)
    for (let j = 0; j < dimension; j++) {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0
      const noise = state / 2 ** 31 - 1
      point[j] = noise * (1 + (seed % 7) / (1 + j)) + (j > 0 ? 0.5 * point[j - 1] : 0.1 * (seed % 5))
    }
    return point
  })
}

describe.each(recorded.records)(
  'beside numpy: $counts points of $dimension dimensions',
  ({ dimension, counts, seeds, distance, sqrtm }) => {
    const [a, b] = [0, 1].map((i) => fitGaussian(makePoints(counts[i], dimension, seeds[i])))

    it('the Frechet distance agrees to a millionth, whichever way round', () => {
      expect(Math.abs(measureFrechetDistance(a, b) / distance - 1)).toBeLessThan(1e-6)
      expect(Math.abs(measureFrechetDistance(b, a) / distance - 1)).toBeLessThan(1e-6)
      if (sqrtm !== undefined) expect(Math.abs(measureFrechetDistance(a, b) / sqrtm - 1)).toBeLessThan(1e-6)
    })
  },
)
