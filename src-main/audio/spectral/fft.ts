import { invariant } from '#main/foundation/engine-error.ts'

/** A real FFT of one size, with its tables and scratch memory. Not re-entrant: one caller at a time. */
export interface RealFft {
  readonly size: number
  /** [size] real samples (shorter input counts as zero-padded) -> re, im [size / 2 + 1]; unscaled. */
  forward(input: Float32Array | Float64Array, re: Float32Array | Float64Array, im: Float32Array | Float64Array): void
  /** re, im [size / 2 + 1] -> output [size] real samples; scaled by 1 / size, so it undoes `forward`. */
  inverse(re: Float32Array | Float64Array, im: Float32Array | Float64Array, output: Float32Array | Float64Array): void
}

/** The first values of what `RealFft.inverse` makes of a spectrum without imaginary parts, for half the work. */
export interface Autocorrelation {
  /** power [size / 2 + 1] -> lags [L], L <= size / 2; scaled by 1 / size. */
  run(power: Float64Array, lags: Float64Array): void
}

interface Stage {
  readonly length: number
  readonly stride: number
  /** cos, sin of -2 pi p k / length for k = 1, 2, 3 interleaved: [p][w1r, w1i, w2r, w2i, w3r, w3i] */
  readonly twiddles: Float64Array
}

const makeStages = (size: number): Stage[] => {
  const stages: Stage[] = []
  for (let length = size, stride = 1; length >= 4; length /= 4, stride *= 4) {
    const quarter = length / 4
    const twiddles = new Float64Array(quarter * 6)
    for (let p = 0; p < quarter; p++) {
      for (let k = 1; k <= 3; k++) {
        const angle = (-2 * Math.PI * p * k) / length
        twiddles[p * 6 + k * 2 - 2] = Math.cos(angle)
        twiddles[p * 6 + k * 2 - 1] = Math.sin(angle)
      }
    }
    stages.push({ length, stride, twiddles })
  }
  return stages
}

