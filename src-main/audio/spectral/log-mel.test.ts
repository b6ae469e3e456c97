import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { computeLogMel, createMelFilterbank, hzToMel, melToHz } from './log-mel.ts'
import { computeStft } from './stft.ts'

const config = { sampleRate: 44100, nFft: 1024, hopLength: 441, nMels: 40, fMin: 0, fMax: 16000 }

const makeNoise = (length: number, seed: number): Float32Array => {
  const random = createRandom(seed)
  return Float32Array.from({ length }, () => 0.3 * random.normal())
}

describe('log-mel', () => {
  it('gains ln 4 when the amplitude doubles', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 600, max: 3000 }), (seed, length) => {
        const pcm = makeNoise(length, seed)
        const once = computeLogMel(pcm, config)
        const twice = computeLogMel(
          pcm.map((x) => 2 * x),
          config,
        )
        expect(Math.max(...once.map((value, i) => Math.abs(twice[i] - value - Math.log(4))))).toBeLessThan(1e-5)
      }),
      { numRuns: 15 },
    )
  })

  it('has 1 + floor(S / hop) frames', () => {
    for (const length of [513, 881, 882, 883])
      expect(computeLogMel(makeNoise(length, 1), config).length).toBe((1 + Math.floor(length / 441)) * 40)
  })

  it('bottoms out at ln 1e-10 in silence', () => {
    for (const value of computeLogMel(new Float32Array(2000), config)) expect(value).toBeCloseTo(Math.log(1e-10), 5)
  })

  it('says that half an FFT frame is too short', () => {
    expect(() => computeLogMel(new Float32Array(512), config)).toThrow(expect.objectContaining({ code: 'AUDIO_TOO_SHORT' }))
  })
})

describe('mel filterbank', () => {
  it('inverts its scale', () => {
    for (const hz of [0, 440, 999, 1000, 1001, 12000]) expect(melToHz(hzToMel(hz))).toBeCloseTo(hz, 6)
  })

  it('knows where each filter begins and ends', () => {
    const { weights, bins, nMels, firstBin, endBin } = createMelFilterbank({ ...config, nMels: 128 })
    for (let mel = 0; mel < nMels; mel++) {
      const filled = [...weights.subarray(mel * bins, (mel + 1) * bins)].flatMap((weight, bin) => (weight > 0 ? [bin] : []))
      expect(endBin[mel] - firstBin[mel]).toBe(filled.length)
      if (filled.length > 0) expect(firstBin[mel]).toBe(filled[0])
    }
  })
})

describe('STFT', () => {
  it('puts a sine into its bin, as high as half the sum of the window', () => {
    const pcm = Float32Array.from({ length: 4096 }, (_, i) => Math.sin((2 * Math.PI * 64 * i) / 1024))
    const { magnitude, power, bins } = computeStft(pcm, { nFft: 1024, winLength: 1024, hopLength: 512, isCentered: false })
    const frame = magnitude.subarray(bins, 2 * bins)
    expect(frame.indexOf(Math.max(...frame))).toBe(64)
    expect(frame[64]).toBeCloseTo(256, 2)
    expect(power[bins + 64]).toBeCloseTo(65536, 0)
  })

  it('has no frames for a clip shorter than an uncentred frame', () => {
    expect(computeStft(new Float32Array(100), { nFft: 128, winLength: 128, hopLength: 32, isCentered: false }).frames).toBe(0)
  })

  it('reflects clips that are shorter than its padding', () => {
    const { re } = computeStft(Float32Array.of(1, 1, 1), { nFft: 64, winLength: 64, hopLength: 64, isCentered: true, padding: 'reflect' })
    expect(re[0]).toBeCloseTo(32, 5)
  })
})
