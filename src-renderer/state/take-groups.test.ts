import { expect, it } from 'vitest'
import type { Job, Take } from '#contract/api.ts'
import type { Recipe } from '#contract/recipe.ts'
import { groupTakes } from './take-groups.ts'

const take = (id: string, second: number, percent = 90, recipe: Partial<Recipe> | null = null): Take =>
  ({ id, prompt: id, createdAt: `2026-01-01T00:00:0${second}.000Z`, score: { percent }, recipe }) as Take
const job = (id: string, results: string[]): Job => ({ id, results }) as Job
const idsOf = (takes: Take[], jobs: Job[]): string[][] => groupTakes(takes, jobs).map((group) => group.takes.map(({ id }) => id))

it('puts the newest render first, and in it the best match; equal ones as they were made', () => {
  const takes = [take('b2', 4), take('a1', 1, 80), take('b1', 3), take('a2', 2, 95), take('alone', 5)]
  expect(idsOf(takes, [job('a', ['a1', 'a2']), job('b', ['b1', 'b2'])])).toEqual([['alone'], ['b1', 'b2'], ['a2', 'a1']])
})

it('keeps together what was made of one take in the same way', () => {
  const recipe = { notes: [], edits: [], seed: 1 }
  const vary = (seed: number) => ({ ...recipe, edits: [{ kind: 'vary', strength: 0.3, seed } as const] })
  const takes = [take('one', 1, 90, recipe), take('v1', 2, 80, vary(1)), take('v2', 3, 85, vary(2))]
  const groups = groupTakes(takes, [job('a', ['one']), job('b', ['v1']), job('c', ['v2'])])
  expect(groups.map((group) => [group.lineage?.parentId, group.takes.map(({ id }) => id)])).toEqual([
    ['one', ['v2', 'v1']],
    [undefined, ['one']],
  ])
})
