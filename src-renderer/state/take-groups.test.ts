import { expect, it } from 'vitest'
import type { Job, Take } from '#contract/api.ts'
import { groupTakes } from './take-groups.ts'

const take = (id: string, second: number): Take => ({ id, prompt: id, createdAt: `2026-01-01T00:00:0${second}.000Z` }) as Take
const job = (id: string, results: string[]): Job => ({ id, results }) as Job

it('puts the newest render first and keeps its takes in the order made', () => {
  const takes = [take('b2', 4), take('a1', 1), take('b1', 3), take('a2', 2), take('alone', 5)]
  const groups = groupTakes(takes, [job('a', ['a1', 'a2']), job('b', ['b1', 'b2'])])
  expect(groups.map((group) => group.takes.map(({ id }) => id))).toEqual([['alone'], ['b1', 'b2'], ['a1', 'a2']])
})
