import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { clusterVectors, measureColumns, nearestCentres, normaliseColumns } from './cluster.ts'
import { describePerformance, DESCRIPTOR_NAMES, DESCRIPTOR_WIDTH } from './describe-performance.ts'
import { createSemanticEncoder, type SemanticEncoderConfig } from './encoder.ts'
import {
  createSemanticTokenizer,
  featuresOf,
  openSemanticTokenizer,
  packSemanticTokenizer,
  type SemanticTokenizerParts,
} from './tokenizer.ts'

const TOY: SemanticEncoderConfig = { nMels: 20, width: 16, hidden: 16, dilations: [1, 2], readBlocks: 1, targetWidth: 4, targetCodes: 16 }

/** A bowed-like tone with vibrato, a rest, and a second, louder tone. */
const makeClip = (seconds: number, hz = 440) => {
  const samples = Math.floor(seconds * 44100)
  let phase = 0
  const pitchAt = (n: number): number => hz * 2 ** ((30 / 1200) * Math.sin((2 * Math.PI * 5.5 * n) / 44100))
  const pcm = Float32Array.from({ length: samples }, (_, n) => {
    phase += pitchAt(n) / 44100
    const along = n / samples
    const gain = along < 0.45 ? 0.1 : along < 0.55 ? 0 : 0.4
    return gain * (2 * (phase % 1) - 1)
  })
  const frames = Math.floor(samples / 441)
  const f0 = Float32Array.from({ length: frames }, (_, i) => pitchAt(i * 441))
  return { pcm, controls: { f0, loudnessDb: measureFrameLoudness(pcm) } }
}

const fitParts = (encoder?: SemanticTokenizerParts['encoder'], count = 12): SemanticTokenizerParts => {
  const { pcm, controls } = makeClip(3)
  const raw = featuresOf(pcm, controls, encoder)
  const width = encoder === undefined ? DESCRIPTOR_WIDTH : encoder.config.width
  const columns = measureColumns(raw, width)
  const codebook = clusterVectors(normaliseColumns(raw, columns), { width, count, iterations: 5, random: createRandom(4) })
  return { ...columns, codebook, ...(encoder === undefined ? {} : { encoder }) }
}

const column = (description: Float32Array, name: (typeof DESCRIPTOR_NAMES)[number]): Float32Array => {
  const at = DESCRIPTOR_NAMES.indexOf(name)
  return description.filter((_, i) => i % DESCRIPTOR_WIDTH === at)
}

beforeAll(async () => {
  await ensureBackend()
}, 120_000)

describe('describePerformance', { timeout: 180_000 }, () => {
  it('hears vibrato, rests, onsets and harmony', () => {
    const { pcm, controls } = makeClip(4)
    const description = describePerformance(pcm, controls)
    expect(description.length).toBe(100 * DESCRIPTOR_WIDTH)
    expect(column(description, 'vibratoRate')[20]).toBeGreaterThan(4.5)
    expect(column(description, 'vibratoRate')[20]).toBeLessThan(6.5)
    expect(column(description, 'vibratoExtent')[20]).toBeGreaterThan(20)
    expect(column(description, 'vibratoExtent')[20]).toBeLessThan(40)
    expect(column(description, 'silence')[50]).toBe(1)
    expect(column(description, 'silence')[20]).toBe(0)
    expect(column(description, 'harmonicity')[20]).toBeGreaterThan(0.9)
    const onset = column(description, 'onset')
    expect(onset.indexOf(Math.max(...onset.subarray(10)))).toBeGreaterThanOrEqual(54)
    expect(onset.indexOf(Math.max(...onset.subarray(10)))).toBeLessThanOrEqual(56)
    expect(column(description, 'loudness')[80] - column(description, 'loudness')[20]).toBeCloseTo(12.04, 0)
  })

  it('does not hear how loud the whole clip is, and has a value for anything', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: 0.4, max: 1, noNaN: true }),
        fc.integer({ min: 100, max: 3000 }),
        (frames, gain, hz) => {
          const { pcm, controls } = makeClip((frames + 0.5) / 100, hz)
          const quieter = pcm.map((x) => gain * x)
          const loud = describePerformance(pcm, controls)
          const quiet = describePerformance(quieter, { f0: controls.f0, loudnessDb: measureFrameLoudness(quieter) })
          expect(loud.length).toBe(Math.ceil(controls.f0.length / 4) * DESCRIPTOR_WIDTH)
          expect(loud.every((x) => Number.isFinite(x))).toBe(true)
          const at = DESCRIPTOR_NAMES.indexOf('loudness')
          for (let i = at; i < loud.length; i += DESCRIPTOR_WIDTH) if (loud[i] > -25) expect(quiet[i]).toBeCloseTo(loud[i], 2)
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('clusterVectors', { timeout: 180_000 }, () => {
  it('finds the heaps that there are, the same ones each time', () => {
    const random = createRandom(2)
    const heaps = [-8, -3, 0, 4, 9]
    const vectors = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? heaps[(i / 2) % 5] : 1) + 0.1 * random.normal())
    const fit = () => clusterVectors(vectors, { width: 2, count: 5, iterations: 10, random: createRandom(7) })
    const centres = fit()
    const found = [...centres].filter((_, i) => i % 2 === 0).sort((a, b) => a - b)
    found.forEach((x, i) => expect(Math.abs(x - heaps[i])).toBeLessThan(0.1))
    expect(fit()).toEqual(centres)
    const index = nearestCentres(Float32Array.of(4, 1, -8, 1), centres, 2)
    expect(centres[2 * index[0]]).toBeCloseTo(4, 0)
    expect(centres[2 * index[1]]).toBeCloseTo(-8, 0)
  })

  it('goes on where vectors are all alike', () => {
    const centres = clusterVectors(new Float32Array(40).fill(3), { width: 2, count: 4, iterations: 3, random: createRandom(1) })
    expect([...centres]).toEqual(Array.from({ length: 8 }, () => 3))
  })
})

