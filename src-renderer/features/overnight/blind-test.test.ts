import { describe, expect, it } from 'vitest'
import type { Comparison } from '#contract/voices.ts'
import { BlindTest } from './blind-test.svelte.ts'

const clip = (candidate: number, tune: string): Comparison['clips'][number] => ({
  candidate,
  tune,
  assetId: `asset-${candidate}-${tune}`,
  durationSeconds: 1,
  percent: 90,
  picture: { columns: 1, bands: 1, values: [0] },
})
const comparison = (clips: Comparison['clips']): Comparison => ({
  id: 'job-1',
  createdAt: '',
  candidates: ['base', 'mine'].map((voiceId) => ({ voiceId, strength: 1, title: voiceId, modelHash: '' })),
  tunes: ['one', 'two'],
  clips,
})
const whole = comparison(['one', 'two'].flatMap((tune) => [clip(0, tune), clip(1, tune)]))

describe('the blind test', () => {
  it('waits until a tune is there on every voice, and keeps its letters', () => {
    const draws = [0.9, 0.1]
    const test = new BlindTest(() => draws.shift() ?? 0)
    expect(test.rounds(comparison([clip(0, 'one')]))).toEqual([])
    const letters = (): number[][] => test.rounds(whole).map(({ clips }) => clips.map(({ candidate }) => candidate))
    expect(letters()).toEqual([
      [0, 1],
      [1, 0],
    ])
    expect(letters()).toEqual(letters())
  })

  it('counts what was chosen, and is done after the last tune', () => {
    const test = new BlindTest(() => 0)
    test.choose('one', 1)
    expect(test.isDone(whole)).toBe(false)
    test.choose('two', 0)
    test.choose('two', 1)
    expect(test.isDone(whole)).toBe(true)
    expect(test.votes(whole)).toEqual([0, 2])
  })
})
