import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { playLine } from '#test/suites/play-line.ts'
import { createTestServices, type TestServices } from '#test/suites/test-services.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const RATE = 44100

const finish = async ({ api }: TestServices, importId: string): Promise<void> => {
  for (;;) {
    const { status } = await api.imports.get({ importId })
    if (status !== 'listing' && status !== 'running') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('coverage and its guided recorder', () => {
  let services: TestServices
  beforeAll(() => {
    services = createTestServices({ ears: createInlineRunner(EAR_HANDLERS) })
  })
  afterAll(() => services.remove())

  it('refuses what misses its task, keeps what fits as a session, and the map is fuller by it', async () => {
    const { api } = services
    const { id: datasetId } = await api.datasets.create({ name: 'Mine', query: { tags: ['mine'], licences: ['CC0-1.0'] } })
    const before = await api.coverage.map({ datasetId })
    expect(before).toMatchObject({ sliceCount: 0, seconds: 0 })
    const [task] = await api.coverage.plan({ datasetId, articulations: ['legato'], dynamics: ['loud'], seconds: 5 })
    if (task === undefined) throw new TypeError('a task was planned')
    const line = { pitches: task.notes, noteSeconds: 60 / task.bpm, fullness: 1 }

    const soft = await api.coverage.check({ task, pcm: playLine({ ...line, levelDb: -32 }) as Float32Array<ArrayBuffer>, sampleRate: RATE })
    expect(soft).toMatchObject({ isFitting: false, faults: ['too-soft'], heard: { dynamics: 'soft', articulation: 'legato' } })

    const pcm = playLine({ ...line, levelDb: -17 }) as Float32Array<ArrayBuffer>
    const fit = await api.coverage.check({ task, pcm, sampleRate: RATE })
    expect(fit).toMatchObject({ isFitting: true, faults: [] })

    const { id } = await api.coverage.keep({ task, pcm, sampleRate: RATE, sessionName: 'Sunday: holes', datasetId, isShareable: true })
    await finish(services, id)
    expect(await api.imports.get({ importId: id })).toMatchObject({ status: 'succeeded', addedCount: 1 })
    const after = await api.coverage.map({ datasetId })
    expect(before.missingSeconds - after.missingSeconds).toBeGreaterThan(1)
    const filled = after.cells.filter(({ seconds }) => seconds > 0)
    expect(filled.every(({ articulation, dynamics }) => articulation === 'legato' && dynamics === 'loud')).toBe(true)
    expect(filled.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(fit.fittingSeconds, 1)
    expect(await api.coverage.plan({ datasetId, articulations: ['legato'], dynamics: ['loud'], seconds: 5 })).not.toContainEqual(task)

    const { rows } = await api.library.search({ unit: 'recordings', query: { tags: ['mine'] } })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ sessionName: 'Sunday: holes', licence: 'own' })
    expect((await api.datasets.get({ datasetId })).query.licences).toEqual(['CC0-1.0', 'own'])
  }, 60_000)

  it('widens a data set that asks for sessions, and knows no data set that is not there', async () => {
    const { api } = services
    const other = await api.library.saveSession({ name: 'Monday' })
    const { id: datasetId } = await api.datasets.create({ name: 'Monday only', query: { sessionIds: [other.id] } })
    const [task] = await api.coverage.plan({ datasetId, seconds: 5 })
    if (task === undefined) throw new TypeError('a task was planned')
    const { id } = await api.coverage.keep({ task, pcm: new Float32Array(RATE), sampleRate: RATE, sessionName: 'Tuesday', datasetId })
    await finish(services, id)
    const sessions = await api.library.sessions({})
    const tuesday = sessions.find(({ name }) => name === 'Tuesday')
    expect((await api.datasets.get({ datasetId })).query.sessionIds).toEqual([other.id, tuesday?.id])
    await expect(api.coverage.map({ datasetId: 'dataset-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }, 60_000)
})
