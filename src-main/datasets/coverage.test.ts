import { ARTICULATIONS } from '#contract/melody.ts'
import { COVERAGE_DYNAMICS, type RecordingTask } from '#contract/coverage.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COVERAGE_BANDS, createCoverageCount, missingIn, type PlayedSlice } from './coverage.ts'
import { judgePlaying, planTasks, type CheckedSlice } from './recording-tasks.ts'

const LEVELS = { soft: -32, medium: -24, loud: -17 }

const createSlice = (fields: Partial<PlayedSlice> = {}): PlayedSlice => ({
  durationSeconds: 4,
  articulation: 'staccato',
  loudnessDb: LEVELS.loud,
  pitchLow: 55,
  pitchHigh: 61,
  notes: Array.from({ length: 8 }, (_, i) => ({ onsetSeconds: i / 2, durationSeconds: 0.2, pitch: 55 + (i % 7) })),
  ...fields,
})

const cover = (slices: readonly PlayedSlice[], targetSeconds = 2): ReturnType<ReturnType<typeof createCoverageCount>['finish']> => {
  const count = createCoverageCount()
  for (const slice of slices) count.add(slice)
  return count.finish(targetSeconds)
}

/** Somebody who plays exactly what a task asks. */
const obey = ({ articulation, dynamics, notes, seconds, bpm }: RecordingTask): CheckedSlice => ({
  durationSeconds: seconds,
  articulation,
  loudnessDb: LEVELS[dynamics],
  pitchLow: Math.min(...notes),
  pitchHigh: Math.max(...notes),
  notes: notes.map((pitch, i) => ({ onsetSeconds: (60 / bpm) * i, durationSeconds: 0.3, pitch })),
  spoiltBy: [],
})

const arbitrarySlice = fc
  .record({
    articulation: fc.constantFrom(...ARTICULATIONS, 'short', null),
    loudnessDb: fc.option(fc.double({ min: -50, max: -6, noNaN: true })),
    pitches: fc.array(fc.integer({ min: 40, max: 110 }), { maxLength: 12 }),
    gap: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
  })
  .map(({ pitches, gap, ...rest }) =>
    createSlice({
      ...rest,
      durationSeconds: Math.max(0.1, pitches.length * gap),
      pitchLow: pitches.length === 0 ? null : Math.min(...pitches),
      pitchHigh: pitches.length === 0 ? null : Math.max(...pitches),
      notes: pitches.map((pitch, i) => ({ onsetSeconds: i * gap, durationSeconds: gap / 2, pitch })),
    }),
  )

describe('the coverage map', () => {
  it('counts a slice in the field of its pitches, level and bowing, from onset to onset', () => {
    const { cells, seconds, sliceCount } = cover([createSlice()])
    expect(sliceCount).toBe(1)
    expect(seconds).toBeCloseTo(4, 6)
    const filled = cells.filter((cell) => cell.seconds > 0)
    expect(filled).toHaveLength(1)
    expect(filled[0]).toMatchObject({ articulation: 'staccato', dynamics: 'loud', lowest: 55, highest: 61 })
    expect(filled[0]?.seconds).toBeCloseTo(4, 6)
  })

  it('does not count a long rest, and spreads a slice without notes over its range', () => {
    const rest = createSlice({ durationSeconds: 20, notes: [{ onsetSeconds: 0, durationSeconds: 1, pitch: 60 }] })
    expect(cover([rest]).seconds).toBeCloseTo(1.5, 6)
    const { cells } = cover([createSlice({ notes: [], pitchLow: 58, pitchHigh: 65, durationSeconds: 8 })])
    expect(cells.filter(({ seconds }) => seconds > 0).map(({ lowest, seconds }) => [lowest, Math.round(seconds)])).toEqual([
      [55, 4],
      [62, 4],
    ])
  })

  it('loses no second: each is in a field, unclear, or outside', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySlice, { maxLength: 20 }), (slices) => {
        const { cells, seconds, unclearSeconds, outsideSeconds, missingSeconds, holeCount, targetSeconds } = cover(slices)
        const inCells = cells.reduce((sum, cell) => sum + cell.seconds, 0)
        expect(inCells + unclearSeconds + outsideSeconds).toBeCloseTo(seconds, 6)
        expect(cells).toHaveLength(ARTICULATIONS.length * COVERAGE_DYNAMICS.length * COVERAGE_BANDS.length)
        expect(holeCount).toBe(cells.filter((cell) => cell.isWanted && cell.seconds < targetSeconds).length)
        expect(missingSeconds).toBeCloseTo(
          cells.reduce((sum, cell) => sum + missingIn(cell, targetSeconds), 0),
          6,
        )
      }),
    )
  })
})

