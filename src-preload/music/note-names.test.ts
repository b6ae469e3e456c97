import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestOctave, readNoteName, toMidi } from './note-names.ts'
import { noteName } from './pitch.ts'

describe('note names', () => {
  it.each([
    ['A4', 69],
    ['C#5', 73],
    ['Bb3', 58],
    ['F♯4', 66],
    ['B flat 4', 70],
    ['Fis4', 66],
    ['H4', 71],
    ['Es5', 75],
    ['Cx4', 62],
    ['Cb4', 59],
  ])('%s is MIDI %i', (text, midi) => {
    const name = readNoteName(text)
    expect(toMidi(name?.semitone ?? NaN, name?.octave ?? NaN)).toBe(midi)
  })

  it.each(['X2', 'A44', '', 'note', 'Ds'])('refuses "%s"', (text) => {
    expect(readNoteName(text)).toBeNull()
  })

  it('reads back every name that Fiddlehead writes', () => {
    for (let midi = 12; midi < 128; midi++) {
      const name = readNoteName(noteName(midi))
      expect(toMidi(name?.semitone ?? NaN, name?.octave ?? NaN)).toBe(midi)
    }
  })

  it('picks the octave within a tritone of the note before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 30, max: 100 }), (semitone, reference) => {
        const midi = nearestOctave(semitone, reference)
        expect((midi - semitone) % 12).toBe(0)
        expect(midi - reference).toBeGreaterThan(-6)
        expect(midi - reference).toBeLessThanOrEqual(6)
      }),
    )
  })
})
