import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { centsBetween } from '#music/pitch.ts'
import { trackF0Mpm } from './track-f0-mpm.ts'
import { trackF0, type F0Tracker } from './track-f0.ts'

const makeSine = (freqHz: number, seconds: number, sampleRate: number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => 0.3 * Math.sin((2 * Math.PI * freqHz * n) / sampleRate))

/** Largest deviation in cents away from the ends. */
const worstCents = (tracker: F0Tracker, freqHz: number, sampleRate: number): number => {
  const { f0 } = tracker(makeSine(freqHz, 0.4, sampleRate), sampleRate)
  const inner = [...f0.subarray(6, f0.length - 6)]
  expect(inner.length).toBeGreaterThan(20)
  return Math.max(...inner.map((hz) => (hz > 0 ? Math.abs(centsBetween(freqHz, hz)) : Infinity)))
}

describe('trackF0', { timeout: 60000 }, () => {
  it('hears a sine within 5 cents from G2 to A7', () => {
    fc.assert(
      fc.property(fc.double({ min: Math.log2(98), max: Math.log2(3520), noNaN: true }), (octaves) => {
        expect(worstCents(trackF0, 2 ** octaves, 44100)).toBeLessThan(5)
      }),
      { numRuns: 10, seed: 3 },
    )
    for (const freqHz of [98, 196, 440, 1760, 3520]) expect(worstCents(trackF0, freqHz, 44100)).toBeLessThan(5)
  })

  it.each([8000, 22050, 48000, 192000])('takes %i Hz', (sampleRate) => {
    expect(worstCents(trackF0, 330, sampleRate)).toBeLessThan(5)
  })

  it('calls silence and white noise unvoiced', () => {
    const random = createRandom(5)
    const noise = Float32Array.from({ length: 44100 }, () => 0.1 * random.normal())
    expect(trackF0(new Float32Array(20000), 44100).f0.every((hz) => hz === 0)).toBe(true)
    expect([...trackF0(noise, 44100).f0].filter((hz) => hz > 0).length).toBeLessThan(5)
  })

  it('has one frame per hop, and none for nothing', () => {
    expect(trackF0(new Float32Array(44100), 44100).f0.length).toBe(101)
    expect(trackF0(new Float32Array(0), 44100).f0.length).toBe(0)
  })

  it('finds a voice under loud mains hum', () => {
    const pcm = Float32Array.from({ length: 88200 }, (_, n) => {
      const t = n / 44100
      const mains = 0.05 * Math.sin(2 * Math.PI * 50 * t) + 0.03 * Math.sin(2 * Math.PI * 150 * t)
      const voice = t > 0.5 && t < 1.5 ? [1, 2, 3, 4].reduce((sum, k) => sum + (0.2 / k) * Math.sin(2 * Math.PI * 220 * k * t), 0) : 0
      return mains + voice
    })
    const { f0 } = trackF0(pcm, 44100)
    expect([...f0.subarray(56, 145)].every((hz) => Math.abs(centsBetween(220, hz)) < 10)).toBe(true)
    expect([...f0.subarray(0, 45), ...f0.subarray(156)].every((hz) => hz === 0)).toBe(true)
  })
})

describe('trackF0Mpm', { timeout: 60000 }, () => {
  it('hears the violin range within 5 cents', () => {
    for (const freqHz of [196, 293.66, 659.26, 1318.5, 2637, 3520]) expect(worstCents(trackF0Mpm, freqHz, 44100)).toBeLessThan(5)
  })

  it('calls silence unvoiced', () => {
    expect(trackF0Mpm(new Float32Array(20000), 44100).f0.every((hz) => hz === 0)).toBe(true)
  })
})
