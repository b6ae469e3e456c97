import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { decodeSafetensors, encodeSafetensors, readSafetensors } from './safetensors.ts'

const code = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof EngineError) return error.code
  }
  return 'none'
}

describe('safetensors', () => {
  it('gives back float32 tensors bit for bit and metadata', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
        const data = Float32Array.from(values)
        const bytes = encodeSafetensors({ tensors: new Map([['a.b', { shape: [data.length], data }]]), metadata: { step: '3' } })
        const back = decodeSafetensors(bytes, 'x')
        expect(back.metadata).toEqual({ step: '3' })
        expect([...(back.tensors.get('a.b')?.data ?? [])]).toEqual([...data])
      }),
    )
  })

  it('rounds to half precision within 2^-11 of the value', () => {
    fc.assert(
      fc.property(fc.double({ min: -60000, max: 60000, noNaN: true }), (value) => {
        const data = Float32Array.of(value)
        const back = decodeSafetensors(encodeSafetensors({ tensors: new Map([['x', { shape: [1], data }]]), metadata: {} }, 'F16'), 'x')
        const half = back.tensors.get('x')?.data[0] ?? NaN
        expect(Math.abs(half - data[0])).toBeLessThanOrEqual(Math.max(Math.abs(data[0]) * 2 ** -11, 2 ** -25))
      }),
    )
  })

  it('knows half precision at its edges', () => {
    const data = Float32Array.of(0, -0, 1, -2, 65504, 1e6, 2 ** -24, 2 ** -14, 1 / 3)
    const back =
      decodeSafetensors(encodeSafetensors({ tensors: new Map([['x', { shape: [9], data }]]), metadata: {} }, 'F16'), 'x').tensors.get('x')
        ?.data ?? []
    expect([...back]).toEqual([0, -0, 1, -2, 65504, Infinity, 2 ** -24, 2 ** -14, 0.333251953125])
  })

  it('refuses files that are cut, garbled or of unknown kind', () => {
    const bytes = encodeSafetensors({ tensors: new Map([['x', { shape: [4], data: new Float32Array(4) }]]), metadata: {} })
    expect(code(() => decodeSafetensors(bytes.slice(0, 5), 'x'))).toBe('MODEL_DAMAGED')
    expect(code(() => decodeSafetensors(bytes.slice(0, bytes.length - 4), 'x'))).toBe('MODEL_DAMAGED')
    const garbled = bytes.slice()
    garbled.fill(255, 8, 30)
    expect(code(() => decodeSafetensors(garbled, 'x'))).toBe('MODEL_DAMAGED')
  })

  it('writes whole files or none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    const path = join(folder, 'w.safetensors')
    writeFileAtomicallySync(path, Uint8Array.of(1, 2, 3))
    expect([...readFileSync(path)]).toEqual([1, 2, 3])
    expect(code(() => writeFileAtomicallySync(join(folder, 'missing', 'w'), Uint8Array.of(1)))).toBe('FILE_UNWRITABLE')
    expect(code(() => readSafetensors(join(folder, 'nothing')))).toBe('MODEL_NOT_INSTALLED')
    writeFileSync(path, 'garbage')
    expect(code(() => readSafetensors(path))).toBe('MODEL_DAMAGED')
  })
})
