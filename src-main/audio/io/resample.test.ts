import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { countResampled, createStreamResampler, resample } from './resample.ts'

const makeSine = (hz: number, sampleRate: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hz * i) / sampleRate))

/** Largest magnitude of the difference away from the ends, where the filter sees what lies outside. */
const middleError = (a: Float32Array, b: Float32Array): number => {
  let most = 0
  for (let i = Math.floor(a.length / 4); i < (a.length * 3) / 4; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

const PAIRS = [
  [44100, 48000],
  [48000, 44100],
  [96000, 44100],
  [192000, 44100],
  [22050, 44100],
  [8000, 44100],
  [44100, 16000],
  [44100, 44099],
] as const

describe.each(PAIRS)('from %i to %i Hz', (fromRate, toRate) => {
  const nyquist = Math.min(fromRate, toRate) / 2
  const length = Math.round(fromRate * 0.06)

  it('passes tones below 0.92 of the lower Nyquist frequency unchanged and undelayed', () => {
    for (const share of [0.03, 0.4, 0.9]) {
      const output = resample(makeSine(nyquist * share, fromRate, length), fromRate, toRate)
      expect(output.length).toBe(Math.ceil((length * toRate) / fromRate))
      expect(middleError(output, makeSine(nyquist * share, toRate, output.length))).toBeLessThan(3e-5)
    }
  })
})

describe.each(PAIRS.filter(([fromRate, toRate]) => toRate < fromRate - 1000))('down from %i to %i Hz', (fromRate, toRate) => {
  it('keeps tones above the new Nyquist frequency out, 100 dB down', () => {
    for (const share of [1.01, 1.07, 1.3]) {
      const hz = Math.min((toRate / 2) * share, (fromRate / 2) * 0.99)
      const output = resample(makeSine(hz, fromRate, Math.round(fromRate * 0.06)), fromRate, toRate)
      expect(middleError(output, new Float32Array(output.length))).toBeLessThan(1e-5)
    }
  })
})

describe('resampling', () => {
  it('hands equal rates back as they are', () => {
    const pcm = Float32Array.of(1, 2, 3)
    expect(resample(pcm, 44100, 44100)).toBe(pcm)
  })

  it('gives the same samples in blocks as in one piece', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PAIRS),
        fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        ([fromRate, toRate], blockLengths, seed) => {
          const random = createRandom(seed)
          const blocks = blockLengths.map((length) => Float32Array.from({ length }, () => random.normal()))
          const stream = createStreamResampler(fromRate, toRate)
          const streamed = [...blocks.flatMap((block) => [...stream.push(block)]), ...stream.finish()]
          const whole = resample(Float32Array.from(blocks.flatMap((block) => [...block])), fromRate, toRate)
          expect(streamed.length).toBe(whole.length)
          expect(Float32Array.from(streamed)).toEqual(whole)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('makes nothing of nothing', () => {
    expect(countResampled(0, 44100, 48000)).toBe(0)
    expect(resample(new Float32Array(0), 44100, 48000).length).toBe(0)
  })
})
