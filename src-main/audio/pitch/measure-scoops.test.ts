import { expect, it } from 'vitest'
import type { Note } from '#contract/melody.ts'
import { midiToHz } from '#music/pitch.ts'
import { measureScoops } from './measure-scoops.ts'

const note = (onsetSeconds: number, pitch: number): Note => ({ onsetSeconds, durationSeconds: 0.5, pitch, velocity: 0.7, confidence: 1 })

it('measures where the singer began each note, whatever the octave it was put in', () => {
  const hopSeconds = 0.01
  // Sung an octave below the notes; the first from 200 cents below, the second straight, the third never voiced.
  const scoop = (t: number): number => (t < 0.5 ? -2 * Math.exp(-t / 0.06) : 0)
  const f0 = Array.from({ length: 150 }, (_, i) => {
    const t = i * hopSeconds
    return t >= 1 ? 0 : midiToHz((t < 0.5 ? 57 : 60) + scoop(t))
  })
  const notes = measureScoops([note(0, 69), note(0.5, 72), note(1, 74)], { hopSeconds, f0, voicing: f0.map((hz) => (hz > 0 ? 1 : 0)) })
  expect(notes[0]?.scoopCents).toBeLessThan(-130)
  expect(notes[0]?.scoopCents).toBeGreaterThan(-210)
  expect(notes[1]?.scoopCents).toBe(0)
  expect(notes[2]).not.toHaveProperty('scoopCents')
})
