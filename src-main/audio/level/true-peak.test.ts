import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { limitTruePeak, measureTruePeakDb } from './true-peak.ts'

/** A tone at half of full scale that fades in and out, so that its own edges raise no peak. */
const makeTone = (cyclesPerSample: number, phaseDegrees: number): Float32Array =>
  Float32Array.from({ length: 4800 }, (_, i) => {
    const fade = Math.min(1, i / 1000, (4800 - i) / 1000)
    return 0.5 * fade * Math.sin(2 * Math.PI * cyclesPerSample * i + (phaseDegrees * Math.PI) / 180)
  })

const makeMusic = (seed: number, gain: number): Float32Array => {
  const random = createRandom(seed)
  const hz = random.between(200, 9000)
  return Float32Array.from(
    { length: 6000 },
    (_, i) => gain * (Math.sin((2 * Math.PI * hz * i) / 44100) * Math.sin(i / 900) + 0.2 * random.normal()),
  )
}

describe('true peak', () => {
  it.each([
    [1 / 4, 0],
    [1 / 4, 45],
    [1 / 6, 60],
    [1 / 8, 67.5],
  ])('finds -6 dBTP of a tone at %d of the sample rate and %d degrees (EBU Tech 3341, +0.2 -0.4 dB)', (cycles, phase) => {
    const peakDb = measureTruePeakDb(makeTone(cycles, phase), 48000)
    expect(peakDb).toBeLessThan(-6 + 0.2)
    expect(peakDb).toBeGreaterThan(-6 - 0.4)
  })

  it('is never below the sample peak', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(44100, 96000, 192000), (seed, sampleRate) => {
        const pcm = makeMusic(seed, 0.5)
        expect(measureTruePeakDb(pcm, sampleRate)).toBeGreaterThanOrEqual(20 * Math.log10(Math.max(...pcm.map(Math.abs))) - 1e-6)
      }),
      { numRuns: 20 },
    )
  })
})

describe('limiter', () => {
  it('keeps every clip at or below the ceiling', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.05, max: 4, noNaN: true }), fc.constantFrom(-1, -3, -0.1), (seed, gain, ceilingDb) => {
        expect(measureTruePeakDb(limitTruePeak(makeMusic(seed, gain), 44100, ceilingDb), 44100)).toBeLessThanOrEqual(ceilingDb)
      }),
      { numRuns: 40 },
    )
  })

  it('leaves clips below the ceiling as they are', () => {
    const quiet = makeMusic(1, 0.2)
    expect(limitTruePeak(quiet, 44100)).toBe(quiet)
  })

  it('leaves what is far from a peak nearly untouched', () => {
    const pcm = new Float32Array(44100).map((_, i) => 0.1 * Math.sin(i / 20))
    for (let i = 22000; i < 22100; i++) pcm[i] *= 15
    const limited = limitTruePeak(pcm, 44100)
    for (const i of [0, 5001, 20000, 24000, 44000]) expect(limited[i]).toBeCloseTo(pcm[i], 2)
    expect(Math.abs(limited[22050])).toBeLessThan(0.9)
  })
})
