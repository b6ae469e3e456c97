import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { easeOwnPlaying } from './own-playing.ts'

const sung = [
  { onsetSeconds: 0.51, durationSeconds: 0.46, velocity: 0.9, scoopCents: -120 },
  { onsetSeconds: 0.97, durationSeconds: 0.5, velocity: 0.5, scoopCents: 40 },
  { onsetSeconds: 1.55, durationSeconds: 0.9, velocity: 0.7 },
]
const ALL = { timing: 1, dynamics: 1, scoops: 1, bpm: 120 }

describe('how much of the singer is kept', () => {
  it('all of it is what was sung', () => expect(easeOwnPlaying(sung, ALL)).toEqual(sung))

  it('no timing lies on one grid of sixteenths, joined notes stay joined', () => {
    const notes = easeOwnPlaying(sung, { ...ALL, timing: 0 })
    const steps = notes.map(({ onsetSeconds }) => (onsetSeconds - (notes[0]?.onsetSeconds ?? 0)) / 0.125)
    for (const step of steps) expect(Math.abs(step - Math.round(step))).toBeLessThan(1e-9)
    expect(notes[0]!.onsetSeconds + notes[0]!.durationSeconds).toBeCloseTo(notes[1]!.onsetSeconds, 9)
    expect(easeOwnPlaying(sung, { timing: 0, dynamics: 1, scoops: 1 })).toEqual(sung)
  })

  it('no dynamics is even, half of them half as far from the mean', () => {
    expect(new Set(easeOwnPlaying(sung, { ...ALL, dynamics: 0 }).map(({ velocity }) => velocity.toFixed(6)))).toEqual(new Set(['0.700000']))
    expect(easeOwnPlaying(sung, { ...ALL, dynamics: 0.5 })[0]?.velocity).toBeCloseTo(0.8)
  })

  it('scoops are scaled, and gone at none', () => {
    expect(easeOwnPlaying(sung, { ...ALL, scoops: 0.5 })[0]?.scoopCents).toBe(-60)
    expect(easeOwnPlaying(sung, { ...ALL, scoops: 0 })[0]).not.toHaveProperty('scoopCents')
  })

  it('keeps notes in order and one at a time, however they were sung', () => {
    const melody = fc
      .array(fc.record({ gap: fc.double({ min: 0, max: 0.7, noNaN: true }), length: fc.double({ min: 0.05, max: 1, noNaN: true }) }), {
        maxLength: 12,
      })
      .map((parts) => {
        let at = 0
        return parts.map(({ gap, length }) => {
          const onsetSeconds = at + gap
          at = onsetSeconds + length
          return { onsetSeconds, durationSeconds: length, velocity: 0.7 }
        })
      })
    fc.assert(
      fc.property(melody, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 40, max: 240 }), (notes, timing, bpm) => {
        const eased = easeOwnPlaying(notes, { timing, dynamics: 1, scoops: 0, bpm })
        eased.forEach((note, i) => {
          expect(note.onsetSeconds).toBeGreaterThanOrEqual(0)
          expect(note.durationSeconds).toBeGreaterThan(0)
          const next = eased[i + 1]
          if (next !== undefined) expect(note.onsetSeconds + note.durationSeconds).toBeLessThanOrEqual(next.onsetSeconds + 1e-9)
        })
      }),
      { seed: 5 },
    )
  })
})
