import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { shipWeights } from './ship-weights.ts'

describe('shipping weights', () => {
  it('rounds, names and checksums them, replaces an older model of the same name and keeps the others', () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-run-'))
    const modelsDir = mkdtempSync(join(tmpdir(), 'fiddlehead-models-'))
    const weightsPath = join(runDir, 'best.safetensors')
    const options = { weightsPath, modelsDir, id: 'viola', title: 'Viola', licence: 'MIT', sampleRate: 44100, source: 'test' }
    const write = (value: number) =>
      writeFileSync(weightsPath, encodeSafetensors({ tensors: new Map([['w', { shape: [2], data: Float32Array.of(value, 1 / 3) }]]), metadata: { stage: 'codec', step: '9' } }))
    writeFileSync(join(runDir, 'log.jsonl'), '{"step":20,"loss":2}\n{"step":40,"loss":1.5,"validation":{"loss":1.25}}\n')
    write(1)
    const first = shipWeights(options)
    expect(shipWeights(options).sha256).toBe(first.sha256)
    shipWeights({ ...options, id: 'cello' })
    write(2)
    const second = shipWeights(options)
    expect(second.sha256).not.toBe(first.sha256)
    const manifest = JSON.parse(readFileSync(join(modelsDir, 'manifest.json'), 'utf8')) as { models: { id: string; sha256: string }[] }
    expect(manifest.models.map(({ id }) => id).sort()).toEqual(['cello', 'viola'])
    expect(manifest.models.find(({ id }) => id === 'viola')?.sha256).toBe(second.sha256)
    const { tensors } = decodeSafetensors(readFileSync(join(modelsDir, second.file)), 'x')
    expect([...(tensors.get('w')?.data ?? [])]).toEqual([2, 0.333251953125])
    expect(JSON.parse(readFileSync(join(modelsDir, 'viola/codec-curve.json'), 'utf8'))).toEqual([{ step: 40, training: 1.5, loss: 1.25 }])
  })
})