/** The butterflies whose turning factors are all 1: a stage's first. */
const runUnturned = ({ length, stride }: Stage, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void => {
  const step = (stride * length) >> 2
  for (let from = 0; from < stride; from++) {
    const ar = xr[from]
    const ai = xi[from]
    const br = xr[from + step]
    const bi = xi[from + step]
    const cr = xr[from + 2 * step]
    const ci = xi[from + 2 * step]
    const dr = xr[from + 3 * step]
    const di = xi[from + 3 * step]
    const sumAcR = ar + cr
    const sumAcI = ai + ci
    const differenceAcR = ar - cr
    const differenceAcI = ai - ci
    const sumBdR = br + dr
    const sumBdI = bi + di
    // j (b - d)
    const turnedR = di - bi
    const turnedI = br - dr
    yr[from] = sumAcR + sumBdR
    yi[from] = sumAcI + sumBdI
    yr[from + stride] = differenceAcR - turnedR
    yi[from + stride] = differenceAcI - turnedI
    yr[from + 2 * stride] = sumAcR - sumBdR
    yi[from + 2 * stride] = sumAcI - sumBdI
    yr[from + 3 * stride] = differenceAcR + turnedR
    yi[from + 3 * stride] = differenceAcI + turnedI
  }
}

const runStage = (stage: Stage, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void => {
  const { length, stride, twiddles } = stage
  const quarter = length >> 2
  const step = stride * quarter
  runUnturned(stage, xr, xi, yr, yi)
  for (let p = 1; p < quarter; p++) {
    const w1r = twiddles[p * 6]
    const w1i = twiddles[p * 6 + 1]
    const w2r = twiddles[p * 6 + 2]
    const w2i = twiddles[p * 6 + 3]
    const w3r = twiddles[p * 6 + 4]
    const w3i = twiddles[p * 6 + 5]
    let from = stride * p
    let to = stride * p * 4
    for (const end = from + stride; from < end; from++, to++) {
      const ar = xr[from]
      const ai = xi[from]
      const br = xr[from + step]
      const bi = xi[from + step]
      const cr = xr[from + 2 * step]
      const ci = xi[from + 2 * step]
      const dr = xr[from + 3 * step]
      const di = xi[from + 3 * step]
      const sumAcR = ar + cr
      const sumAcI = ai + ci
      const differenceAcR = ar - cr
      const differenceAcI = ai - ci
      const sumBdR = br + dr
      const sumBdI = bi + di
      // j (b - d)
      const turnedR = di - bi
      const turnedI = br - dr
      yr[to] = sumAcR + sumBdR
      yi[to] = sumAcI + sumBdI
      const oneR = differenceAcR - turnedR
      const oneI = differenceAcI - turnedI
      yr[to + stride] = oneR * w1r - oneI * w1i
      yi[to + stride] = oneR * w1i + oneI * w1r
      const twoR = sumAcR - sumBdR
      const twoI = sumAcI - sumBdI
      yr[to + 2 * stride] = twoR * w2r - twoI * w2i
      yi[to + 2 * stride] = twoR * w2i + twoI * w2r
      const threeR = differenceAcR + turnedR
      const threeI = differenceAcI + turnedI
      yr[to + 3 * stride] = threeR * w3r - threeI * w3i
      yi[to + 3 * stride] = threeR * w3i + threeI * w3r
    }
  }
}

/** Complex FFT on four scratch arrays; answers with the pair that holds the result. */
const makeComplexFft = (size: number) => {
  const stages = makeStages(size)
  const hasOddPower = Math.log2(size) % 2 === 1
  let re = new Float64Array(size)
  let im = new Float64Array(size)
  let otherRe = new Float64Array(size)
  let otherIm = new Float64Array(size)
  const swap = (): void => {
    ;[re, otherRe] = [otherRe, re]
    ;[im, otherIm] = [otherIm, im]
  }
  return {
    input: () => ({ re, im }),
    run: (): { re: Float64Array; im: Float64Array } => {
      for (const stage of stages) {
        runStage(stage, re, im, otherRe, otherIm)
        swap()
      }
      if (hasOddPower) {
        const half = size >> 1
        for (let q = 0; q < half; q++) {
          const ar = re[q]
          const ai = im[q]
          re[q] = ar + re[q + half]
          im[q] = ai + im[q + half]
          re[q + half] = ar - re[q + half]
          im[q + half] = ai - im[q + half]
        }
      }
      return { re, im }
    },
  }
}

/**
 * Real FFT through a complex FFT of half the size (Stockham radix 4, float64 inside).
 *
 * @param size  samples per transform, a power of two >= 2
 * @returns     forward and inverse transforms that keep their tables
 * @source      Stockham autosort FFT, radix 4; peer: numpy.fft through librosa, see test/peers/log-mel
 */
export const createRealFft = (size: number): RealFft => {
  invariant(Number.isInteger(size) && size >= 2 && (size & (size - 1)) === 0, `FFT size ${size} is not a power of two`)
  const half = size / 2
  const complex = makeComplexFft(half)
  const cosines = new Float64Array(half + 1)
  const sines = new Float64Array(half + 1)
  for (let k = 0; k <= half; k++) {
    cosines[k] = Math.cos((2 * Math.PI * k) / size)
    sines[k] = -Math.sin((2 * Math.PI * k) / size)
  }

  return {
    size,
    forward(input, re, im) {
      const z = complex.input()
      const pairs = Math.min(half, input.length >> 1)
      for (let i = 0; i < pairs; i++) {
        z.re[i] = input[2 * i]
        z.im[i] = input[2 * i + 1]
      }
      if (pairs < half) {
        z.re.fill(0, pairs)
        z.im.fill(0, pairs)
        if (input.length & 1) z.re[pairs] = input[input.length - 1]
      }
      const spectrum = complex.run()
      const zr = spectrum.re
      const zi = spectrum.im
      re[0] = zr[0] + zi[0]
      im[0] = 0
      re[half] = zr[0] - zi[0]
      im[half] = 0
      // Bins k and half - k are made of the same two values.
      for (let k = 1, mirror = half - 1; k <= mirror; k++, mirror--) {
        const evenR = (zr[k] + zr[mirror]) / 2
        const evenI = (zi[k] - zi[mirror]) / 2
        const oddR = (zi[k] + zi[mirror]) / 2
        const oddI = (zr[mirror] - zr[k]) / 2
        re[k] = evenR + oddR * cosines[k] - oddI * sines[k]
        im[k] = evenI + oddR * sines[k] + oddI * cosines[k]
        re[mirror] = evenR + oddR * cosines[mirror] + oddI * sines[mirror]
        im[mirror] = oddR * sines[mirror] - oddI * cosines[mirror] - evenI
      }
    },
    inverse(re, im, output) {
      // The imaginary parts at 0 Hz and at Nyquist cannot belong to a real signal and are ignored.
      const z = complex.input()
      for (let k = 0; k < half; k++) {
        const mirror = half - k
        const aI = k === 0 ? 0 : im[k]
        const bI = k === 0 ? 0 : im[mirror]
        const evenR = (re[k] + re[mirror]) / 2
        const evenI = (aI - bI) / 2
        const differenceR = (re[k] - re[mirror]) / 2
        const differenceI = (aI + bI) / 2
        const oddR = differenceR * cosines[k] + differenceI * sines[k]
        const oddI = differenceI * cosines[k] - differenceR * sines[k]
        // swapped real and imaginary parts turn the forward transform into the inverse one
        z.im[k] = evenR - oddI
        z.re[k] = evenI + oddR
      }
      const samples = complex.run()
      for (let i = 0; i < half; i++) {
        output[2 * i] = samples.im[i] / half
        output[2 * i + 1] = samples.re[i] / half
      }
    },
  }
}

/**
 * Autocorrelation from a power spectrum: a cosine transform through a real FFT of half the size.
 *
 * @param size  samples of the transform that the power spectrum came from, a power of two >= 4
 * @returns     a transform that keeps its tables
 * @source      Press et al., Numerical Recipes, section 12.4.2 (cosine transform)
 */
export const createAutocorrelation = (size: number): Autocorrelation => {
  const half = size / 2
  const fft = createRealFft(half)
  const cosines = Float64Array.from({ length: half }, (_, k) => Math.cos((Math.PI * k) / half))
  const sines = Float64Array.from({ length: half }, (_, k) => Math.sin((Math.PI * k) / half))
  const folded = new Float64Array(half)
  const re = new Float64Array(half / 2 + 1)
  const im = new Float64Array(half / 2 + 1)
  return {
    run(power, lags) {
      let first = (power[0] - power[half]) / 2
      folded[0] = (power[0] + power[half]) / 2
      for (let k = 1, mirror = half - 1; k < mirror; k++, mirror--) {
        const mean = (power[k] + power[mirror]) / 2
        const difference = power[k] - power[mirror]
        const turned = sines[k] * difference
        folded[k] = mean - turned
        folded[mirror] = mean + turned
        first += cosines[k] * difference // cos(pi - x) = -cos(x)
      }
      folded[half / 2] = power[half / 2]
      fft.forward(folded, re, im)
      let odd = first
      for (let n = 0; 2 * n < lags.length; n++) {
        lags[2 * n] = re[n] / half
        if (n > 0) odd -= im[n]
        if (2 * n + 1 < lags.length) lags[2 * n + 1] = odd / half
      }
    },
  }
}

const cache = new Map<number, RealFft>()
/** The process-wide FFT of one size; its scratch memory is shared, so never hold it across an await. */
export const sharedRealFft = (size: number): RealFft => {
  const known = cache.get(size)
  if (known) return known
  const made = createRealFft(size)
  cache.set(size, made)
  return made
}
