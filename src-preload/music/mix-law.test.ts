import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fadeGain, isAudible, makeReverbImpulse, measureReverbSamples, panGains } from './mix-law.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('the mix law', () => {
  it('lets cross-fades keep the sum, or the power', () => {
    fc.assert(
      fc.property(share, (x) => {
        for (const shape of ['linear', 'smooth'] as const) expect(fadeGain(shape, x) + fadeGain(shape, 1 - x)).toBeCloseTo(1, 9)
        expect(fadeGain('equalPower', x) ** 2 + fadeGain('equalPower', 1 - x) ** 2).toBeCloseTo(1, 9)
      }),
    )
  })

  it('pans by lowering the far side alone', () => {
    expect(panGains(0)).toEqual({ left: 1, right: 1 })
    expect(panGains(-1).left).toBe(1)
    expect(panGains(-1).right).toBeCloseTo(0, 12)
    fc.assert(
      fc.property(share, (pan) => {
        expect(panGains(pan).left).toBe(panGains(-pan).right)
        expect(panGains(pan).right).toBe(1)
      }),
    )
  })

  it('hears soloed tracks alone, and never muted ones', () => {
    const tracks = [
      { isMuted: false, isSoloed: false },
      { isMuted: false, isSoloed: true },
      { isMuted: true, isSoloed: true },
    ]
    expect(tracks.map((track) => isAudible(track, tracks))).toEqual([false, true, false])
    expect(isAudible({ isMuted: false, isSoloed: false }, [{ isSoloed: false }])).toBe(true)
  })

  it('makes a reverb of unit energy that falls by 60 dB in its time, the same every time', () => {
    const [left, right] = makeReverbImpulse(48000, 0.5)
    expect(left.length).toBe(measureReverbSamples(48000, 0.5))
    expect(makeReverbImpulse(48000, 0.5)[0]).toEqual(left)
    const energy = (pcm: Float32Array): number => pcm.reduce((sum, x) => sum + x * x, 0)
    expect(energy(left)).toBeCloseTo(1, 6)
    expect(Math.abs(left.reduce((sum, x, i) => sum + x * right[i]!, 0))).toBeLessThan(0.1)
    const delay = measureReverbSamples(48000, 0) // what remains without a tail
    const levelDb = (seconds: number): number =>
      10 * Math.log10(energy(left.subarray(delay + seconds * 48000, delay + (seconds + 0.02) * 48000)))
    expect(levelDb(0.05) - levelDb(0.45)).toBeGreaterThan(46)
    expect(levelDb(0.05) - levelDb(0.45)).toBeLessThan(50)
  })
})
