import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { createTestServices, type TestServices } from '#test/suites/test-services.ts'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

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

  it('end a scan when they are told to', async () => {
    const { api } = services
    const source = await api.sources.add({ path: join(COPIES, 'youtube-8m') })
    const scan = api.sources.scan({ sourceId: source.id })
    await api.sources.stop({ sourceId: source.id })
    await expect(scan).rejects.toMatchObject({ code: 'JOB_INTERRUPTED' })
    expect((await api.sources.scan({ sourceId: source.id })).counts.scanned).toBeGreaterThan(0)
  })
})
