import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildPeakPyramid, computePeaks, computeRmsFrames, findPeak } from './levels.ts'
import { measureLogSpectralDistance } from './log-spectral-distance.ts'
import { createRandom } from '#main/foundation/random.ts'

const clip = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 2000 })

describe('levels', () => {
  it('measures a steady tone, and half its energy where the frame hangs over the edge', () => {
    const rms = computeRmsFrames(
      Float32Array.from({ length: 4410 }, (_, i) => Math.sin((2 * Math.PI * i) / 21)),
      441,
    )
    expect(rms.length).toBe(11)
    expect(rms[5]).toBeCloseTo(Math.SQRT1_2, 4)
    expect(rms[0]).toBeCloseTo(0.5, 4)
  })

  it('outlines every sample: the extremes of the parts are those of the clip', () => {
    fc.assert(
      fc.property(clip, fc.integer({ min: 1, max: 500 }), (pcm, count) => {
        const low = Math.min(...pcm)
        const high = Math.max(...pcm)
        const peaks = computePeaks(pcm, count)
        expect(peaks.minima.length).toBe(count)
        expect([Math.min(...peaks.minima), Math.max(...peaks.maxima)]).toEqual([low, high])
        const pyramid = buildPeakPyramid(pcm, 4, 40)
        expect(pyramid[pyramid.length - 1].minima.length).toBeLessThanOrEqual(40)
        for (const { minima, maxima } of pyramid) expect([Math.min(...minima), Math.max(...maxima)]).toEqual([low, high])
        expect(findPeak(pcm)).toBe(Math.max(Math.abs(low), Math.abs(high)))
      }),
      { numRuns: 60 },
    )
  })
})

describe('log-spectral distance', () => {
  const random = createRandom(7)
  const noise = Float32Array.from({ length: 11025 }, () => 0.1 * random.normal())

  it('is zero for the same clip at any level', () => {
    expect(measureLogSpectralDistance(noise, noise, 44100).meanDb).toBe(0)
    const { meanDb, levelMatchDb } = measureLogSpectralDistance(
      noise,
      noise.map((x) => x / 4),
      44100,
    )
    expect(meanDb).toBeCloseTo(0, 5)
    expect(levelMatchDb).toBeCloseTo(12.04, 2)
  })

  it('is 3 dB when half of a steady clip is 6 dB louder: 4 dB too soft there, 2 dB too loud here', () => {
    const uneven = noise.map((x, i) => (i < noise.length / 2 ? x : 2 * x))
    expect(Math.abs(measureLogSpectralDistance(noise, uneven, 44100).meanDb - (3.98 + 2.04) / 2)).toBeLessThan(0.15)
  })

  it('grows with the noise that is added', () => {
    const tone = noise.map((_, i) => 0.3 * Math.sin(i / 15))
    const distances = [0.001, 0.01, 0.1].map((gain) => measureLogSpectralDistance(tone, tone.map((x, i) => x + gain * noise[i]), 44100).meanDb) // prettier-ignore
    expect(distances[0]).toBeGreaterThan(0)
    expect(distances[1]).toBeGreaterThan(distances[0] + 1)
    expect(distances[2]).toBeGreaterThan(distances[1] + 1)
  })

  it('is at most 80 dB, even from silence, and 0 between silences', () => {
    const silence = new Float32Array(noise.length)
    const { meanDb } = measureLogSpectralDistance(noise, silence, 44100)
    expect(meanDb).toBeGreaterThan(40)
    expect(meanDb).toBeLessThanOrEqual(80)
    expect(measureLogSpectralDistance(silence, silence, 44100).meanDb).toBe(0)
  })
})
