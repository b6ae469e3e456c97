import { expect, it } from 'vitest'
import { toHumCurve, toTakeCurve } from './hum-curve.ts'

const note = (onsetSeconds: number, pitch: number) => ({ onsetSeconds, durationSeconds: 0.1, pitch, velocity: 0.7, confidence: 1 })

it('draws a low hum where its notes were placed, and leaves silence open', () => {
  const track = { hopSeconds: 0.05, f0: [220, 220, 220, 0, 247, 247], voicing: [1, 1, 1, 0, 1, 0.2] }
  const curve = toHumCurve(track, [note(0, 69), note(0.2, 71)])
  expect(curve?.pitches.map((pitch) => pitch && Math.round(pitch))).toEqual([69, 69, 69, null, 71, null])
})

it('keeps the octave when single notes were moved far', () => {
  const track = { hopSeconds: 0.05, f0: Array<number>(30).fill(440), voicing: Array<number>(30).fill(1) }
  const curve = toHumCurve(track, [note(0, 69), note(0.3, 69), note(0.6, 81)])
  expect(curve?.pitches[0]).toBeCloseTo(69)
})

it('has nothing to draw without a recording', () => expect(toHumCurve(undefined, [])).toBeNull())

it('lays a slower take an octave up over its melody', () => {
  const track = { hopSeconds: 0.02, f0: [880, 0], voicing: [1, 0] }
  expect(toTakeCurve(track, { tempo: 0.5, octave: 1 })).toEqual({ hopSeconds: 0.01, pitches: [69, null] })
})
