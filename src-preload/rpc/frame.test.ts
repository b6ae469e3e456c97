import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame, MalformedFrame } from './frame.ts'

const arrays = fc.oneof(
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
  fc.int16Array(),
  fc.int32Array(),
  fc.uint8Array(),
  fc.uint16Array(),
  fc.uint32Array(),
)
const messages = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    arrays,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

describe('frames', () => {
  it('decode to what was encoded, wherever the bytes lie', () => {
    fc.assert(
      fc.property(messages, fc.nat(9), (message, shift) => {
        const frame = encodeFrame(message)
        const pool = new Uint8Array(frame.length + shift)
        pool.set(frame, shift)
        expect(decodeFrame(pool.subarray(shift))).toEqual(message)
      }),
    )
  })

  it('own the memory of their arrays', () => {
    const frame = encodeFrame({ pcm: new Float32Array([1, 2, 3]) })
    const decoded = decodeFrame(frame) as { pcm: Float32Array }
    frame.fill(0)
    expect([...decoded.pcm]).toEqual([1, 2, 3])
  })

  it('that are cut off or twisted throw MalformedFrame and nothing else', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat(), (message, twists, cut) => {
        const frame = encodeFrame(message)
        for (const [place, byte] of twists) frame[place % frame.length] = byte
        try {
          decodeFrame(frame.subarray(0, cut % (frame.length + 1)))
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrame)
        }
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    [{ body: { a: null }, arrays: [{ path: ['__proto__', 'polluted'], type: 'Uint8Array', length: 0 }] }],
    [{ body: { a: 1 }, arrays: [{ path: ['a'], type: 'Uint8Array', length: 0 }] }],
    [{ body: {}, arrays: [{ path: ['a'], type: 'Uint8Array', length: 0 }] }],
    [{ body: { a: null }, arrays: [{ path: ['a'], type: 'Function', length: 0 }] }],
    [{ body: { a: null }, arrays: [{ path: ['a'], type: 'Float64Array', length: 1e15 }] }],
  ])('refuse arrays that have no place or no bytes: %j', (header) => {
    const text = new TextEncoder().encode(JSON.stringify(header))
    const frame = new Uint8Array(4 + text.length)
    new DataView(frame.buffer).setUint32(0, text.length, true)
    frame.set(text, 4)
    expect(() => decodeFrame(frame)).toThrow(MalformedFrame)
    expect(Reflect.has(Object.prototype, 'polluted')).toBe(false)
  })
})
