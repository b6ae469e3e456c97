import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { buildCorpus } from './build-corpus.ts'
import type { Instrument } from './material/instruments.ts'
import type { MaterialSource, SourceNote } from './material/source-note.ts'
import { splitOfTune } from './melodies/tunes.ts'
import type { CorpusManifest } from './shards/format.ts'
import { openCorpus } from './shards/open-corpus.ts'
import { synthesizeSource } from './synthetic-material.ts'

const notesOf = (instrument: Instrument, source: MaterialSource): SourceNote[] =>
  [58, 68, 78].flatMap((midi) =>
    [false, true].flatMap((isHeldOut) => {
      const note = synthesizeSource({ midi, kind: 'arco', seconds: 1, vibratoCents: 12, isHeldOut, instrument, source }, createRandom(midi))
      return note === undefined ? [] : [{ ...note, id: `${instrument}/${midi}${isHeldOut ? '-held' : ''}` }]
    }),
  )
const material = [
  ...notesOf('violin', 'violin-recordings'),
  ...notesOf('cello', 'philharmonia'),
  ...notesOf('oboe', 'philharmonia'),
  ...notesOf('trumpet', 'musescore-general'),
]

let folder = ''
let manifest: CorpusManifest
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corpus-base-'))
  manifest = await buildCorpus({
    kind: 'base',
    outDir: folder,
    seed: 4,
    minutes: 1.6,
    validMinutes: 0.05,
    testMinutes: 0.3,
    violinDir: 'unused',
    tunesPath: 'resources/tunes/ryans-mammoth.json',
    material,
  })
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

describe('a corpus of many instruments', () => {
  it('names the instrument of every clip, in its caption too, and plays it on that instrument alone', () => {
    const heard = new Set<Instrument>()
    for (const split of ['train', 'valid', 'test'] as const) {
      const corpus = openCorpus(folder, split)
      for (const clip of corpus.clips) {
        heard.add(clip.instrument)
        expect(clip.caption).toContain(clip.instrument)
        if (clip.instrument !== 'violin') expect(clip.caption).not.toMatch(/violin/)
        expect(clip.materialIds.every((id) => id.startsWith(`${clip.instrument}/`))).toBe(true)
        expect(clip.materialIds.every((id) => id.endsWith('-held') === (split === 'test'))).toBe(true)
        if (clip.tuneId !== 'own') expect(splitOfTune(clip.tuneId)).toBe(split)
        if (clip.instrument === 'oboe' || clip.instrument === 'trumpet')
          for (const { articulation } of [clip, ...clip.notes])
            expect(['legato', 'detache', 'staccato']).toContain(articulation ?? clip.articulation)
      }
      corpus.close()
    }
    expect(heard).toEqual(new Set(['violin', 'cello', 'oboe', 'trumpet']))
  })

  it('has clips of five to ten seconds that sound to their end', () => {
    const corpus = openCorpus(folder)
    for (const clip of corpus.clips) {
      const seconds = clip.samples / 44100
      expect(seconds).toBeGreaterThan(4.9)
      expect(seconds).toBeLessThanOrEqual(10)
      const last = clip.notes[clip.notes.length - 1]
      expect(seconds - last.onsetSeconds - last.durationSeconds).toBeLessThan(1.5)
    }
    corpus.close()
  })

  it('counts the seconds of each instrument and names the licences of what it used', () => {
    expect(manifest.kind).toBe('base')
    for (const { seconds, secondsByInstrument } of Object.values(manifest.splits)) {
      expect(Object.values(secondsByInstrument ?? {}).reduce((a, b) => a + b, 0)).toBeCloseTo(seconds, 6)
    }
    expect(Object.keys(manifest.licences).sort()).toEqual(['musescore-general', 'philharmonia', 'tunes', 'violin-recordings'])
  })
})
