import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Note } from '#contract/melody.ts'
import { placeInViolinRange } from './place-in-violin-range.ts'
import { estimateBpm, estimateKey, estimateTuning, snapMelody, snapNotes } from './snap.ts'

const line = (pitches: readonly number[], beatSeconds = 0.5): Note[] =>
  pitches.map((pitch, i) => ({ onsetSeconds: i * beatSeconds, durationSeconds: beatSeconds * 0.9, pitch, velocity: 0.7, confidence: 1 }))

describe('placeInViolinRange', () => {
  it('brings any melody of up to two octaves into range by whole octaves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 100 }),
        fc.array(fc.double({ min: 0, max: 24, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (base, steps) => {
          const notes = line(steps.map((step) => base + step))
          const placed = placeInViolinRange(notes)
          const shift = Math.round((placed[0].pitch - notes[0].pitch) / 12) * 12
          for (const [i, note] of placed.entries()) {
            expect(note.pitch).toBeGreaterThanOrEqual(VIOLIN_LOWEST)
            expect(note.pitch).toBeLessThanOrEqual(VIOLIN_HIGHEST)
            expect(Math.abs(note.pitch - notes[i].pitch - shift)).toBeLessThanOrEqual(0.5 + 1e-9)
          }
        },
      ),
      { seed: 2 },
    )
  })

  it('leaves a violin melody alone and lifts a bass', () => {
    expect(placeInViolinRange(line([67, 71, 74])).map(({ pitch }) => pitch)).toEqual([67, 71, 74])
    expect(placeInViolinRange(line([43, 47, 50])).map(({ pitch }) => pitch)).toEqual([67, 71, 74])
  })
})

describe('snap', () => {
  const flat = [0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 2, 0].map((step) => 61.55 + step) // D major, 45 cents flat
  it('hears the tuning and the key of a flat singer', () => {
    expect(estimateTuning(line(flat))).toBeCloseTo(-45, 0)
    expect(estimateKey(line(flat)).key).toBe('D major')
  })

  it('moves notes onto a key, and a second time not at all', () => {
    const once = snapNotes(line(flat), { key: 'auto' })
    expect(once.key).toBe('D major')
    expect(once.notes.map(({ pitch }) => pitch)).toEqual([62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 64, 62])
    expect(snapNotes(once.notes, { key: 'D major' }).notes).toEqual(once.notes)
    expect(snapNotes(line(flat), { key: 'chromatic' }).notes[0].pitch).toBe(62)
  })

  it('moves gently: tuning out, half-way to near keys, notes between two keys left alone', () => {
    const sung = line([60, 62.2, 64, 65.42, 67, 64, 60, 62, 67]).map((note) => ({ ...note, pitch: note.pitch - 0.3 }))
    const tuning = estimateTuning(sung) / 100
    const moved = snapNotes(sung, { key: 'gentle' })
    expect(moved.key).toBeUndefined()
    moved.notes.forEach((note, i) => {
      const tuned = sung[i].pitch - tuning
      const off = Math.abs(tuned - Math.round(tuned))
      expect(Math.abs(note.pitch - Math.round(tuned))).toBeCloseTo(off <= 0.25 ? off / 2 : off, 6)
    })
  })

  it('moves onsets onto the grid and keeps the notes apart', () => {
    const wobbly = line([60, 62, 64, 65, 67, 65, 64, 62]).map((note, i) => ({
      ...note,
      onsetSeconds: note.onsetSeconds + 0.03 * Math.sin(i * 3) + 0.05,
    }))
    const { notes, bpm } = snapNotes(wobbly, { grid: '1/8', bpm: 120 })
    expect(bpm).toBe(120)
    for (const [i, note] of notes.entries()) {
      const steps = (note.onsetSeconds - notes[0].onsetSeconds) / 0.25
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6)
      const next = notes[i + 1]
      if (next !== undefined) expect(note.onsetSeconds + note.durationSeconds).toBeLessThanOrEqual(next.onsetSeconds + 1e-9)
    }
    expect(notes.length).toBe(8)
  })

  it('hears 120 beats a minute, give or take an octave of tempo', () => {
    const bpm = estimateBpm(line([60, 62, 64, 65, 67, 69, 71, 72]))
    expect([60, 120].some((right) => Math.abs(bpm - right) < 2)).toBe(true)
  })

  it('keeps the rest of a melody and refuses what is not a key', () => {
    const melody = { notes: line([60.2]), durationSeconds: 2 }
    expect(snapMelody(melody, { key: 'C major' })).toMatchObject({ durationSeconds: 2, key: 'C major' })
    expect(() => snapNotes(line([60]), { key: 'H dur' })).toThrowError(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})
