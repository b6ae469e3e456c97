import { expect, it } from 'vitest'
import type { Job, Take } from '#contract/api.ts'
import { createFakeClient, createNote } from '#test/app/fake-engine/fake-client.ts'
import { Studio } from './studio.svelte.ts'

const TAKE = {
  id: 'take-1',
  humId: 'hum-1',
  notes: [createNote(0, 69), createNote(0.5, 71), createNote(1, 73)],
  durationSeconds: 2,
  recipe: {},
} as unknown as Take

const start = () => {
  const { client, calls } = createFakeClient({
    'takes.retake': () => ({ jobId: 'job-1' }),
    'takes.vary': () => ({ jobIds: ['job-1', 'job-2'] }),
    'takes.continue': () => ({ jobId: 'job-1' }),
    'takes.rerun': () => ({ jobId: 'job-1' }),
    'jobs.list': () => [{ id: 'job-1', kind: 'render', status: 'running', results: [] } as unknown as Job],
  })
  const studio = new Studio(client)
  studio.library.currentId = 'hum-1'
  return { studio, asked: () => calls.filter(({ method }) => method.startsWith('takes.')) }
}

it('opens a take at the note that is heard, and plays just that again', async () => {
  const { studio, asked } = start()
  studio.changes.open(TAKE, 0.7)
  await studio.changes.retake(TAKE)
  expect(asked()).toEqual([{ method: 'takes.retake', input: { takeId: 'take-1', fromSeconds: 0.5, toSeconds: 1 } }])
  expect(studio.library.activeJobs.map(({ id }) => id)).toEqual(['job-1'])
  studio.library.currentId = 'hum-2'
  expect(studio.library.activeJobs).toEqual([])
})

it('varies, continues and runs again as it is set', async () => {
  const { studio, asked } = start()
  studio.changes.strength = 0.7
  studio.changes.seconds = 16
  await studio.changes.vary(TAKE)
  await studio.changes.goOn(TAKE)
  await studio.changes.rerun(TAKE, 'viola')
  expect(asked().map(({ input }) => input)).toEqual([
    { takeId: 'take-1', strength: 0.7, count: 3 },
    { takeId: 'take-1', seconds: 16 },
    { takeId: 'take-1', voice: 'viola' },
  ])
})

it('asks nothing of a take without a recipe, or where nothing is chosen', async () => {
  const { studio, asked } = start()
  const old = { ...TAKE, recipe: null }
  studio.changes.open(old)
  await Promise.all([studio.changes.retake(old), studio.changes.vary(old), studio.changes.goOn(old), studio.changes.rerun(old)])
  studio.changes.close()
  await studio.changes.retake(TAKE)
  expect(asked()).toEqual([])
})