describe('the recording tasks', () => {
  it('ask for what is missing, within the time, and nothing twice', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySlice, { maxLength: 10 }), fc.integer({ min: 4, max: 120 }), (slices, seconds) => {
        const coverage = cover(slices)
        const tasks = planTasks(coverage, { seconds })
        expect(tasks.reduce((sum, task) => sum + task.seconds, 0)).toBeLessThanOrEqual(seconds)
        expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length)
        for (const task of tasks) {
          const own = coverage.cells.filter(
            (cell) =>
              cell.articulation === task.articulation &&
              cell.dynamics === task.dynamics &&
              cell.lowest >= task.lowest &&
              cell.highest <= task.highest,
          )
          expect(own.length).toBeGreaterThan(0)
          for (const cell of own) expect(missingIn(cell, coverage.targetSeconds)).toBeGreaterThan(0)
          for (const pitch of task.notes) expect(pitch >= task.lowest && pitch <= task.highest).toBe(true)
        }
      }),
    )
  })

  it('fill every hole when each is played as asked', () => {
    let slices: PlayedSlice[] = [createSlice()]
    for (let round = 0; round < 60 && cover(slices).holeCount > 0; round++) {
      const tasks = planTasks(cover(slices), { seconds: 40 })
      expect(tasks.length).toBeGreaterThan(0)
      for (const task of tasks) {
        const played = obey(task)
        expect(judgePlaying(task, [played])).toMatchObject({ isFitting: true, faults: [] })
        slices = [...slices, played]
      }
    }
    expect(cover(slices).missingSeconds).toBe(0)
  })

  it('keep to the bowings and levels that are wished for, and are none where nothing is missing', () => {
    const tasks = planTasks(cover([]), { seconds: 40, articulations: ['spiccato'], dynamics: ['soft'] })
    expect(tasks.length).toBeGreaterThan(1)
    expect(tasks.every(({ articulation, dynamics }) => articulation === 'spiccato' && dynamics === 'soft')).toBe(true)
    expect(planTasks(cover([], 0.0001), { seconds: 3 })).toEqual([])
  })

  it('say what is wrong with what was played', () => {
    const [task] = planTasks(cover([]), { seconds: 8, articulations: ['staccato'], dynamics: ['loud'] })
    if (task === undefined) throw new TypeError('a task was planned')
    const good = obey(task)
    const faultsOf = (fields: Partial<CheckedSlice>): string[] => judgePlaying(task, [{ ...good, ...fields }]).faults
    const shift = (semitones: number): CheckedSlice['notes'] => good.notes.map((note) => ({ ...note, pitch: note.pitch + semitones }))
    expect(faultsOf({})).toEqual([])
    expect(faultsOf({ notes: [], pitchLow: null, pitchHigh: null })).toEqual(['silent'])
    expect(faultsOf({ notes: shift(-24) })).toEqual(['too-low'])
    expect(faultsOf({ notes: shift(24) })).toEqual(['too-high'])
    expect(faultsOf({ loudnessDb: LEVELS.soft })).toEqual(['too-soft'])
    expect(faultsOf({ articulation: 'legato' })).toEqual(['other-articulation'])
    expect(faultsOf({ articulation: 'short' })).toEqual(['unclear-articulation'])
    expect(faultsOf({ notes: good.notes.slice(0, 2), durationSeconds: 1 })).toEqual(['too-short'])
    expect(faultsOf({ spoiltBy: ['Clipped.'] })).toEqual(['spoilt'])
    expect(judgePlaying(task, [{ ...good, spoiltBy: ['Clipped.'] }]).marks).toEqual(['Clipped.'])
  })
})
