import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeClient } from '#test/app/fake-engine/fake-client.ts'
import { Notices } from './notices.svelte.ts'
import { Recordings } from './recordings.svelte.ts'
import { drawPath, OUTLINE_POINTS } from './row-cache.svelte.ts'
import { selectAll } from './row-selection.ts'

const ALL = 5000
const row = (seq: number): object => ({ seq, id: `recording-${seq}`, name: `no. ${seq}`, kind: 'audio' })

const open = (): { recordings: Recordings; notices: Notices; calls: { method: string; input: unknown }[] } => {
  const { client, calls } = createFakeClient({
    'library.order': ({ query }: { query: { words?: string } }) => ({
      seqs: Int32Array.from({ length: query.words === undefined ? ALL : 3 }, (_, i) => ALL - i),
    }),
    'library.rows': ({ seqs }: { seqs: number[] }) => seqs.map(row),
    'library.outlines': ({ seqs, count }: { seqs: number[]; count: number }) => ({ peaks: new Uint8Array(seqs.length * count).fill(255) }),
    'library.similar': () => [
      { similarity: 0.9, row: row(7) },
      { similarity: 0.5, row: row(2) },
    ],
    'library.facets': () => ({ recordingCount: ALL }),
    'library.sessions': () => [],
    'library.rights': () => [],
    'library.edits': () => [
      { id: 2, label: 'Tags', isUndone: false },
      { id: 1, label: 'Caption', isUndone: false },
    ],
    'library.edit': ({ selection }: { selection: { seqs: number[] } }) => ({
      id: 3,
      label: `Tags of ${selection.seqs.length}`,
      isUndone: false,
    }),
    'library.undo': () => ({ id: 3, label: 'Tags', isUndone: true }),
  })
  const notices = new Notices()
  return { recordings: new Recordings(client, notices), notices, calls }
}
const countCalls = (calls: readonly { method: string }[], method: string): number => calls.filter((call) => call.method === method).length

describe('the list of recordings', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('asks for rows in sight once, with one question open at a time', async () => {
    const { recordings, calls } = open()
    await recordings.load()
    const { cache, order } = recordings
    cache.want([...order.subarray(0, 20)])
    cache.want([...order.subarray(500, 520)])
    cache.want([...order.subarray(4000, 4020)])
    await vi.runAllTimersAsync()
    // The first wish and the last: nobody sees what was scrolled past meanwhile.
    expect(calls.filter(({ method }) => method === 'library.rows').map(({ input }) => (input as { seqs: number[] }).seqs[0])).toEqual([
      ALL,
      1000,
    ])
    expect(cache.get(order[4010])).toMatchObject({ seq: 990 })
    expect(cache.outline(order[4010])).toBe(drawPath(new Uint8Array(OUTLINE_POINTS).fill(255)))
    cache.want([...order.subarray(4005, 4020)])
    await vi.runAllTimersAsync()
    expect(countCalls(calls, 'library.rows')).toBe(2)
    cache.refresh()
    expect(cache.get(order[4010])).toBeDefined()
    await vi.runAllTimersAsync()
    expect(countCalls(calls, 'library.rows')).toBe(3)
  })

  it('searches by words after the last key, keeps what is still listed chosen, and by sound nearest first', async () => {
    const { recordings, calls } = open()
    await recordings.load()
    recordings.selection = selectAll(recordings.order, recordings.selection)
    for (const text of ['l', 'le', 'leg']) recordings.write(text)
    await vi.runAllTimersAsync()
    expect(countCalls(calls, 'library.order')).toBe(2)
    expect([...recordings.order]).toEqual([ALL, ALL - 1, ALL - 2])
    expect([...recordings.selection.seqs]).toEqual([ALL, ALL - 1, ALL - 2])
    await recordings.listAlike({ prompt: 'tender' })
    expect([[...recordings.order], recordings.unit]).toEqual([[7, 2], 'slices'])
    expect(recordings.similarities.get(7)).toBe(0.9)
    expect(recordings.cache.get(2)).toMatchObject({ name: 'no. 2' })
  })

  it('edits all that is chosen in one step and offers to take it back', async () => {
    const { recordings, notices, calls } = open()
    await recordings.load()
    recordings.selection = selectAll(recordings.order, recordings.selection)
    expect(await recordings.edit({ addTags: ['slow'] })).toBe(true)
    expect(calls.find(({ method }) => method === 'library.edit')?.input).toMatchObject({
      unit: 'recordings',
      changes: { addTags: ['slow'] },
    })
    expect(notices.list.at(-1)?.message).toContain(`Tags of ${ALL}`)
    notices.list.at(-1)?.action?.run()
    await vi.runAllTimersAsync()
    expect(countCalls(calls, 'library.undo')).toBe(1)
    expect(recordings.canUndo?.label).toBe('Tags')
  })
})
