import { expect, it } from 'vitest'
import { createNote } from '#test/app/fake-engine/fake-client.ts'
import { coverStretch, moveStretchEnd, notesInStretch, stretchEdges } from './take-stretch.ts'

// Half-second notes; a rest of half a second before the last.
const NOTES = [createNote(0.1, 69), createNote(0.6, 71), createNote(1.6, 73)]
const EDGES = stretchEdges(NOTES, 2.4)

it('lets a stretch begin and end with notes, rests and the take', () => {
  expect(EDGES).toEqual([0.1, 0.6, 1.1, 1.6, 2.4])
})

it.each([
  [0.7, 0.7, [0.6, 1.1], [1]],
  [1.7, 0.3, [0.1, 2.4], [0, 1, 2]],
  [0, 0, [0.1, 0.6], [0]],
  [2.4, 9, [1.6, 2.4], [2]],
  [1.2, 1.3, [1.1, 1.6], []],
])('covers whole notes between %d and %d', (one, other, [fromSeconds, toSeconds], inside) => {
  const stretch = coverStretch(EDGES, one, other)
  expect(stretch).toEqual({ fromSeconds, toSeconds })
  expect(notesInStretch(NOTES, { fromSeconds: fromSeconds!, toSeconds: toSeconds! })).toEqual(inside)
})

it('moves one end by notes and never past the other', () => {
  const one = { fromSeconds: 0.6, toSeconds: 1.1 }
  expect(moveStretchEnd(EDGES, one, 'to', 1)).toEqual({ fromSeconds: 0.6, toSeconds: 1.6 })
  expect(moveStretchEnd(EDGES, one, 'from', -1)).toEqual({ fromSeconds: 0.1, toSeconds: 1.1 })
  expect(moveStretchEnd(EDGES, one, 'from', 1)).toEqual(one)
  expect(moveStretchEnd(EDGES, { fromSeconds: 0.1, toSeconds: 2.4 }, 'to', 1)).toEqual({ fromSeconds: 0.1, toSeconds: 2.4 })
})

it('has nothing to choose where there are no notes', () => {
  expect(coverStretch(stretchEdges([], 1), 0.2, 0.4)).toBeNull()
})
