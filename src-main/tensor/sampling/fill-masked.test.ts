import { createRandom } from '#main/foundation/random.ts'
import { describe, expect, it } from 'vitest'
import { fillMasked, MASKED } from './fill-masked.ts'

describe('masked decoding', () => {
  const sharp = (wanted: (t: number) => number) => (ids: Int32Array) =>
    Float32Array.from({ length: ids.length * 5 }, (_, i) => (i % 5 === wanted(Math.floor(i / 5)) ? 9 : 0))

  it('keeps what is known and fills the rest in as many passes as told', () => {
    const ids = Int32Array.of(MASKED, 3, MASKED, MASKED, 1, MASKED, MASKED, MASKED)
    let passes = 0
    const predict = sharp((t) => t % 5)
    const filled = fillMasked(ids, (now) => (passes++, predict(now)), {
      passes: 3,
      temperature: 0,
      orderNoise: 1,
      vocabularySize: 5,
      random: createRandom(1),
    })
    expect([...filled]).toEqual([0, 3, 2, 3, 1, 0, 1, 2])
    expect(passes).toBe(3)
  })

  it('is the same for a seed and different for another', () => {
    const flat = (ids: Int32Array): Float32Array => new Float32Array(ids.length * 5)
    const draw = (seed: number): number[] => [
      ...fillMasked(new Int32Array(40).fill(MASKED), flat, {
        passes: 4,
        temperature: 1,
        orderNoise: 1,
        vocabularySize: 5,
        random: createRandom(seed),
      }),
    ]
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(draw(3).every((id) => id >= 0 && id < 5)).toBe(true)
  })
})
