import { createRealFft } from '#main/audio/spectral/fft.ts'

/** Convolution of a stream with a fixed impulse response, block by block. */
export interface Convolver {
  /** [blockSamples] in, [blockSamples] out, without delay. */
  process(input: Float64Array): Float64Array
}

/**
 * Uniformly partitioned overlap-save convolution: memory for the impulse response alone, however long the stream.
 *
 * @param impulse       [N] impulse response
 * @param blockSamples  samples per call, a power of two
 * @source              Stockham 1966, partitioned as in Gardner, "Efficient convolution without input-output delay" (1995)
 */
export const createConvolver = (impulse: Float32Array, blockSamples: number): Convolver => {
  const size = 2 * blockSamples
  const bins = blockSamples + 1
  const fft = createRealFft(size)
  const partCount = Math.max(1, Math.ceil(impulse.length / blockSamples))
  const transform = (pcm: Float32Array | Float64Array): { re: Float64Array; im: Float64Array } => {
    const spectrum = { re: new Float64Array(bins), im: new Float64Array(bins) }
    fft.forward(pcm, spectrum.re, spectrum.im)
    return spectrum
  }
  const parts = Array.from({ length: partCount }, (_, part) => transform(impulse.subarray(part * blockSamples, (part + 1) * blockSamples)))
  // Spectra of the latest input windows; `newest` moves round.
  const past = parts.map(() => ({ re: new Float64Array(bins), im: new Float64Array(bins) }))
  const window = new Float64Array(size)
  const sum = { re: new Float64Array(bins), im: new Float64Array(bins) }
  const output = new Float64Array(size)
  let newest = 0
  return {
    process(input) {
      window.copyWithin(0, blockSamples)
      window.set(input, blockSamples)
      newest = (newest + partCount - 1) % partCount
      fft.forward(window, past[newest].re, past[newest].im)
      sum.re.fill(0)
      sum.im.fill(0)
      for (let part = 0; part < partCount; part++) {
        const { re: ar, im: ai } = past[(newest + part) % partCount]
        const { re: br, im: bi } = parts[part]
        for (let k = 0; k < bins; k++) {
          sum.re[k] += ar[k] * br[k] - ai[k] * bi[k]
          sum.im[k] += ar[k] * bi[k] + ai[k] * br[k]
        }
      }
      fft.inverse(sum.re, sum.im, output)
      return output.slice(blockSamples)
    },
  }
}
