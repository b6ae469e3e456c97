import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Note } from '#contract/melody.ts'
import { CONTOURS, MELODY_GENRES, MELODY_MODES, type MusicalWishes } from '#contract/musical-wishes.ts'
import fc from 'fast-check'
import { createRandom } from '#main/foundation/random.ts'
import { MODE_STEPS, TOY_COMPOSER_CONFIG } from '#main/networks/composer/config.ts'
import { createComposerNetwork } from '#main/networks/composer/network.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { encodeSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { allParameters } from '#main/tensor/layers/parameters.ts'
import { readKey } from '#music/keys.ts'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeMelody, toMelody } from './compose.ts'
import { findComposer, openComposer, type Composer } from './open-composer.ts'

/** Untrained: what holds here holds whatever was learned. */
let composer: Composer
let bytes: Uint8Array
beforeAll(async () => {
  await ensureBackend()
  const drawn = createComposerNetwork(TOY_COMPOSER_CONFIG, createRandom(5))
  const tensors = new Map<string, NamedTensor>()
  for (const [name, variable] of allParameters(drawn.parameters))
    tensors.set(name, { shape: variable.shape, data: variable.dataSync() as Float32Array })
  bytes = encodeSafetensors({ tensors, metadata: {} })
  composer = await openComposer(bytes, TOY_COMPOSER_CONFIG)
})

const compose = (wishes: MusicalWishes, seed = 1, seconds = 8) => composeMelody(composer, { wishes, seconds, seed })
const end = (notes: readonly Note[]): number => toMelody({ notes: [...notes], bpm: 100, key: 'C major' }).durationSeconds
const modulo = (value: number): number => ((value % 12) + 12) % 12

describe('a melody where nobody named one', () => {
  it('is in range, in order, on time, and closes on its tonic with a held note', () => {
    const wish = fc.record(
      {
        genre: fc.constantFrom(...MELODY_GENRES),
        mode: fc.constantFrom(...MELODY_MODES),
        tonic: fc.integer({ min: 0, max: 11 }),
        contour: fc.constantFrom(...CONTOURS),
        register: fc.constantFrom('low' as const, 'middle' as const, 'high' as const),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(wish, fc.integer({ min: 3, max: 14 }), fc.integer({ min: 0, max: 999 }), (wishes, seconds, seed) => {
        const { notes, key, bpm } = compose(wishes, seed, seconds)
        notes.forEach((note, i) => {
          expect(note.pitch).toBeGreaterThanOrEqual(VIOLIN_LOWEST)
          expect(note.pitch).toBeLessThanOrEqual(VIOLIN_HIGHEST)
          if (i > 0) expect(note.onsetSeconds).toBeGreaterThanOrEqual(notes[i - 1].onsetSeconds + notes[i - 1].durationSeconds - 1e-6)
        })
        const last = notes[notes.length - 1]
        const tonic = wishes.tonic ?? modulo(last.pitch)
        expect(modulo(last.pitch)).toBe(tonic)
        expect(readKey(key)).not.toBeNull()
        if (wishes.mode !== undefined) expect(key).toContain(wishes.mode)
        expect(last.durationSeconds).toBeGreaterThanOrEqual(60 / bpm - 1e-6)
        expect(end(notes) / seconds).toBeGreaterThan(0.6)
        expect(end(notes) / seconds).toBeLessThan(1.55)
      }),
      { numRuns: 25 },
    )
  })

  it('is the same for a seed and another for another, and leaks no tensor', () => {
    const first = compose({ genre: 'reel' }, 3)
    const before = tf.memory().numTensors
    expect(compose({ genre: 'reel' }, 3)).toEqual(first)
    expect(tf.memory().numTensors).toBe(before)
    expect(compose({ genre: 'reel' }, 4).notes).not.toEqual(first.notes)
  })

  it('keeps the tempo and the bars that are asked for', () => {
    const { notes, bpm } = compose({ bpm: 120, bars: 4, metre: '4/4' })
    expect(bpm).toBe(120)
    expect(end(notes)).toBeCloseTo(8, 1)
  })

  it('lies higher where a high register is asked for', () => {
    const mean = (register: 'low' | 'high'): number => {
      const { notes } = compose({ register, tonic: 2, mode: 'major' })
      return notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length
    }
    expect(mean('high') - mean('low')).toBeGreaterThan(8)
  })
})

const SCALE: Note[] = [0, 2, 4, 5, 7, 9, 11, 12].map((step, i) => ({
  onsetSeconds: 1 + i * 0.5,
  durationSeconds: 0.5,
  pitch: 62 + step,
  velocity: 0.6,
  confidence: 1,
}))

describe('a melody that goes on', () => {
  it('begins where the given notes end, in their key and at their tempo', () => {
    const { notes, key, bpm } = composeMelody(composer, { wishes: {}, seconds: 6, seed: 2, before: SCALE })
    expect(key).toBe('D major')
    expect([60, 120]).toContain(Math.round(bpm))
    expect(notes[0].onsetSeconds).toBeCloseTo(5, 6)
    const strangers = notes.filter(({ pitch }) => !MODE_STEPS.major.includes(modulo(pitch - 2)))
    expect(strangers.length / notes.length).toBeLessThan(0.25)
    expect(modulo(notes[notes.length - 1].pitch)).toBe(2)
  })
})

describe('a melody partly rewritten', () => {
  it('leaves what is given alone and fills the time between', () => {
    const keep = SCALE.map((note, i) => (i === 2 || i === 3 || i === 5 ? null : note))
    const spread = SCALE.map((note, i) =>
      keep[i] === null ? { onsetSeconds: note.onsetSeconds, durationSeconds: note.durationSeconds } : note,
    )
    for (const items of [keep, spread]) {
      const { notes } = composeMelody(composer, { wishes: {}, seconds: 5, seed: 2, keep: items })
      expect(notes).toHaveLength(SCALE.length)
      notes.forEach((note, i) => {
        if (keep[i] !== null) expect(note).toEqual(SCALE[i])
        else expect(note.onsetSeconds).toBeCloseTo(SCALE[i].onsetSeconds, 6)
      })
    }
  })

  it('says so where new notes would have no time', () => {
    const keep = [SCALE[0], null, SCALE[1]]
    expect(() => composeMelody(composer, { wishes: {}, seconds: 5, seed: 2, keep })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })
})

it('refuses a length that is none', () => {
  expect(() => compose({}, 1, 0)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

describe('the composer of a models folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'composer-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is found by the manifest, and missed where no model brings one', async () => {
    const manifest = (entry: object): void => {
      writeFileSync(
        join(folder, 'manifest.json'),
        JSON.stringify({ models: [{ id: 'base', size: 'toy', file: 'codec.safetensors', sha256: '0'.repeat(64), ...entry }] }),
      )
    }
    manifest({})
    await expect(findComposer(folder)).rejects.toMatchObject({ code: 'MODEL_NOT_INSTALLED' })
    writeFileSync(join(folder, 'composer.safetensors'), bytes)
    manifest({ composer: { file: 'composer.safetensors', sha256: createHash('sha256').update(bytes).digest('hex') } })
    const found = await findComposer(folder)
    const request = { wishes: {}, seconds: 4, seed: 9 }
    expect(composeMelody(found, request)).toEqual(composeMelody(composer, request))
    expect(await findComposer(folder)).toBe(found)
  })
})
