import { expect, it } from 'vitest'
import { measureEarLoudness } from './ear-loudness.ts'

const sine = (seconds: number, hz: number, gain: number, sampleRate = 48000): Float32Array =>
  Float32Array.from({ length: seconds * sampleRate }, (_, n) => gain * Math.sin((2 * Math.PI * hz * n) / sampleRate))

it.each([44100, 48000])('reads a full sine of 997 Hz as -3.01 LUFS at %d Hz', (sampleRate) => {
  expect(measureEarLoudness(sine(2, 997, 1, sampleRate), sampleRate)).toBeCloseTo(-3.01, 1)
})

it('is not moved by silence around the sound', () => {
  const sound = sine(3, 440, 0.1)
  const padded = new Float32Array(sound.length * 3)
  padded.set(sound, sound.length)
  expect(Math.abs(measureEarLoudness(padded, 48000) - measureEarLoudness(sound, 48000))).toBeLessThan(0.5)
})

it('hears a high tone louder than a low one of the same power, and nothing in silence', () => {
  expect(measureEarLoudness(sine(1, 3000, 0.1), 48000) - measureEarLoudness(sine(1, 100, 0.1), 48000)).toBeGreaterThan(3)
  expect(measureEarLoudness(new Float32Array(48000), 48000)).toBe(-70)
  expect(measureEarLoudness(new Float32Array(0), 48000)).toBe(-70)
})
