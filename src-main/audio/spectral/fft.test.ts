import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAutocorrelation, createRealFft } from './fft.ts'

const signal = fc
  .integer({ min: 1, max: 9 })
  .chain((power) => fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 ** power, maxLength: 2 ** power }))

describe('real FFT', () => {
  it('equals the discrete Fourier transform', () => {
    fc.assert(
      fc.property(signal, (samples) => {
        const size = samples.length
        const re = new Float64Array(size / 2 + 1)
        const im = new Float64Array(size / 2 + 1)
        createRealFft(size).forward(Float64Array.from(samples), re, im)
        let error = 0
        for (let k = 0; k <= size / 2; k++) {
          const angle = (2 * Math.PI * k) / size
          const real = samples.reduce((sum, x, i) => sum + x * Math.cos(angle * i), 0)
          const imaginary = samples.reduce((sum, x, i) => sum - x * Math.sin(angle * i), 0)
          error = Math.max(error, Math.abs(re[k] - real), Math.abs(im[k] - imaginary))
        }
        expect(error).toBeLessThan(1e-10)
      }),
      { numRuns: 40 },
    )
  })

  it('comes back through the inverse', () => {
    fc.assert(
      fc.property(signal, (samples) => {
        const size = samples.length
        const fft = createRealFft(size)
        const re = new Float64Array(size / 2 + 1)
        const im = new Float64Array(size / 2 + 1)
        const back = new Float64Array(size)
        fft.forward(Float64Array.from(samples), re, im)
        fft.inverse(re, im, back)
        expect(Math.max(...back.map((x, i) => Math.abs(x - samples[i])))).toBeLessThan(1e-13)
      }),
      { numRuns: 100 },
    )
  })

  it('treats shorter input as padded with zeros, also right after a full frame', () => {
    const fft = createRealFft(8)
    const spectrumOf = (input: Float32Array): number[] => {
      const re = new Float64Array(5)
      const im = new Float64Array(5)
      fft.forward(input, re, im)
      return [...re, ...im]
    }
    const padded = spectrumOf(Float32Array.of(1, 2, 3, 0, 0, 0, 0, 0))
    spectrumOf(Float32Array.of(9, 8, 7, 6, 5, 4, 3, 2))
    expect(spectrumOf(Float32Array.of(1, 2, 3))).toEqual(padded)
  })

  it('refuses sizes that are not powers of two', () => {
    expect(() => createRealFft(12)).toThrow(/power of two/)
  })
})

describe('autocorrelation', () => {
  it('is the beginning of the inverse transform of a power spectrum', () => {
    const spectrum = fc
      .integer({ min: 2, max: 9 })
      .chain((power) =>
        fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 2 ** power / 2 + 1, maxLength: 2 ** power / 2 + 1 }),
      )
    fc.assert(
      fc.property(spectrum, fc.integer({ min: 1, max: 256 }), (values, wanted) => {
        const power = Float64Array.from(values)
        const size = 2 * (power.length - 1)
        const whole = new Float64Array(size)
        createRealFft(size).inverse(power, new Float64Array(power.length), whole)
        const lags = new Float64Array(Math.min(wanted, size / 2))
        createAutocorrelation(size).run(power, lags)
        expect(Math.max(...lags.map((lag, i) => Math.abs(lag - whole[i])))).toBeLessThan(1e-12)
      }),
      { numRuns: 100 },
    )
  })
})
