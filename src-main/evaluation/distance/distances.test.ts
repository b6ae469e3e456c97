import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { measureChromaCosine } from './chroma-cosine.ts'
import { measureSpectrogramMse } from './spectrogram-mse.ts'

const RATE = 44100
const tone = (hz: number, gain = 0.3): Float32Array =>
  Float32Array.from(
    { length: RATE },
    (_, n) => gain * [1, 2, 3, 4].reduce((sum, k) => sum + Math.sin((2 * Math.PI * k * hz * n) / RATE) / k, 0),
  )

describe('spectrogram MSE', () => {
  it('is zero for equal clips, blind to level only where it says so', () => {
    expect(measureSpectrogramMse(tone(440), tone(440), RATE)).toEqual({ logMelMse: 0, levelMatchedLogMelMse: 0, normalisedMse: 0 })
    const random = createRandom(3)
    const noise = Float32Array.from({ length: RATE }, () => 0.2 * random.normal())
    const half = measureSpectrogramMse(
      noise,
      noise.map((x) => x / 2),
      RATE,
    )
    // A factor of two is 6.02 dB everywhere above the floor.
    expect(half.logMelMse).toBeCloseTo((20 * Math.log10(2)) ** 2, 1)
    expect(half.levelMatchedLogMelMse).toBeLessThan(1e-6)
  })
  it('grows with the distance of the pitch from the reference', () => {
    const near = measureSpectrogramMse(tone(440), tone(445), RATE)
    const far = measureSpectrogramMse(tone(440), tone(620), RATE)
    expect(near.normalisedMse).toBeLessThan(far.normalisedMse)
  })
  it('of two silences is zero', () => {
    expect(measureSpectrogramMse(new Float32Array(5000), new Float32Array(5000), RATE).logMelMse).toBe(0)
  })
})

describe('chroma cosine', () => {
  it('forgives octaves and timbre, not another note', () => {
    expect(measureChromaCosine(tone(440), tone(440), RATE)).toBeCloseTo(1, 6)
    expect(measureChromaCosine(tone(440), tone(880), RATE)).toBeGreaterThan(0.8)
    expect(measureChromaCosine(tone(440), tone(466.16), RATE)).toBeLessThan(0.5)
    expect(measureChromaCosine(tone(440), new Float32Array(RATE), RATE)).toBe(0)
  })
})
