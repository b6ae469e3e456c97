import { describe, expect, it } from 'vitest'
import { measureBrightness, measureFrameLoudness } from './frame-measures.ts'

const sine = (freqHz: number, gain: number, lengthSamples = 44100): Float32Array =>
  Float32Array.from({ length: lengthSamples }, (_, n) => gain * Math.sin((2 * Math.PI * freqHz * n) / 44100))

describe('measureFrameLoudness', () => {
  it('gives the level of a sine and -100 in silence', () => {
    const loudness = measureFrameLoudness(sine(440, 0.5))
    expect(loudness.length).toBe(100)
    for (const level of loudness.subarray(2, 98)) expect(level).toBeCloseTo(20 * Math.log10(0.5 / Math.SQRT2), 1)
    expect(measureFrameLoudness(new Float32Array(4410)).every((level) => level === -100)).toBe(true)
  })
})

describe('measureBrightness', () => {
  const f0 = new Float32Array(100).fill(440)
  it('rises with the overtones and does not depend on level', () => {
    const dull = sine(440, 0.3)
    const bright = dull.map((x, n) => x + 0.3 * Math.sin((2 * Math.PI * 4400 * n) / 44100))
    expect(measureBrightness(bright, f0)[50]).toBeGreaterThan(measureBrightness(dull, f0)[50] + 0.2)
    expect(
      measureBrightness(
        bright.map((x) => x / 8),
        f0,
      )[50],
    ).toBeCloseTo(measureBrightness(bright, f0)[50], 4)
  })
})
