import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { createTestServices, type TestServices } from '#test/suites/test-services.ts'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLicence } from './sources.ts'

const COPIES = join(import.meta.dirname, '../../test/fixtures/sources')

describe('public data sets', () => {
  let services: TestServices
  beforeAll(() => {
    services = createTestServices({ ears: createInlineRunner(EAR_HANDLERS) })
  })
  afterAll(() => services.remove())

  it('import exactly what was chosen, and tell how far a scan is', async () => {
    const { api, pushes } = services
    const told: string[] = []
    pushes.subscribe((event, payload) => {
      if (event === 'sources.scanning' && 'sourceId' in payload) told.push(payload.sourceId)
    })
    const source = await api.sources.add({ path: join(COPIES, 'midi-folder') })
    expect(source).toMatchObject({ kind: 'midi-folder', holdsAudio: false, holdsMidi: true })
    const { items, counts } = await api.sources.scan({ sourceId: source.id, filter: { needs: 'audio-or-midi' } })
    expect(counts.matching).toBeGreaterThan(1)
    expect(told).toContain(source.id)
    const [chosen] = items.filter(({ problems }) => problems.length === 0)
    const { id } = await api.sources.import({ sourceId: source.id, itemIds: [chosen?.id ?? ''] })
    for (;;) {
      const { status } = await api.imports.get({ importId: id })
      if (status !== 'listing' && status !== 'running') break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(await api.imports.get({ importId: id })).toMatchObject({ status: 'succeeded', fileCount: 1, addedCount: 1 })
    expect(await api.imports.files({ importId: id })).toMatchObject([{ path: chosen?.midiPath }])
    await expect(api.sources.import({ sourceId: source.id, itemIds: ['none'] })).rejects.toMatchObject({ code: 'SOURCE_NOTHING_HERE' })
  }, 60_000)

  it('give what they know to the recordings: instrument, tags, rights, where it came from', async () => {
    const { api } = services
    const finish = async (importId: string): Promise<void> => {
      await expect.poll(async () => (await api.imports.get({ importId })).status, { timeout: 60_000 }).toBe('succeeded')
    }
    const midi = await api.sources.add({ path: join(COPIES, 'midi-folder') })
    await finish((await api.sources.import({ sourceId: midi.id, filter: { instruments: ['viola'] } })).id)
    const { rows } = await api.library.search({ unit: 'recordings', query: { instruments: ['viola'] } })
    expect(rows.map(({ name, tags }) => ({ name, tags }))).toEqual([
      { name: 'for viola', tags: ['acoustic grand piano', 'chamber', 'viola'] },
    ])
    const viola = await api.library.recording({ recordingId: rows[0]?.id ?? '' })
    expect(viola.caption).toMatch(/^a melody for viola, /)
    expect(viola.rights).toMatchObject({ licence: 'unknown', holder: midi.title })
    expect(viola.provenance.map(({ source }) => source)).toEqual([`${midi.title}: chamber/for_viola.mid`])

    // The clip is in the library already; the data set tells what it is.
    const clip = join(COPIES, 'musiccaps/clips/YFixtureYY03.wav')
    await finish((await api.imports.start({ paths: [clip], instrument: '' })).id)
    const unknown = await api.library.search({ unit: 'recordings', query: { instruments: [''] } })
    const recordingId = unknown.rows.find(({ name }) => name === 'YFixtureYY03')?.id ?? ''
    expect(unknown.rows.find(({ id }) => id === recordingId)?.caption).not.toMatch(/violin/)
    const captions = await api.sources.add({ path: join(COPIES, 'musiccaps') })
    await finish((await api.sources.import({ sourceId: captions.id })).id)
    const known = await api.library.recording({ recordingId })
    expect(known.instrument).not.toBe('')
    expect(known.tags.length).toBeGreaterThan(1)
    // Its licence is the captions' and says nothing of the sound.
    expect(known.rights).toMatchObject({ licence: 'unknown', holder: captions.title, isShareable: false })
    expect(known.provenance.map(({ source }) => source)).toContainEqual(expect.stringMatching(`^${captions.title}: `))
    const found = await api.library.search({ unit: 'recordings', query: { words: known.instrument } })
    expect(found.rows.map(({ id }) => id)).toContain(recordingId)
  }, 120_000)

  it('give their captions to the slices, of which data sets are made', async () => {
    const own = createTestServices({ ears: createInlineRunner(EAR_HANDLERS) })
    try {
      const source = await own.api.sources.add({ path: join(COPIES, 'musiccaps') })
      const { id } = await own.api.sources.import({ sourceId: source.id, filter: { captionWords: ['violin plays'] } })
      await expect.poll(async () => (await own.api.imports.get({ importId: id })).status, { timeout: 60_000 }).toBe('succeeded')
      const { rows } = await own.api.library.search({ unit: 'slices' })
      expect(rows.length).toBeGreaterThan(0)
      for (const { caption } of rows) expect(caption).toMatch(/(?:^|\. )A solo violin plays a slow, "sighing" melody\. It is calm\.$/)
    } finally {
      await own.remove()
    }
  }, 60_000)

  it('say that they hold no sound where there is none to import', async () => {
    for (const [name, kind] of [
      ['youtube-8m', 'youtube-8m'],
      ['million-song-dataset', 'million-song-dataset'],
    ] as const) {
      const source = await services.api.sources.add({ path: join(COPIES, name), kind })
      await expect(services.api.sources.import({ sourceId: source.id })).rejects.toMatchObject({ code: 'SOURCE_WITHOUT_SOUND' })
    }
  })

  it.each([
    ['unknown', 'unknown'],
    ['', 'unknown'],
    ['Attribution 3.0 International', 'CC-BY-4.0'],
    ['Attribution-Noncommercial-Share Alike 3.0 United States', 'CC-BY-NC-SA-4.0'],
    ['Attribution-NonCommercial-NoDerivatives (aka Music Sharing) 3.0 International', 'CC-BY-ND-4.0'],
    ['Public Domain Mark 1.0', 'public-domain'],
    ['CC0 1.0 Universal', 'CC0-1.0'],
    ['The Echo Nest API terms; research and other non-commercial use', 'research-only'],
    ['FMA-Limited: Download Only', 'other'],
  ])('name the licence "%s" as %s', (text, licence) => {
    expect(readLicence(text)).toBe(licence)
  })

  it('end a scan when they are told to', async () => {
    const { api } = services
    const source = await api.sources.add({ path: join(COPIES, 'youtube-8m') })
    const scan = api.sources.scan({ sourceId: source.id })
    await api.sources.stop({ sourceId: source.id })
    await expect(scan).rejects.toMatchObject({ code: 'JOB_INTERRUPTED' })
    expect((await api.sources.scan({ sourceId: source.id })).counts.scanned).toBeGreaterThan(0)
  })
})
