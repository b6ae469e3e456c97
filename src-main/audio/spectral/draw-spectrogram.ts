import { hannWindow } from './stft.ts'
import { sharedRealFft } from './fft.ts'

export interface SpectrogramSize {
  readonly columns: number
  readonly bands: number
  readonly lowestHz: number
  readonly highestHz: number
}

const N_FFT = 4096
/** As much of a column's time is looked at, however long the sound is. */
const MOST_FRAMES = 3
const FLOOR_DB = -100

/**
 * A spectrogram to look at: bands even on the ear's scale (logarithmic in Hz), the loudest bin of each.
 *
 * @param pcm         [S] samples, full scale = 1
 * @param sampleRate  Hz
 * @param size        columns over the whole of `pcm`, bands from lowestHz to highestHz
 * @returns           [columns, bands] levels, 0 = -100 dB or less, 255 = a sine at full scale
 */
export const drawSpectrogram = (
  pcm: Float32Array,
  sampleRate: number,
  { columns, bands, lowestHz, highestHz }: SpectrogramSize,
): Uint8Array => {
  const fft = sharedRealFft(N_FFT)
  const window = hannWindow(N_FFT)
  const buffer = new Float64Array(N_FFT)
  const re = new Float64Array(N_FFT / 2 + 1)
  const im = new Float64Array(N_FFT / 2 + 1)
  const power = new Float64Array(N_FFT / 2 + 1)
  const levels = new Uint8Array(columns * bands)
  const toBin = (band: number): number => (lowestHz * (highestHz / lowestHz) ** (band / bands) * N_FFT) / sampleRate
  const widthSamples = pcm.length / columns
  const frames = Math.max(1, Math.min(MOST_FRAMES, Math.round(widthSamples / (N_FFT / 2))))
  // A Hann window halves a sine, and so does the half of the spectrum that is not looked at.
  const fullPower = (N_FFT / 4) ** 2
  for (let column = 0; column < columns; column++) {
    power.fill(0)
    for (let frame = 0; frame < frames; frame++) {
      const start = Math.round((column + (frame + 0.5) / frames) * widthSamples) - N_FFT / 2
      for (let i = 0; i < N_FFT; i++) buffer[i] = (pcm[start + i] ?? 0) * window[i]
      fft.forward(buffer, re, im)
      for (let bin = 0; bin < power.length; bin++) power[bin] = Math.max(power[bin], re[bin] * re[bin] + im[bin] * im[bin])
    }
    for (let band = 0; band < bands; band++) {
      const from = Math.min(power.length - 1, Math.max(0, Math.round(toBin(band))))
      const to = Math.min(power.length, Math.max(from + 1, Math.round(toBin(band + 1))))
      let most = 0
      for (let bin = from; bin < to; bin++) most = Math.max(most, power[bin])
      const db = 10 * Math.log10(most / fullPower + 1e-20) // power -> dB below a full sine
      levels[column * bands + band] = Math.round(255 * Math.min(1, Math.max(0, 1 - db / FLOOR_DB)))
    }
  }
  return levels
}
