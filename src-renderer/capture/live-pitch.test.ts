import { expect, it } from 'vitest'
import { measureLevel } from './level.ts'
import { LivePitchTracker } from './live-pitch.ts'

const sine = (freqHz: number, lengthSamples: number): Float32Array =>
  Float32Array.from({ length: lengthSamples }, (_, i) => 0.5 * Math.sin((2 * Math.PI * freqHz * i) / 44100))

it.each([98, 220, 440, 1046.5])('follows a hum at %d Hz within 10 cents', (freqHz) => {
  const tracker = new LivePitchTracker(44100)
  const sound = sine(freqHz, 4096)
  let heard = null
  for (let i = 0; i < sound.length; i += 1024) heard = tracker.track(sound.subarray(i, i + 1024)).pitch
  expect(Math.abs((heard ?? 0) - (69 + 12 * Math.log2(freqHz / 440)))).toBeLessThan(0.1)
})

it('hears no pitch in silence', () => expect(new LivePitchTracker(44100).track(new Float32Array(2048)).pitch).toBeNull())

it('measures level in dBFS', () => {
  const { peakDb, rmsDb } = measureLevel(sine(441, 4410))
  expect(peakDb).toBeCloseTo(-6.02, 1)
  expect(rmsDb).toBeCloseTo(-9.03, 1)
  expect(measureLevel(new Float32Array(8)).peakDb).toBe(-100)
})
