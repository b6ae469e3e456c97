import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Note } from '#contract/melody.ts'
import {
  addNote,
  articulateNotes,
  loudenNotes,
  moveNotes,
  moveOnset,
  removeNotes,
  resizeNotes,
  setVelocities,
  settleNotes,
  SHORTEST_NOTE_SECONDS,
  slurNotes,
  splitNotes,
} from './note-edits.ts'

const note = (onsetSeconds: number, durationSeconds: number, pitch = 69): Note => ({
  onsetSeconds,
  durationSeconds,
  pitch,
  velocity: 0.7,
  confidence: 1,
})
const line = [note(0, 0.5), note(0.5, 0.5, 71), note(1.2, 0.5, 73)]

/** In order, disjoint and audible. */
const isMelody = (notes: readonly Note[]): boolean =>
  notes.every((one, index) => {
    const next = notes[index + 1]
    return (
      one.durationSeconds >= SHORTEST_NOTE_SECONDS - 1e-6 && (!next || one.onsetSeconds + one.durationSeconds <= next.onsetSeconds + 1e-6)
    )
  })

const melody = fc
  .array(
    fc.record({
      gap: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.double({ min: 0.05, max: 2, noNaN: true }),
      pitch: fc.integer({ min: 55, max: 105 }),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((entries) => {
    let clock = 0
    return entries.map(({ gap, length, pitch }) => {
      const made = note(clock + gap, length, pitch)
      clock += gap + length
      return made
    })
  })

describe('note edits', () => {
  it('keeps a melody in order, disjoint and audible under any edit', () => {
    fc.assert(
      fc.property(
        melody,
        fc.array(fc.nat(11), { minLength: 1, maxLength: 5 }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        (notes, picks, seconds, semitones) => {
          const chosen = [...new Set(picks.map((pick) => pick % notes.length))]
          for (const result of [
            moveNotes(notes, chosen, seconds, semitones),
            resizeNotes(notes, chosen, seconds),
            splitNotes(notes, chosen),
            addNote(notes, Math.abs(seconds), 0.5, 69 + semitones),
            moveOnset(notes, chosen[0] ?? 0, Math.abs(seconds)),
          ]) {
            expect(isMelody(result.notes)).toBe(true)
            expect(result.selected.every((index) => result.notes[index] !== undefined)).toBe(true)
            expect(result.notes.every(({ pitch, onsetSeconds }) => pitch >= 55 && pitch <= 105 && onsetSeconds >= 0)).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('moves a note and makes the one under it give way', () => {
    const { notes, selected } = moveNotes(line, [1], 0.5, 2)
    expect(notes.map((one) => one.pitch)).toEqual([69, 73, 73])
    expect(selected).toEqual([1])
    expect(notes[1]).toMatchObject({ onsetSeconds: 1, durationSeconds: 0.5 })
    expect(notes[2]?.onsetSeconds).toBeCloseTo(1.5)
    expect(notes[2]?.durationSeconds).toBeCloseTo(0.2)
  })

  it('does not move before the start or out of the range', () => {
    const { notes } = moveNotes(line, [0, 1, 2], -5, -40)
    expect(notes.map((one) => one.onsetSeconds)).toEqual([0, 0.5, 1.2])
    expect(notes.map((one) => one.pitch)).toEqual([55, 57, 59])
  })

  it('lets a note outside of the range come back but go no further', () => {
    const low = [note(0, 1, 50)]
    expect(moveNotes(low, [0], 0, -1).notes[0]?.pitch).toBe(50)
    expect(moveNotes(low, [0], 0, 5).notes[0]?.pitch).toBe(55)
  })

  it('splits in the middle, or where it is told', () => {
    expect(splitNotes(line, [0]).notes.map((one) => one.durationSeconds)).toEqual([0.25, 0.25, 0.5, 0.5])
    expect(splitNotes(line, [2], 1.3).selected).toEqual([3])
    expect(splitNotes(line, [2], 1.21).notes).toHaveLength(3)
  })

  it('removes what is chosen', () => expect(removeNotes(line, [0, 2]).notes).toEqual([line[1]]))

  it('removes a note that a winner covers wholly', () => {
    expect(settleNotes([note(0, 2), note(0.5, 0.5)], new Set([0])).notes).toEqual([note(0, 2)])
  })
})

it('bows single notes otherwise, slurs them, and gives them back to the whole', () => {
  const bowed = articulateNotes(line, [1], 'staccato').notes
  expect(bowed.map(({ articulation }) => articulation)).toEqual([undefined, 'staccato', undefined])
  expect(articulateNotes(bowed, [1], undefined).notes).toEqual(line)
  expect(slurNotes(line, [1, 2], true).notes.map(({ isSlurred }) => isSlurred)).toEqual([undefined, true, true])
})

it('makes single notes louder and softer and leaves the rest of them as it is', () => {
  const given = setVelocities(line, new Map([[0, 0.9], [2, 0.3], [7, 1]])) // prettier-ignore
  expect(given.notes).toEqual([{ ...line[0], velocity: 0.9 }, line[1], { ...line[2], velocity: 0.3 }])
  expect(given.selected).toEqual([0, 2])
  expect(loudenNotes(line, [1], 0.1).notes.map(({ velocity }) => velocity)).toEqual([0.7, 0.8, 0.7])
  // Never silent: a note of MIDI with velocity 0 would be none.
  expect(loudenNotes(line, [0, 1], -5).notes.map(({ velocity }) => velocity)).toEqual([0.01, 0.01, 0.7])
  expect(loudenNotes(line, [0], 5).notes[0]?.velocity).toBe(1)
})
