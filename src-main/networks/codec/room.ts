/**
 * The room of a voice: a few bands of decaying noise that are added to what the instrument sounds like, as a small reverberation
 * does. Two numbers a band are learned, its strength and how fast it dies away (after DDSP's learned reverb, arXiv 2001.04643,
 * whose free impulse response needs more data than a person has).
 */
import { createRealFft } from '#main/audio/spectral/fft.ts'
import { createRandom } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { addVector, type Parameters } from '#main/tensor/layers/parameters.ts'
import type { CodecConfig } from './config.ts'

const BANDS = 7
/** Lowest band's centre; each next one lies an octave higher. */
const LOWEST_HZ = 125
/** Where nothing is learned yet: 26 dB below the direct sound, dying away by 60 dB in 0.4 s. */
const START_WET = 0.05
const USUAL_DECAY_SECONDS = 0.4
/** Between the direct sound and the room's first answer. */
const DELAY_SECONDS = 0.004

/** The smallest networks get a short room: their tests are to end in seconds. */
const roomSamples = (config: CodecConfig): number => (config.decoderWidth < 64 ? 4000 : 19_800)

export const isRoomName = (name: string): boolean => name.startsWith('room.')

export interface Room {
  /** The room's answer to an impulse, [samples]; the direct sound is not in it. */
  response(): Tensor
  /** Dry sound [B, S] with its room. Differentiable in both. */
  apply(dry: Tensor2D): Tensor2D
}

/** Noise of one octave band each, of unit energy if it died away as usual. [BANDS, samples] */
const createBands = (samples: number, sampleRate: number): Float32Array => {
  const size = 2 ** Math.ceil(Math.log2(samples))
  const fft = createRealFft(size)
  const random = createRandom(4711)
  const result = new Float32Array(BANDS * samples)
  const delay = Math.round(DELAY_SECONDS * sampleRate) // s -> samples
  for (let band = 0; band < BANDS; band++) {
    const centre = LOWEST_HZ * 2 ** band
    const re = new Float64Array(size / 2 + 1)
    const im = new Float64Array(size / 2 + 1)
    const wave = new Float64Array(size)
    fft.forward(
      Float64Array.from({ length: size }, () => random.normal()),
      re,
      im,
    )
    for (let bin = 0; bin <= size / 2; bin++) {
      const octaves = bin === 0 ? -99 : Math.log2((bin * sampleRate) / size / centre)
      // The outer bands also carry what lies beyond them.
      const isBeyond = (band === 0 && octaves < 0) || (band === BANDS - 1 && octaves > 0)
      const gain = isBeyond ? 1 : Math.abs(octaves) < 1 ? Math.cos((Math.PI / 2) * octaves) : 0
      re[bin] *= gain
      im[bin] *= gain
    }
    fft.inverse(re, im, wave)
    let energy = 1e-12
    for (let n = delay; n < samples; n++) energy += (wave[n] * Math.exp((-6.9 * n) / sampleRate / USUAL_DECAY_SECONDS)) ** 2
    for (let n = delay; n < samples; n++) result[band * samples + n] = wave[n] / Math.sqrt(energy)
  }
  return result
}

const nextPower = (n: number): number => 2 ** Math.ceil(Math.log2(n))

const padEnd = (x: Tensor, length: number): Tensor => {
  const { shape } = x
  const last = shape[shape.length - 1] ?? 0
  return tf.pad(x, [...shape.slice(0, -1).map((): [number, number] => [0, 0]), [0, length - last]])
}

const spectrum = (x: Tensor, length: number): Tensor => tf.spectral.rfft(padEnd(x, length))

/** The first `count` samples of the product of two spectra. */
const join = (a: Tensor, b: Tensor, count: number): Tensor => {
  const wave = tf.spectral.irfft(tf.mul(a, b))
  return tf.slice(
    wave,
    wave.shape.map(() => 0),
    [...wave.shape.slice(0, -1), count],
  )
}

const conjugate = (x: Tensor): Tensor => tf.complex(tf.real(x), tf.neg(tf.imag(x)))

/** x [B, S] through h [N], cut to S samples. The library's transforms know no gradient, so it is written out. */
const convolve = (x: Tensor2D, h: Tensor): Tensor2D => {
  const [, samples] = x.shape
  const [taps = 0] = h.shape
  const length = nextPower(samples + taps)
  const compute = tf.customGrad((...inputs) => {
    const [signal, taper, save] = inputs as unknown as [Tensor2D, Tensor, (tensors: Tensor[]) => void]
    save([signal, taper])
    const value = join(spectrum(signal, length), tf.expandDims(spectrum(taper, length), 0), samples)
    const gradFunc = (dy: Tensor, [input, response]: Tensor[]): Tensor[] => {
      const back = spectrum(dy, length)
      const toSignal = join(back, conjugate(tf.expandDims(spectrum(response, length), 0)), samples)
      const toResponse = tf.sum(join(back, conjugate(spectrum(input, length)), taps), 0)
      return [toSignal, toResponse]
    }
    return { value, gradFunc }
  })
  return compute(x, h) as Tensor2D
}

/** Adds the room's numbers to a codec's parameters. */
export const createRoom = (parameters: Parameters, config: CodecConfig): Room => {
  const samples = roomSamples(config)
  const wet = addVector(parameters, 'room.wet', BANDS, START_WET)
  const decay = addVector(parameters, 'room.decay', BANDS, 0)
  const noise = createBands(samples, config.sampleRate)
  const seconds = Float32Array.from({ length: samples }, (_, n) => (-6.9 * n) / config.sampleRate / USUAL_DECAY_SECONDS)
  const response = (): Tensor => {
    const rates = tf.reshape(tf.exp(decay), [BANDS, 1])
    const bands = tf.mul(tf.exp(tf.mul(rates, tf.tensor2d(seconds, [1, samples]))), tf.tensor2d(noise, [BANDS, samples]))
    return tf.sum(tf.mul(bands, tf.reshape(wet, [BANDS, 1])), 0)
  }
  return { response, apply: (dry) => tf.add(dry, convolve(dry, response())) as Tensor2D }
}

/** The same on plain samples, block by block. dry [S], response [N] -> [S] */
export const applyRoom = (dry: Float32Array, response: Float32Array): Float32Array => {
  const size = nextPower(2 * response.length)
  const block = size - response.length
  const fft = createRealFft(size)
  const bins = size / 2 + 1
  const spectrumOf = (values: Float32Array): { re: Float64Array; im: Float64Array } => {
    const padded = new Float64Array(size)
    padded.set(values)
    const found = { re: new Float64Array(bins), im: new Float64Array(bins) }
    fft.forward(padded, found.re, found.im)
    return found
  }
  const filter = spectrumOf(response)
  const wet = Float64Array.from(dry)
  const wave = new Float64Array(size)
  for (let start = 0; start < dry.length; start += block) {
    const { re, im } = spectrumOf(dry.subarray(start, start + block))
    for (let bin = 0; bin < bins; bin++) {
      const real = re[bin] * filter.re[bin] - im[bin] * filter.im[bin]
      im[bin] = re[bin] * filter.im[bin] + im[bin] * filter.re[bin]
      re[bin] = real
    }
    fft.inverse(re, im, wave)
    for (let n = 0; n < size && start + n < dry.length; n++) wet[start + n] += wave[n]
  }
  return Float32Array.from(wet)
}
