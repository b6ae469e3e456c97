import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noteSchema, type Note } from '#contract/melody.ts'
import { createRandom } from '#main/foundation/random.ts'
import { findOnsets, measureOnsetCurves } from './onsets.ts'
import { findPlateaus } from './pitch-plateaus.ts'
import { segmentNotes } from './segment-notes.ts'
import { synthesizeHum } from './synthesize-hum.ts'
import { trackF0 } from './track-f0.ts'

const expectOrdered = (notes: readonly Note[]): void => {
  for (const [i, note] of notes.entries()) {
    noteSchema.parse(note)
    const next = notes[i + 1]
    if (next !== undefined) expect(note.onsetSeconds + note.durationSeconds).toBeLessThanOrEqual(next.onsetSeconds + 1e-6)
  }
}

describe('segmentNotes', { timeout: 60000 }, () => {
  it('gives ordered, disjoint notes for any pitch track over any sound', () => {
    const frame = fc.oneof(fc.constant(0), fc.double({ min: 70, max: 3500, noNaN: true }))
    const run = fc.tuple(frame, fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 0.5, noNaN: true }))
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), fc.integer(), (runs, seed) => {
        const random = createRandom(seed)
        const f0 = Float32Array.from(runs.flatMap(([hz, length]) => Array.from({ length }, () => hz)))
        const loud = runs.flatMap(([, length, level]) => Array.from({ length }, () => level))
        const pcm = Float32Array.from({ length: f0.length * 160 }, (_, n) => loud[Math.floor(n / 160)] * random.normal())
        expectOrdered(segmentNotes({ hopSeconds: 0.01, f0, voicing: f0.map((hz) => (hz > 0 ? 0.9 : 0)) }, pcm, 16000))
      }),
      { numRuns: 25, seed: 11 },
    )
  })

  it('parts repeated notes and finds a rest', () => {
    const melody = [60, 60, 60, 64, 64].map((pitch, i): Note => ({
      onsetSeconds: i * 0.35 + (i > 2 ? 0.4 : 0),
      durationSeconds: 0.34,
      pitch,
      velocity: 0.7,
      confidence: 1,
    }))
    const hum = synthesizeHum(melody, { syllable: 'da', seed: 4 })
    const notes = segmentNotes(trackF0(hum.pcm, hum.sampleRate), hum.pcm, hum.sampleRate)
    expectOrdered(notes)
    expect(notes.length).toBe(5)
    for (const [i, note] of notes.entries()) {
      expect(Math.abs(note.onsetSeconds - hum.notes[i].onsetSeconds)).toBeLessThan(0.05)
      expect(Math.abs(note.pitch - hum.notes[i].pitch)).toBeLessThan(0.3)
    }
    expect(notes[2].onsetSeconds + notes[2].durationSeconds).toBeLessThan(notes[3].onsetSeconds - 0.25)
  })
})

describe('findPlateaus', () => {
  it('cuts at a step in the middle of its glide and ignores vibrato', () => {
    const pitch = Float64Array.from({ length: 100 }, (_, t) => {
      const glide = Math.min(1, Math.max(0, (t - 45) / 10))
      return 60 + 2 * glide + 0.3 * Math.sin((2 * Math.PI * t) / 18)
    })
    const plateaus = findPlateaus(pitch)
    expect(plateaus.length).toBe(2)
    expect(Math.abs(plateaus[1].first - 50)).toBeLessThanOrEqual(3)
    expect(plateaus[0].first).toBe(0)
    expect(plateaus[1].end).toBe(100)
  })

  it('says nothing about no pitch', () => {
    expect(findPlateaus(new Float64Array(5).fill(NaN))).toEqual([])
  })
})

describe('findOnsets', () => {
  it('finds the starts of separate tones within 15 ms', () => {
    const starts = [0.3, 0.7, 1.05]
    const pcm = Float32Array.from({ length: 22050 * 1.5 }, (_, n) => {
      const t = n / 22050
      const since = Math.min(...starts.filter((start) => t >= start).map((start) => t - start), Infinity)
      return since < 0.25
        ? 0.4 * Math.exp(-6 * since) * [1, 2, 3, 5].reduce((sum, k) => sum + Math.sin(2 * Math.PI * 330 * k * t) / k, 0)
        : 0
    })
    const onsets = findOnsets(measureOnsetCurves(pcm, 22050))
    for (const start of starts) expect(Math.min(...onsets.map(({ seconds }) => Math.abs(seconds - start)))).toBeLessThan(0.015)
    expect(onsets.length).toBeLessThanOrEqual(6)
  })
})
