import type { Take } from '#contract/api.ts'
import type { TakeEdit } from '#contract/take-edit.ts'
import type { Recipe } from '#contract/recipe.ts'

/** What a take came from. */
export interface Lineage {
  /** Null where that take was removed. */
  readonly parentId: string | null
  /** What was done to it; null where its recipe was only played once more. */
  readonly edit: TakeEdit | null
}

/** Everything but the notes, the edits, the voice and what follows from them; a continued take has its lanes drawn over less. */
const settingsOf = ({ lanes, prompt, seed, freedom, own }: Recipe, isGoingOn: boolean): string =>
  JSON.stringify([isGoingOn ? null : lanes, prompt, seed, freedom, own ?? null])
const beginsWith = (whole: readonly unknown[], beginning: readonly unknown[]): boolean =>
  beginning.length <= whole.length && JSON.stringify(whole.slice(0, beginning.length)) === JSON.stringify(beginning)

const isParent = (parent: Recipe, recipe: Recipe): boolean => {
  const edit = recipe.edits.at(-1)
  const isGoingOn = edit?.kind === 'continue' && parent.edits.length < recipe.edits.length
  return (
    settingsOf(parent, isGoingOn) === settingsOf(recipe, isGoingOn) &&
    beginsWith(recipe.edits, parent.edits) &&
    (isGoingOn || parent.notes.length === recipe.notes.length) &&
    beginsWith(recipe.notes, parent.notes)
  )
}

/** Read from the recipes: a take's parent has the same one without its last edit, or the whole of it, and is older. */
export const findLineage = (take: Take, takes: readonly Take[]): Lineage | null => {
  const { recipe } = take
  if (recipe === null) return null
  const older = takes.flatMap((other) =>
    other.recipe !== null && other.createdAt < take.createdAt && isParent(other.recipe, recipe) ? [{ ...other, recipe: other.recipe }] : [],
  )
  // The oldest of several that sound the same.
  const find = (edits: number): Take | undefined =>
    older.filter((other) => other.recipe.edits.length === edits).toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))[0]
  const same = find(recipe.edits.length)
  if (same !== undefined) return { parentId: same.id, edit: null }
  const edit = recipe.edits.at(-1)
  return edit === undefined ? null : { parentId: find(recipe.edits.length - 1)?.id ?? null, edit }
}
