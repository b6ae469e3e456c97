import type { Take } from '#contract/api.ts'
import { CURVE_LANES, type LanePoint, type Lanes } from '#contract/expression.ts'
import type { Melody, Note } from '#contract/melody.ts'
import type { Recipe } from '#contract/recipe.ts'
import type { TakeEdit } from '#contract/take-edit.ts'

/** Tokens of the learned stages; a take goes on at a whole one, so that what was before stays as it was. */
const TOKENS_PER_SECOND = 25
/** Where a clip's first note stands. */
const LEAD_SECONDS = 0.02
const DEFAULT_BPM = 96

interface Continuation {
  readonly notes: Note[]
  readonly lanes: Lanes
  readonly edits: TakeEdit[]
}

/** The notes of a recipe that its take plays: a clip may have been cut. */
export const playedNotes = (take: Take, recipe: Recipe): Note[] => recipe.notes.slice(0, take.notes.length)

/** A lane drawn over the whole clip, drawn over its first part instead; after that it stays where it was. */
const squeeze = (points: readonly LanePoint[], share: number): LanePoint[] =>
  points.length < 2 ? [...points] : points.map((point) => ({ ...point, at: point.at * share }))

/**
 * A take's recipe with what was composed to follow it: the new notes begin on a beat after the take's end, in its tempo,
 * and the lanes stay under the notes that they were drawn for.
 */
export const continueRecipe = (take: Take, recipe: Recipe, composed: Melody, seed: number): Continuation => {
  const before = playedNotes(take, recipe)
  const { tempo } = recipe.lanes
  const fromSeconds = Math.ceil(take.durationSeconds * TOKENS_PER_SECOND - 1e-6) / TOKENS_PER_SECOND
  const start = before[0]?.onsetSeconds ?? 0
  // From here on in the hum's own time.
  const end = start + (fromSeconds - LEAD_SECONDS) * tempo
  const first = composed.notes[0]?.onsetSeconds ?? end
  const beat = 60 / (composed.bpm ?? DEFAULT_BPM)
  const shift = Math.max(0, Math.ceil((end - first) / beat - 1e-6)) * beat
  const notes = [...before, ...composed.notes.map((note) => ({ ...note, onsetSeconds: note.onsetSeconds + shift }))]
  const last = notes.at(-1)
  const lengthSeconds = last === undefined ? fromSeconds : (last.onsetSeconds + last.durationSeconds - start) / tempo
  const share = Math.min(1, fromSeconds / Math.max(fromSeconds, lengthSeconds))
  return {
    notes,
    lanes: { ...recipe.lanes, ...Object.fromEntries(CURVE_LANES.map((lane) => [lane, squeeze(recipe.lanes[lane], share)])) },
    edits: [...recipe.edits, { kind: 'continue', fromSeconds, seed }],
  }
}
