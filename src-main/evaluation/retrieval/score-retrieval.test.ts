import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { scoreAttribute, scoreRetrieval } from './score-retrieval.ts'

const axis = (i: number, size: number): Float32Array => Float32Array.from({ length: size }, (_, d) => (d === i ? 1 : 0))
const draw = (size: number, width: number, seed: number): Float32Array[] => {
  const random = createRandom(seed)
  return Array.from({ length: size }, () => {
    const vector = Float32Array.from({ length: width }, () => random.normal())
    const length = Math.hypot(...vector)
    return vector.map((x) => x / length)
  })
}
const own = (a: number, b: number): boolean => a === b

describe('retrieval', () => {
  it('finds everything where texts and sounds are the same vectors', () => {
    const vectors = Array.from({ length: 12 }, (_, i) => axis(i, 12))
    const scores = scoreRetrieval(vectors, vectors, own)
    expect(scores.textToSound).toEqual({ recallAt1: 1, recallAt10: 1, fittingFirst: 1, medianRank: 1 })
    expect(scores.soundToText).toEqual(scores.textToSound)
    expect(scores.chanceAt1).toBeCloseTo(1 / 12)
    expect(scores.chanceFitting).toBeCloseTo(1 / 12)
  })

  it('finds nothing first where each text points at the next sound, but the right one fits elsewhere', () => {
    const sounds = Array.from({ length: 12 }, (_, i) => axis(i, 12))
    const texts = sounds.map((_, i) => sounds[(i + 1) % 12])
    const scores = scoreRetrieval(sounds, texts, (text, sound) => sound === (text + 1) % 12)
    expect(scores.textToSound.recallAt1).toBe(0)
    expect(scores.textToSound.fittingFirst).toBe(1)
    expect(scores.soundToText.fittingFirst).toBe(1)
  })

  it('is near chance for vectors that have nothing to do with each other', () => {
    const scores = scoreRetrieval(draw(200, 32, 1), draw(200, 32, 2), own)
    expect(scores.textToSound.recallAt10).toBeLessThan(0.15)
    expect(scores.textToSound.medianRank).toBeGreaterThan(60)
  })

  it('never finds fewer among ten than at one, and all among ten in a small gallery', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 1000 }), (size, seed) => {
        const { textToSound } = scoreRetrieval(draw(size, 6, seed), draw(size, 6, seed + 1), own)
        expect(textToSound.recallAt10).toBeGreaterThanOrEqual(textToSound.recallAt1)
        if (size <= 10) expect(textToSound.recallAt10).toBe(1)
      }),
    )
  })
})

describe('an attribute', () => {
  const texts = new Map([
    ['low', axis(0, 3)],
    ['high', axis(1, 3)],
  ])
  it('is told by the nearest text, clips without a value aside', () => {
    const sounds = [axis(0, 3), axis(0, 3), axis(0, 3), axis(1, 3), axis(2, 3)]
    const scores = scoreAttribute(sounds, ['low', 'low', 'high', 'high', undefined], texts)
    expect(scores).toMatchObject({ clips: 4, accuracy: 0.75, balancedAccuracy: 0.75, chance: 0.5, balancedChance: 0.5, values: 2 })
    expect(scores.recallByValue).toEqual({ low: 1, high: 0.5 })
  })
  it('gives no credit for always naming the frequent value', () => {
    const scores = scoreAttribute(
      Array.from({ length: 10 }, () => axis(0, 3)),
      ['high', ...Array.from({ length: 9 }, () => 'low')],
      texts,
    )
    expect(scores.accuracy).toBeCloseTo(0.9)
    expect(scores.balancedAccuracy).toBeCloseTo(0.5)
  })
})
