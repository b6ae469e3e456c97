import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClippingMeter, measureClipping } from './clipping-meter.ts'

const makeSine = (hz: number, gain: number): Float32Array =>
  Float32Array.from({ length: 22050 }, (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / 44100))
const cut = (pcm: Float32Array, ceiling: number): Float32Array => pcm.map((x) => Math.max(-ceiling, Math.min(ceiling, x)))

describe('measuring clipping', () => {
  it.each([110, 220, 440, 1500])('leaves a pure tone of %d Hz alone, and knows it when it is cut', (hz) => {
    expect(measureClipping(makeSine(hz, 0.3))).toBe(0)
    expect(measureClipping(cut(makeSine(hz, 0.5), 0.3))).toBeGreaterThan(0.4)
  })

  it('calls silence and a rising line unclipped, and forgets a ceiling that was broken', () => {
    expect(measureClipping(new Float32Array(1000))).toBe(0)
    expect(measureClipping(Float32Array.from({ length: 1000 }, (_, i) => i / 1000))).toBe(0)
    expect(measureClipping(Float32Array.of(...new Array<number>(50).fill(0.5), 0, 0.9, 0))).toBe(0)
  })

  it('measures the same however the sound is cut into blocks, at any level', () => {
    const pcm = cut(makeSine(330, 0.8), 0.5)
    const whole = measureClipping(pcm)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: -6, max: 6 }), (length, power) => {
        const meter = createClippingMeter()
        for (let i = 0; i < pcm.length; i += length) meter.push(pcm.subarray(i, i + length).map((x) => x * 2 ** power))
        expect(meter.read()).toBe(whole)
      }),
      { numRuns: 20 },
    )
  })
})
