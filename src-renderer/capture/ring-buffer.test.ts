import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RingBuffer } from './ring-buffer.ts'

it('answers the last samples of whatever was pushed, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(70), { maxLength: 12 }), fc.nat(80), (capacity, lengths, wanted) => {
      const ring = new RingBuffer(capacity)
      const all: number[] = []
      for (const length of lengths) {
        const block = Float32Array.from({ length }, (_, index) => all.length + index)
        ring.push(block)
        all.push(...block)
      }
      const expected = all.slice(Math.max(0, all.length - Math.min(wanted, capacity)))
      expect([...ring.last(wanted)]).toEqual(wanted === 0 ? [] : expected)
      expect(ring.lengthSamples).toBe(Math.min(capacity, all.length))
    }),
  )
})
