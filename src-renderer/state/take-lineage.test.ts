import { expect, it } from 'vitest'
import type { Take } from '#contract/api.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import type { TakeEdit } from '#contract/take-edit.ts'
import type { Recipe } from '#contract/recipe.ts'
import { createNote } from '#test/app/fake-engine/fake-client.ts'
import { findLineage } from './take-lineage.ts'

const RETAKE: TakeEdit = { kind: 'retake', fromSeconds: 0.5, toSeconds: 1, seed: 9 }
const VARY: TakeEdit = { kind: 'vary', strength: 0.35, seed: 10 }
const GO_ON: TakeEdit = { kind: 'continue', fromSeconds: 2, seed: 11 }
const RECIPE: Recipe = {
  notes: [createNote(0, 69), createNote(0.5, 71)],
  lanes: DEFAULT_LANES,
  prompt: 'tender',
  seed: 1,
  voice: 'violin',
  modelHash: 'a',
  freedom: 0.3,
  edits: [],
}
const take = (id: string, second: number, changes: Partial<Recipe> | null): Take =>
  ({ id, createdAt: `2026-01-01T00:00:0${second}.000Z`, recipe: changes === null ? null : { ...RECIPE, ...changes } }) as Take

const first = take('first', 1, {})
const other = take('other', 1, { seed: 2 })
const retaken = take('retaken', 2, { edits: [RETAKE] })
const varied = take('varied', 3, { edits: [RETAKE, VARY] })
const longer = take('longer', 4, { notes: [...RECIPE.notes, createNote(2, 74)], durationSeconds: 6, edits: [RETAKE, GO_ON] })
const again = take('again', 5, { voice: 'viola', modelHash: 'b', edits: [RETAKE] })
const TAKES = [again, longer, varied, retaken, other, first, take('old', 0, null)]

it.each([
  ['first', null],
  ['old', null],
  ['retaken', { parentId: 'first', edit: RETAKE }],
  ['varied', { parentId: 'retaken', edit: VARY }],
  ['longer', { parentId: 'retaken', edit: GO_ON }],
  ['again', { parentId: 'retaken', edit: null }],
])('knows what "%s" came from', (id, lineage) => {
  expect(
    findLineage(
      TAKES.find((one) => one.id === id)!,
      TAKES,
    ),
  ).toEqual(lineage)
})

it('still says what was done where the parent was removed', () => {
  expect(findLineage(varied, [varied, other])).toEqual({ parentId: null, edit: VARY })
})
