import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ARTICULATIONS } from '#contract/melody.ts'
import { createRandom } from '#main/foundation/random.ts'
import { buildCorpus, type CorpusOptions } from './build-corpus.ts'
import type { SourceNote } from './material/source-note.ts'
import { loadTunes, splitOfTune } from './melodies/tunes.ts'
import type { CorpusManifest } from './shards/format.ts'
import { openCorpus } from './shards/open-corpus.ts'
import { synthesizeSource } from './synthetic-material.ts'

const TUNES = 'resources/tunes/ryans-mammoth.json'
const material = [58, 64, 70, 76, 82]
  .flatMap((midi) =>
    [false, true].flatMap((isHeldOut) => {
      const note = synthesizeSource({ midi, kind: 'arco', seconds: 1.2, vibratoCents: 15, isHeldOut }, createRandom(midi))
      return note === undefined ? [] : [{ ...note, id: `${note.id}${isHeldOut ? '-held' : ''}` }]
    }),
  )
  .concat(
    [synthesizeSource({ midi: 70, kind: 'pizzicato', seconds: 0.8, vibratoCents: 0, isHeldOut: false }, createRandom(1))].filter(
      (note): note is SourceNote => note !== undefined,
    ),
  )

let folder = ''
const optionsFor = (name: string, seed: number): CorpusOptions => ({
  outDir: join(folder, name),
  seed,
  minutes: 0.12,
  validMinutes: 0.05,
  testMinutes: 0.05,
  violinDir: 'unused',
  tunesPath: TUNES,
  material,
})
let manifest: CorpusManifest

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corpus-'))
  manifest = await buildCorpus(optionsFor('a', 7))
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

describe('buildCorpus', () => {
  it('is reproducible from its seed', async () => {
    const again = await buildCorpus(optionsFor('b', 7))
    const other = await buildCorpus(optionsFor('c', 8))
    expect(again.splits).toEqual(manifest.splits)
    expect(other.splits.train.sha256).not.toBe(manifest.splits.train.sha256)
  }, 60_000)

  it('plays somebody’s own tunes in place of the built-in ones', async () => {
    const scale = Array.from({ length: 40 }, (_, i) => ({ pitch: 62 + (i % 12), quarters: 0.5, isSlurred: false }))
    const mine = Array.from({ length: 30 }, (_, i) => ({ id: `own-${i}`, title: `Tune ${i}`, notes: scale }))
    const own = await buildCorpus({ ...optionsFor('own', 7), tunes: mine })
    expect(own.licences['tunes']).toMatch(/your own/)
    const played = openCorpus(join(folder, 'own'), 'train').clips.map(({ tuneId }) => tuneId)
    expect(played.some((id) => id.startsWith('own-'))).toBe(true)
    expect(played.every((id) => id.startsWith('own'))).toBe(true)
  }, 60_000)

  it('reads back what it wrote: counts, frames, ranges, silence in rests', () => {
    const corpus = openCorpus(join(folder, 'a'), 'train')
    expect(corpus.clips.length).toBe(manifest.splits.train.clips)
    corpus.clips.forEach((clip, index) => {
      const audio = corpus.readAudio(index)
      const controls = corpus.readControls(index)
      expect(audio.length).toBe(clip.samples)
      expect(clip.frames).toBe(Math.floor(clip.samples / 441))
      for (const values of Object.values(controls)) expect(values.length).toBe(clip.frames)
      expect(controls.f0.every((hz: number) => hz > 150 && hz < 4200)).toBe(true)
      expect(controls.articulation.every((code: number) => code < ARTICULATIONS.length)).toBe(true)
      expect(audio.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)).toBeGreaterThan(0.005)
      expect(controls.loudnessDb[0]).toBe(-100)
      expect(clip.instrument).toBe('violin')
      expect(corpus.readAudio(index, 1000, 50)).toEqual(audio.slice(1000, 1050))
    })
    corpus.close()
  })

  it('keeps held-out recordings and tunes out of training', () => {
    const heldOut = new Set(manifest.heldOutMaterial)
    expect(heldOut.size).toBe(5)
    for (const split of ['train', 'valid', 'test'] as const) {
      const corpus = openCorpus(join(folder, 'a'), split)
      for (const clip of corpus.clips) {
        expect(clip.materialIds.every((id) => heldOut.has(id) === (split === 'test'))).toBe(true)
        if (clip.tuneId !== 'own') expect(splitOfTune(clip.tuneId)).toBe(split)
      }
      corpus.close()
    }
  })

  it('says what is missing when there is no corpus or no material', async () => {
    expect(() => openCorpus(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'CORPUS_MATERIAL_MISSING' }))
    const { material: _, ...without } = optionsFor('d', 1)
    await expect(buildCorpus({ ...without, violinDir: folder, useSoundfonts: false })).rejects.toMatchObject({
      code: 'CORPUS_MATERIAL_MISSING',
    })
  })

  it('stops when told to', async () => {
    await expect(buildCorpus({ ...optionsFor('e', 1), signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'JOB_INTERRUPTED' })
  })
})

describe('tunes', () => {
  it('are many, on the violin, and split for good into three parts', async () => {
    const tunes = await loadTunes(TUNES)
    expect(tunes.length).toBeGreaterThan(300)
    expect(new Set(tunes.map((tune) => tune.id)).size).toBe(tunes.length)
    const counts = { train: 0, valid: 0, test: 0 }
    for (const tune of tunes) counts[splitOfTune(tune.id)]++
    expect(counts.valid).toBeGreaterThan(20)
    expect(counts.test).toBeGreaterThan(20)
    expect(counts.train).toBeGreaterThan(counts.valid + counts.test)
  })
})
