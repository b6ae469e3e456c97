import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LANES, type Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { centsBetween, midiToHz } from '#music/pitch.ts'
import { analyzeExpression, assignFrames, MOST_CENTRE_CENTS, performanceExpression } from './analyze-expression.ts'
import { performNotes } from './perform.ts'
import { rebuildPitch } from './rebuild-pitch.ts'

const note = (onsetSeconds: number, durationSeconds: number, pitch: number, more: Partial<Note> = {}): Note => ({
  onsetSeconds,
  durationSeconds,
  pitch,
  velocity: 0.7,
  confidence: 1,
  ...more,
})

const melodies = fc
  .array(
    fc.record({
      length: fc.double({ min: 0.3, max: 1.4, noNaN: true }),
      rest: fc.constantFrom(0, 0, 0.3),
      step: fc.integer({ min: -5, max: 5 }),
      slur: fc.boolean(),
      detune: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts): Note[] => {
    let t = 0.2
    let key = 74
    return parts.map(({ length, rest, step, slur, detune }) => {
      key += step
      const made = note(t, length, key + detune, { isSlurred: slur })
      t += length + rest
      return made
    })
  })
const lanesArbitrary: fc.Arbitrary<Lanes> = fc
  .record({
    vibratoDepth: fc.integer({ min: 0, max: 40 }),
    vibratoRate: fc.double({ min: 4, max: 7.5, noNaN: true }),
    articulation: fc.constantFrom('legato' as const, 'detache' as const, 'staccato' as const),
  })
  .map(({ vibratoDepth, vibratoRate, articulation }) => ({
    ...DEFAULT_LANES,
    articulation,
    vibratoDepth: [{ at: 0, value: vibratoDepth }],
    vibratoRate: [{ at: 0, value: vibratoRate }],
  }))

/** Mean over a quarter of a second around each frame. */
const smoothed = (values: Float64Array): Float64Array =>
  values.map((_, i) => {
    const part = values.subarray(Math.max(0, i - 12), i + 13)
    return part.reduce((sum, x) => sum + x, 0) / part.length
  })
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0
const centsOf = (f0: Float32Array): Float64Array => Float64Array.from(f0, (hz) => centsBetween(440, hz))

describe('analyzeExpression', () => {
  it('comes back from what performNotes plays', () => {
    fc.assert(
      fc.property(melodies, lanesArbitrary, fc.nat(), (notes, lanes, seed) => {
        const curves = performNotes(notes, lanes, { seed })
        const expression = performanceExpression(notes, curves)
        const rebuilt = rebuildPitch(notes, expression, { frames: curves.frames })
        const [before, after] = [smoothed(centsOf(curves.f0)), smoothed(centsOf(rebuilt))]
        const errors = [...before].map((cents, i) => Math.abs(cents - (after[i] ?? 0)))
        expect(quantile(errors, 0.5)).toBeLessThan(5)
        expect(quantile(errors, 0.9)).toBeLessThan(20)
        expect(expression.loudnessDb).toEqual(curves.loudnessDb)
        // The vibrato's power, over the clip.
        const played = Math.sqrt(curves.vibratoCents.reduce((sum, x) => sum + x * x, 0) / curves.frames)
        const found = Math.sqrt(expression.vibratoCents.reduce((sum, x) => sum + (x * x) / 2, 0) / curves.frames)
        expect(Math.abs(found - played)).toBeLessThan(1.5 + 0.2 * played)
      }),
      { numRuns: 40 },
    )
  })

  it('keeps every curve inside its range, whatever the pitch does', () => {
    const anyPitch = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 60, max: 4000, noNaN: true })), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(anyPitch, melodies, (hz, notes) => {
        const f0 = Float32Array.from(hz)
        const result = analyzeExpression({ f0, loudnessDb: new Float32Array(f0.length).fill(-120), notes })
        for (let i = 0; i < f0.length; i++) {
          expect(Math.abs(result.centreCents[i] ?? NaN)).toBeLessThanOrEqual(MOST_CENTRE_CENTS)
          expect(result.vibratoCents[i]).toBeGreaterThanOrEqual(0)
          expect(result.vibratoHz[i]).toBeGreaterThanOrEqual(3)
          expect(result.vibratoHz[i]).toBeLessThanOrEqual(8.5)
          expect(result.loudnessDb[i]).toBe(-100)
        }
        for (const value of rebuildPitch(notes, result, { frames: f0.length })) expect(value).toBeGreaterThan(0)
      }),
      { numRuns: 40 },
    )
  })

  it('tells vibrato from intonation', () => {
    const frames = 200
    const f0 = Float32Array.from({ length: frames }, (_, i) => midiToHz(69 + 0.17 + 0.25 * Math.sin((2 * Math.PI * 5.5 * i) / 100)))
    const result = analyzeExpression({ f0, loudnessDb: new Float32Array(frames), notes: [note(0, 2, 69)] })
    for (let i = 20; i < 180; i++) {
      expect(Math.abs((result.centreCents[i] ?? 0) - 17)).toBeLessThan(2)
      expect(Math.abs((result.vibratoCents[i] ?? 0) - 25)).toBeLessThan(3)
      expect(Math.abs((result.vibratoHz[i] ?? 0) - 5.5)).toBeLessThan(0.15)
    }
  })

  it('gives frames after a note to that note', () => {
    const owner = assignFrames([note(0.1, 0.1, 60), note(0.5, 0.1, 62)], 80)
    expect([owner[0], owner[30], owner[49], owner[50], owner[79]]).toEqual([0, 0, 0, 1, 1])
  })

  it('holds a pitch where there are no notes', () => {
    const silent = analyzeExpression({ f0: new Float32Array(50), loudnessDb: new Float32Array(50).fill(-100), notes: [] })
    for (const hz of rebuildPitch([], silent, { frames: 50 })) expect(hz).toBeCloseTo(440)
  })
})
