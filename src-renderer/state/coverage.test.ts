import type { PlayingCheck, RecordingTask } from '#contract/coverage.ts'
import { createFakeClient } from '#test/app/fake-engine/fake-client.ts'
import { describe, expect, it } from 'vitest'
import { Coverage } from './coverage.svelte.ts'
import { Notices } from './notices.svelte.ts'

const createTask = (id: string): RecordingTask => ({
  id,
  articulation: 'legato',
  dynamics: 'loud',
  lowest: 55,
  highest: 68,
  seconds: 5,
  notes: [55, 57],
  bpm: 120,
})
const MAP = {
  sliceCount: 0,
  seconds: 0,
  unclearSeconds: 0,
  outsideSeconds: 0,
  targetSeconds: 2,
  missingSeconds: 4,
  holeCount: 2,
  cells: [],
}
const PLAYED = { pcm: new Float32Array(4), sampleRate: 44100 }

const createCheck = (isFitting: boolean): PlayingCheck => ({
  isFitting,
  fittingSeconds: isFitting ? 5 : 0,
  faults: isFitting ? [] : ['too-soft'],
  heard: { seconds: 5, lowest: 55, highest: 68, dynamics: isFitting ? 'loud' : 'soft', articulation: 'legato' },
  marks: [],
})

describe('the guided recorder', () => {
  it('keeps what fits and goes on, and stays with what does not', async () => {
    let isFitting = false
    const { client, calls } = createFakeClient({
      'coverage.map': () => MAP,
      'coverage.plan': () => [createTask('a'), createTask('b')],
      'coverage.check': () => createCheck(isFitting),
      'coverage.keep': () => ({ id: 'import-1', status: 'running' }),
      'imports.get': () => ({ id: 'import-1', status: 'succeeded' }),
    })
    const coverage = new Coverage(client, new Notices())
    await coverage.plan({ seconds: 40, articulations: [], dynamics: ['loud'] })
    expect(calls[0]).toEqual({ method: 'coverage.plan', input: { targetSeconds: 2, seconds: 40, dynamics: ['loud'] } })
    expect(coverage.current?.id).toBe('a')

    await coverage.hear(PLAYED)
    expect(coverage.check?.faults).toEqual(['too-soft'])
    expect(coverage.current?.id).toBe('a')
    expect(calls.some(({ method }) => method === 'coverage.keep')).toBe(false)

    isFitting = true
    await coverage.hear(PLAYED)
    expect(coverage.lastKept?.id).toBe('a')
    expect(coverage.current?.id).toBe('b')
    expect(coverage.map).toEqual(MAP)

    isFitting = false
    await coverage.hear(PLAYED)
    await coverage.keep()
    expect(coverage.current).toBeUndefined()
    expect(coverage.keptCount).toBe(2)
    expect(calls.filter(({ method }) => method === 'coverage.keep')).toHaveLength(2)
  })
})
