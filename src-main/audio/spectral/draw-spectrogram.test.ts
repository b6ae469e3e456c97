import { describe, expect, it } from 'vitest'
import { drawSpectrogram } from './draw-spectrogram.ts'

const RATE = 44100
const SIZE = { columns: 40, bands: 96, lowestHz: 100, highestHz: 16000 }

const sine = (freqHz: number, gain: number): Float32Array =>
  Float32Array.from({ length: RATE }, (_, n) => gain * Math.sin((2 * Math.PI * freqHz * n) / RATE))

describe('a spectrogram to look at', () => {
  it.each([196, 440, 1760, 9000])('shows a sine of %i Hz in its band and silence elsewhere', (freqHz) => {
    const levels = drawSpectrogram(sine(freqHz, 1), RATE, SIZE)
    const column = [...levels.subarray(20 * SIZE.bands, 21 * SIZE.bands)]
    const loudest = column.indexOf(Math.max(...column))
    const expected = (SIZE.bands * Math.log(freqHz / 100)) / Math.log(160)
    expect(Math.abs(loudest + 0.5 - expected)).toBeLessThan(1.5)
    expect(column[loudest]).toBeGreaterThan(250)
    expect(Math.min(...column)).toBeLessThan(40)
  })

  it('shows 20 dB less as a fifth of the scale less, and silence as nothing', () => {
    const loud = drawSpectrogram(sine(440, 1), RATE, SIZE)
    const soft = drawSpectrogram(sine(440, 0.1), RATE, SIZE)
    const top = (levels: Uint8Array): number => Math.max(...levels.subarray(20 * SIZE.bands, 21 * SIZE.bands))
    expect(top(loud) - top(soft)).toBeCloseTo(51, -0.5)
    expect(Math.max(...drawSpectrogram(new Float32Array(RATE), RATE, SIZE))).toBe(0)
  })
})
