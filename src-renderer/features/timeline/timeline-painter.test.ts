import type { Clip } from '#contract/project.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { measureShift } from './timeline-painter.ts'

const none = { seconds: 0, curve: 'equalPower' as const }
const clip = (id: string, startSeconds: number): Clip => ({ id, trackId: 'a', sourceId: 's', name: id, colour: null, startSeconds, durationSeconds: 1, offsetSeconds: 0, gainDb: 0, fadeIn: none, fadeOut: none, isReversed: false, loop: null }) // prettier-ignore

test('clips that move together are one picture that is moved', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 500 }),
      (starts, by) => {
        const before = starts.map((start, i) => clip(`c${i}`, start))
        const shift = measureShift(before, before.map((one) => ({ ...one, startSeconds: one.startSeconds + by }))) // prettier-ignore
        expect(shift).toEqual({ seconds: by, mostSeconds: 0 })
      },
    ),
  )
})

test('clips that move apart say how far; any other change is no move', () => {
  const before = [clip('a', 1), clip('b', 2)]
  expect(measureShift(before, [clip('a', 2), clip('b', 3.25)])?.mostSeconds).toBe(0.25)
  expect(measureShift(before, [clip('a', 1), clip('b', 2.5)])?.mostSeconds).toBe(0.5)
  expect(measureShift(before, [clip('a', 1), { ...clip('b', 2), trackId: 'b' }])).toBeNull()
  expect(measureShift(before, [clip('a', 1), { ...clip('b', 2), durationSeconds: 2 }])).toBeNull()
  expect(measureShift(before, [clip('a', 1)])).toBeNull()
  expect(measureShift([], [])).toBeNull()
})
