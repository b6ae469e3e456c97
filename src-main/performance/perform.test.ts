import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LANES, type Lanes } from '#contract/expression.ts'
import { ARTICULATIONS, type Note } from '#contract/melody.ts'
import { centsBetween, midiToHz } from '#music/pitch.ts'
import { performNotes } from './perform.ts'
import { placeNotes } from './place-notes.ts'

const note = (onsetSeconds: number, durationSeconds: number, pitch: number, more: Partial<Note> = {}): Note => ({
  onsetSeconds,
  durationSeconds,
  pitch,
  velocity: 0.7,
  confidence: 1,
  ...more,
})
const constant = (value: number) => [{ at: 0, value }]

const melodyOf = (gaps: readonly { length: number; rest: number; pitch: number; slur: boolean }[]): Note[] => {
  let t = 0.2
  return gaps.map(({ length, rest, pitch, slur }) => {
    const made = note(t, length, pitch, { isSlurred: slur })
    t += length + rest
    return made
  })
}
const melodies = fc
  .array(
    fc.record({
      length: fc.double({ min: 0.15, max: 1.2, noNaN: true }),
      rest: fc.constantFrom(0, 0, 0, 0.03, 0.5),
      pitch: fc.integer({ min: 55, max: 100 }),
      slur: fc.boolean(),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map(melodyOf)
const lanesArbitrary: fc.Arbitrary<Lanes> = fc
  .record({
    articulation: fc.constantFrom(...ARTICULATIONS),
    dynamics: fc.double({ min: 0.1, max: 1, noNaN: true }),
    vibrato: fc.integer({ min: 0, max: 60 }),
    attack: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ articulation, dynamics, vibrato, attack }) => ({
    ...DEFAULT_LANES,
    articulation,
    dynamics: constant(dynamics),
    vibratoDepth: constant(vibrato),
    attack: constant(attack),
  }))
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

const ring = (name: string): number => (name === 'pizzicato' ? 0.35 : 0.26)

describe('performNotes', () => {
  it('is a function of its arguments', () => {
    fc.assert(
      fc.property(melodies, lanesArbitrary, seeds, (notes, lanes, seed) => {
        expect(performNotes(notes, lanes, { seed })).toEqual(performNotes(notes, lanes, { seed }))
      }),
      { numRuns: 20 },
    )
  })

  it('differs between seeds', () => {
    const notes = [note(0.1, 1, 69), note(1.1, 1, 71)]
    expect(performNotes(notes, DEFAULT_LANES, { seed: 1 }).f0).not.toEqual(performNotes(notes, DEFAULT_LANES, { seed: 2 }).f0)
  })

  it('keeps every frame of a note within 50 cents of it, transitions apart', () => {
    fc.assert(
      fc.property(melodies, lanesArbitrary, seeds, (notes, lanes, seed) => {
        const { f0, frames } = performNotes(notes, lanes, { seed })
        let worst = 0
        notes.forEach((one, index) => {
          const end = Math.min(one.onsetSeconds + one.durationSeconds, notes[index + 1]?.onsetSeconds ?? Infinity)
          for (let i = Math.ceil((one.onsetSeconds + 0.03) * 100); i < Math.min(frames, (end - 0.04) * 100); i++) {
            worst = Math.max(worst, Math.abs(centsBetween(midiToHz(one.pitch), f0[i])))
          }
        })
        expect(worst).toBeLessThan(50)
      }),
      { numRuns: 40 },
    )
  })

  it('holds more than 98 of 100 note frames of an ordinary melody within 50 cents, transitions and all', () => {
    const pitches = [69, 71, 73, 74, 76, 69, 81, 78, 76, 74, 73, 71]
    const notes = pitches.map((pitch, i) => note(0.1 + i * 0.5, 0.5, pitch))
    const { f0, isNote } = performNotes(notes, DEFAULT_LANES, { seed: 4 })
    let inside = 0
    let all = 0
    isNote.forEach((flag, i) => {
      if (flag === 0) return
      const wanted = pitches[Math.min(pitches.length - 1, Math.floor((i / 100 - 0.1 + 1e-9) / 0.5))]
      all++
      if (Math.abs(centsBetween(midiToHz(wanted), f0[i])) <= 50) inside++
    })
    expect(all).toBeGreaterThan(590)
    expect(inside / all).toBeGreaterThan(0.98)
  })

  it('is silent in rests once the string has rung off, and sounds in every note', () => {
    fc.assert(
      fc.property(melodies, lanesArbitrary, seeds, (notes, lanes, seed) => {
        const { loudnessDb, frames, frameRate } = performNotes(notes, lanes, { seed })
        const loud = [...loudnessDb.keys()].filter((i) => {
          const t = i / frameRate
          const isNear = notes.some(
            (one) => t > one.onsetSeconds - 0.021 && t < one.onsetSeconds + one.durationSeconds + ring(lanes.articulation),
          )
          return !isNear && loudnessDb[i] !== -100
        })
        expect(loud).toEqual([])
        expect(loudnessDb.length).toBe(frames)
        for (const one of notes) {
          const from = Math.ceil(one.onsetSeconds * 100)
          expect(Math.max(...loudnessDb.subarray(from, from + 8))).toBeGreaterThan(-60)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('gives f0 above zero, loudness at most -6 dBFS, brightness and flags in range on every frame', () => {
    fc.assert(
      fc.property(melodies, lanesArbitrary, seeds, (notes, lanes, seed) => {
        const curves = performNotes(notes, lanes, { seed, durationSeconds: 6 })
        expect(curves.frames).toBe(600)
        const isWrong = (i: number): boolean =>
          !(curves.f0[i] > 150) ||
          curves.loudnessDb[i] > -6 ||
          !(curves.brightness[i] >= 0 && curves.brightness[i] <= 1) ||
          curves.noteAge[i] < 0 ||
          curves.noteRemaining[i] > 0 !== (curves.isNote[i] === 1)
        expect([...curves.f0.keys()].filter(isWrong)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('plays no vibrato on notes under a quarter second and some on long ones', () => {
    const lanes = { ...DEFAULT_LANES, vibratoDepth: constant(30) }
    const short = performNotes([note(0.1, 0.2, 69), note(0.3, 0.2, 71)], lanes, { seed: 3 })
    expect(Math.max(...short.vibratoCents.map(Math.abs))).toBe(0)
    const long = performNotes([note(0.1, 2, 69)], lanes, { seed: 3 })
    expect(Math.max(...long.vibratoCents.map(Math.abs))).toBeGreaterThan(15)
    expect(Math.max(...long.vibratoCents.subarray(0, 15).map(Math.abs))).toBeLessThan(5)
  })

  it('shapes articulations differently', () => {
    const notes = [0, 1, 2, 3].map((i) => note(0.1 + i * 0.5, 0.5, 69 + i))
    const soundingFrames = (articulation: Lanes['articulation']): number =>
      performNotes(notes, { ...DEFAULT_LANES, articulation }, { seed: 5 }).loudnessDb.filter((level) => level > -45).length
    expect(soundingFrames('spiccato')).toBeLessThan(soundingFrames('staccato'))
    expect(soundingFrames('staccato')).toBeLessThan(soundingFrames('legato') * 0.8)
    expect(performNotes(notes, { ...DEFAULT_LANES, articulation: 'legato' }, { seed: 5 }).strokeSeconds.length).toBe(1)
    expect(performNotes(notes, { ...DEFAULT_LANES, articulation: 'detache' }, { seed: 5 }).strokeSeconds.length).toBe(4)
    expect(performNotes(notes, { ...DEFAULT_LANES, articulation: 'tremolo' }, { seed: 5 }).strokeSeconds.length).toBeGreaterThan(12)
  })

  it('plays louder where the dynamics lane is higher', () => {
    const lanes = {
      ...DEFAULT_LANES,
      dynamics: [
        { at: 0, value: 0.1 },
        { at: 1, value: 0.95 },
      ],
    }
    const notes = [0, 1, 2, 3].map((i) => note(i, 1, 69 + i))
    const { loudnessDb, brightness } = performNotes(notes, lanes, { seed: 8, durationSeconds: 4 })
    expect(loudnessDb[350] - loudnessDb[50]).toBeGreaterThan(10)
    expect(brightness[350]).toBeGreaterThan(brightness[50])
  })

  it('gives an empty performance for no notes', () => {
    const curves = performNotes([], DEFAULT_LANES, { seed: 1, durationSeconds: 1 })
    expect(curves.frames).toBe(100)
    expect(curves.loudnessDb.every((level) => level === -100)).toBe(true)
  })
})

describe('placeNotes', () => {
  it('stretches by the tempo, moves by octaves and stays on the violin', () => {
    const placed = placeNotes([note(1, 0.5, 57), note(2, 0.5, 48)], { tempo: 2, octave: 1 })
    expect(placed.map(({ onsetSeconds, durationSeconds, pitch }) => [onsetSeconds, durationSeconds, pitch])).toEqual([
      [0.5, 0.25, 69],
      [1, 0.25, 60],
    ])
  })

  it.each([
    { what: 'a melody that begins below the violin', pitches: [48, 52, 55, 60], octave: 0, placed: [60, 64, 67, 72] },
    { what: 'a melody asked down too far', pitches: [62, 69], octave: -1, placed: [62, 69] },
    { what: 'a melody asked up too far', pitches: [88, 98], octave: 1, placed: [88, 98] },
    { what: 'a melody wider than the violin', pitches: [43, 69, 105], octave: 0, placed: [55, 81, 105] },
  ])('$what moves as one', ({ pitches, octave, placed }) => {
    const notes = pitches.map((pitch, i) => note(i, 0.5, pitch))
    expect(placeNotes(notes, { tempo: 1, octave }).map(({ pitch }) => pitch)).toEqual(placed)
    expect(placeNotes([], { tempo: 1, octave })).toEqual([])
  })
})

it('slides into a note as the singer did, where the note says so', () => {
  const sung = performNotes([note(0.2, 1, 69, { scoopCents: -150 })], DEFAULT_LANES, { seed: 3 })
  const plain = performNotes([note(0.2, 1, 69)], DEFAULT_LANES, { seed: 3 })
  const cents = (frame: number): number => centsBetween(sung.f0[frame] ?? 0, plain.f0[frame] ?? 1)
  expect(Math.abs(cents(21))).toBeGreaterThan(90)
  expect(Math.abs(cents(27))).toBeGreaterThan(30)
  expect(Math.abs(cents(60))).toBeLessThan(3)
})
