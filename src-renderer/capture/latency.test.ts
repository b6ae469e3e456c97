import fc from 'fast-check'
import { expect, it } from 'vitest'
import { estimateRoundTrip, joinBlocks, measureRoundTrip } from './latency.ts'

const RATE = 8000
const click = Float32Array.from({ length: 240 }, (_, i) => Math.sin((2 * Math.PI * 1320 * i) / RATE) * Math.exp(-i / 70))
const frames = [0, 1, 2, 3, 4].map((i) => i * 5600)

/** Clicks, `lag` frames late and `gain` loud, in noise. */
const hear = (lag: number, gain: number, noise: number, seed: number): Float32Array => {
  let state = seed
  const random = (): number => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * 2 - 1
  const heard = Float32Array.from({ length: 6 * 5600 }, () => noise * random())
  for (const frame of frames) click.forEach((sample, i) => (heard[frame + lag + i] = (heard[frame + lag + i] ?? 0) + gain * sample))
  return heard
}

it('finds how late the clicks came, quiet, turned over and in noise, to two samples', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 4000 }),
      fc.constantFrom(-0.3, 0.03, 0.5),
      fc.integer({ min: 1, max: 9999 }),
      (lag, gain, seed) => {
        const found = measureRoundTrip(hear(lag, gain, Math.abs(gain) / 8, seed), click, frames, RATE)
        expect(Math.abs((found?.seconds ?? 9) * RATE - lag)).toBeLessThanOrEqual(2)
      },
    ),
    { numRuns: 12, seed: 3 },
  )
})

it('says nothing where no click was heard', () => {
  expect(measureRoundTrip(hear(100, 0, 0.2, 7), click, frames, RATE)).toBeNull()
  expect(measureRoundTrip(new Float32Array(40000), click, frames, RATE)).toBeNull()
})

it('guesses from what the system says', () => {
  expect(estimateRoundTrip({ outputLatency: 0.03, baseLatency: 0.01 }, 0.02)).toBeCloseTo(0.05)
  expect(estimateRoundTrip({ outputLatency: 0, baseLatency: 0.01 }, 0)).toBeCloseTo(0.01)
})

it('joins blocks by their frames, silent where one is missing', () => {
  const block = (frame: number): { frame: number; block: Float32Array } => ({
    frame,
    block: Float32Array.from([frame, frame + 1, frame + 2]),
  })
  expect([...joinBlocks([block(10), block(16)], 11, 18)]).toEqual([11, 12, 0, 0, 0, 16, 17])
  expect([...joinBlocks([block(10)], 20, 22)]).toEqual([0, 0])
})
