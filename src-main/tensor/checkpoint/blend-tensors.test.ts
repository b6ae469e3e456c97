import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blendTensors } from './blend-tensors.ts'
import type { NamedTensor } from './safetensors.ts'

const SIZE = 6
const weights = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), { minLength: SIZE, maxLength: SIZE })
const toTensors = (values: number[], name = 'a'): Map<string, NamedTensor> =>
  new Map([[name, { shape: [2, 3], data: Float32Array.from(values) }]])
const read = (tensors: ReadonlyMap<string, NamedTensor>, name = 'a'): number[] => [...(tensors.get(name)?.data ?? [])]

describe('blending weights', () => {
  it('gives the base at 0 and the voice at 1, bit for bit', () => {
    fc.assert(
      fc.property(weights, weights, (base, voice) => {
        expect(read(blendTensors(toTensors(base), [{ tensors: toTensors(voice), weight: 0 }]))).toEqual(read(toTensors(base)))
        expect(read(blendTensors(toTensors(base), [{ tensors: toTensors(voice), weight: 1 }]))).toEqual(read(toTensors(voice)))
      }),
    )
  })

  it('mixes two voices and the base by their shares', () => {
    fc.assert(
      fc.property(
        weights,
        weights,
        weights,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (base, a, b, share, split) => {
          const parts = [
            { tensors: toTensors(a), weight: share * split },
            { tensors: toTensors(b), weight: share * (1 - split) },
          ]
          const mixed = read(blendTensors(toTensors(base), parts))
          const expected = base.map((value, i) => (1 - share) * value + share * (split * (a[i] ?? 0) + (1 - split) * (b[i] ?? 0)))
          mixed.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-3))
        },
      ),
    )
  })

  it('counts what a set lacks as nothing, and leaves out what nobody has', () => {
    const room = toTensors([1, 2, 3, 4, 5, 6], 'room')
    const base = toTensors([0, 0, 0, 0, 0, 0])
    const voice = new Map([...toTensors([1, 1, 1, 1, 1, 1]), ...room])
    expect(read(blendTensors(base, [{ tensors: voice, weight: 0.5 }]), 'room')).toEqual([0.5, 1, 1.5, 2, 2.5, 3])
    expect([...blendTensors(base, [{ tensors: voice, weight: 0 }]).keys()]).toEqual(['a'])
    expect(read(blendTensors(base, [{ tensors: voice, weight: 1 }]), 'room')).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('refuses to mix architectures', () => {
    const other = new Map([['a', { shape: [3, 2], data: new Float32Array(SIZE) }]])
    expect(() => blendTensors(toTensors([1, 2, 3, 4, 5, 6]), [{ tensors: other, weight: 0.5 }])).toThrow('one architecture')
  })
})