describe('semantic tokenizer', { timeout: 180_000 }, () => {
  it.each(['descriptors', 'learned'] as const)('of %s comes back from its file and says the same', (kind) => {
    const encoder = kind === 'learned' ? createSemanticEncoder(TOY, createRandom(9)) : undefined
    const tokenizer = createSemanticTokenizer(fitParts(encoder))
    const bytes = packSemanticTokenizer(fitParts(encoder), { seed: '4' })
    const path = join(mkdtempSync(join(tmpdir(), 'fiddlehead-')), 'tokens.safetensors')
    writeFileSync(path, bytes)
    const { pcm, controls } = makeClip(1.51, 620)
    const tokens = tokenizer.encode(pcm, controls)
    expect(tokens.length).toBe(Math.ceil(controls.f0.length / 4))
    expect(new Set(tokens).size).toBeGreaterThan(2)
    expect(tokens.every((token) => token >= 0 && token < 12)).toBe(true)
    for (const source of [path, bytes]) {
      const opened = openSemanticTokenizer(source)
      expect([opened.kind, opened.vocabularySize]).toEqual([kind, 12])
      expect(opened.encode(pcm, controls)).toEqual(tokens)
      opened.dispose()
    }
    expect(Buffer.compare(packSemanticTokenizer(fitParts(encoder), { seed: '4' }), bytes)).toBe(0)
    tokenizer.dispose()
  })

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors
    const { pcm, controls } = makeClip(1)
    const tokenizer = openSemanticTokenizer(packSemanticTokenizer(fitParts(createSemanticEncoder(TOY, createRandom(1)))))
    const held = tf.memory().numTensors
    tokenizer.encode(pcm, controls)
    expect(tf.memory().numTensors).toBe(held)
    tokenizer.dispose()
    const encoder = (held - before) / 2 // the packed one is still there
    expect(tf.memory().numTensors).toBe(before + encoder)
  })

  it('says which file is no tokenizer', () => {
    expect(() => openSemanticTokenizer('/nowhere/tokens.safetensors')).toThrow(expect.objectContaining({ code: 'MODEL_NOT_INSTALLED' }))
    expect(() => openSemanticTokenizer(Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'MODEL_DAMAGED' }))
    const { mean, deviation, codebook } = fitParts()
    const narrow = packSemanticTokenizer({ mean: mean.subarray(1), deviation: deviation.subarray(1), codebook: codebook.subarray(12) })
    expect(() => openSemanticTokenizer(narrow)).toThrow(expect.objectContaining({ code: 'MODEL_DAMAGED' }))
  })
})
