import { invariant } from '#main/foundation/engine-error.ts'

/** Stopband attenuation of the Kaiser window in dB. */
const ATTENUATION_DB = 110
/** Width of the transition band as a share of the lower Nyquist frequency; it ends at that frequency, so nothing folds back. */
const TRANSITION = 0.08
/** More phases than this are interpolated between (unusual pairs of rates such as 44 100 and 44 099). */
const MOST_PHASES = 1024

/** Modified Bessel function of the first kind, order zero. */
const besselI0 = (x: number): number => {
  let sum = 1
  for (let k = 1, term = 1; term > sum * 1e-18; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

interface Polyphase {
  /** Output sample n lies at input position n * step / phases. */
  readonly step: number
  readonly phases: number
  /** Input samples on each side of an output sample. */
  readonly reach: number
  readonly tablePhases: number
  /** [tablePhases + 1, 2 * reach] */
  readonly table: Float32Array
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

const makePolyphase = (fromRate: number, toRate: number): Polyphase => {
  const divisor = greatestCommonDivisor(fromRate, toRate)
  const phases = toRate / divisor
  const step = fromRate / divisor
  const nyquist = Math.min(1, toRate / fromRate)
  const cutoff = nyquist * (1 - TRANSITION / 2) // share of the input's Nyquist frequency
  const length = (ATTENUATION_DB - 7.95) / (14.36 * (TRANSITION / 2) * nyquist)
  const reach = Math.ceil(length / 2)
  const beta = 0.1102 * (ATTENUATION_DB - 8.7)
  const tablePhases = Math.min(phases, MOST_PHASES)
  const taps = 2 * reach
  const table = new Float32Array((tablePhases + 1) * taps)
  const scale = besselI0(beta)
  for (let phase = 0; phase <= tablePhases; phase++) {
    const row = new Float64Array(taps)
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const time = tap - reach + 1 - phase / tablePhases // input samples after the output sample
      const edge = time / reach
      if (Math.abs(edge) >= 1) continue
      const angle = Math.PI * cutoff * time
      const sinc = Math.abs(angle) < 1e-12 ? 1 : Math.sin(angle) / angle
      row[tap] = (cutoff * sinc * besselI0(beta * Math.sqrt(1 - edge * edge))) / scale
      sum += row[tap]
    }
    for (let tap = 0; tap < taps; tap++) table[phase * taps + tap] = row[tap] / sum // every phase passes 0 Hz at gain 1
  }
  return { step, phases, reach, tablePhases, table }
}

const cache = new Map<string, Polyphase>()
const sharedPolyphase = (fromRate: number, toRate: number): Polyphase => {
  const key = `${fromRate} ${toRate}`
  let polyphase = cache.get(key)
  if (!polyphase) {
    if (cache.size > 16) cache.clear()
    polyphase = makePolyphase(fromRate, toRate)
    cache.set(key, polyphase)
  }
  return polyphase
}

/** So many outputs of one phase are made before the next phase: their inputs stay in the nearest cache. */
const OUTPUTS_PER_PHASE = 16

/** The outputs of a tabled pair of rates; those of one phase share their taps, so four of them are summed side by side. */
const convolveExact = (
  { step, phases, reach, table }: Polyphase,
  source: Float32Array,
  sourceStart: number,
  output: Float32Array,
  first: number,
): void => {
  const taps = 2 * reach
  const weigh = (row: number, start: number): number => {
    const end = Math.min(taps, source.length - start)
    let sum = 0
    for (let tap = Math.max(0, -start); tap < end; tap++) sum += table[row + tap] * source[start + tap]
    return sum
  }
  for (let tile = 0; tile < output.length; tile += OUTPUTS_PER_PHASE * phases) {
    const tileEnd = Math.min(output.length, tile + OUTPUTS_PER_PHASE * phases)
    for (let lead = tile; lead < Math.min(tileEnd, tile + phases); lead++) {
      const position = (first + lead) * step
      const whole = Math.floor(position / phases)
      const row = (position - whole * phases) * taps
      let start = whole - reach + 1 - sourceStart
      let n = lead
      while (n < tileEnd) {
        if (start < 0 || start + 3 * step + taps > source.length || n + 3 * phases >= tileEnd) {
          output[n] = weigh(row, start)
          n += phases
          start += step
          continue
        }
        let a = 0
        let b = 0
        let c = 0
        let d = 0
        for (let tap = 0, at = start; tap < taps; tap++, at++) {
          const weight = table[row + tap]
          a += weight * source[at]
          b += weight * source[at + step]
          c += weight * source[at + 2 * step]
          d += weight * source[at + 3 * step]
        }
        output[n] = a
        output[n + phases] = b
        output[n + 2 * phases] = c
        output[n + 3 * phases] = d
        n += 4 * phases
        start += 4 * step
      }
    }
  }
}

/** Output samples `first .. end` from `source`, whose element 0 is input sample `sourceStart`; zeros beyond its ends. */
const convolve = (polyphase: Polyphase, source: Float32Array, sourceStart: number, output: Float32Array, first: number): void => {
  const { step, phases, reach, tablePhases, table } = polyphase
  if (tablePhases === phases) return convolveExact(polyphase, source, sourceStart, output, first)
  const taps = 2 * reach
  for (let n = 0; n < output.length; n++) {
    const position = (first + n) * step
    const whole = Math.floor(position / phases)
    const start = whole - reach + 1 - sourceStart
    const end = Math.min(taps, source.length - start)
    const exactPhase = ((position - whole * phases) / phases) * tablePhases
    const phase = Math.floor(exactPhase)
    const blend = exactPhase - phase
    let sum = 0
    for (let tap = Math.max(0, -start), row = phase * taps; tap < end; tap++) {
      const weight = table[row + tap]
      sum += (weight + blend * (table[row + taps + tap] - weight)) * source[start + tap]
    }
    output[n] = sum
  }
}

/** Samples that `resample` answers with: ceil(S * toRate / fromRate). */
export const countResampled = (lengthSamples: number, fromRate: number, toRate: number): number =>
  Math.ceil((lengthSamples * toRate) / fromRate)

/**
 * Band-limited sample-rate conversion, delay compensated (sample 0 stays sample 0).
 *
 * @param pcm       [S] samples at `fromRate`
 * @param fromRate  Hz, a whole number
 * @param toRate    Hz, a whole number
 * @returns         [ceil(S * toRate / fromRate)] samples at `toRate`; flat to 0.92 of the lower Nyquist frequency,
 *                  110 dB down from there on; the same array when the rates are equal
 * @source          Kaiser-windowed sinc, polyphase: Crochiere & Rabiner, Multirate Digital Signal Processing (1983)
 */
export const resample = (pcm: Float32Array, fromRate: number, toRate: number): Float32Array => {
  checkRates(fromRate, toRate)
  if (fromRate === toRate) return pcm
  const output = new Float32Array(countResampled(pcm.length, fromRate, toRate))
  convolve(sharedPolyphase(fromRate, toRate), pcm, 0, output, 0)
  return output
}

/**
 * A stretch of what `resample` would answer, from the input samples around it alone.
 *
 * @param read   input samples [start, start + count), of which it may ask for some before 0 and beyond the end: zeros
 * @param rates  fromRate and toRate in Hz, whole numbers
 * @param first  first output sample wanted
 * @param count  how many
 * @returns      [count] samples at `toRate`, the same as resample(whole)[first .. first + count)
 */
export const resampleStretch = (
  read: (start: number, count: number) => Float32Array,
  rates: { readonly fromRate: number; readonly toRate: number },
  first: number,
  count: number,
): Float32Array => {
  const { fromRate, toRate } = rates
  checkRates(fromRate, toRate)
  if (fromRate === toRate) return read(first, count)
  const polyphase = sharedPolyphase(fromRate, toRate)
  const { step, phases, reach } = polyphase
  const start = Math.floor((first * step) / phases) - reach + 1
  const end = Math.floor(((first + count - 1) * step) / phases) + reach + 1
  const output = new Float32Array(count)
  convolve(polyphase, read(start, end - start), start, output, first)
  return output
}

/** The same conversion for audio that arrives in blocks: the outputs joined equal `resample` of the inputs joined. */
export interface StreamResampler {
  push(block: Float32Array): Float32Array
  /** The rest of the output; call once, after the last block. */
  finish(): Float32Array
}

/**
 * Band-limited sample-rate conversion of a stream, in memory bounded by the block's size.
 *
 * @param fromRate  Hz, a whole number
 * @param toRate    Hz, a whole number
 * @returns         push(block [n]) -> output samples that are settled; finish() -> the others
 */
export const createStreamResampler = (fromRate: number, toRate: number): StreamResampler => {
  checkRates(fromRate, toRate)
  if (fromRate === toRate) return { push: (block) => block, finish: () => new Float32Array(0) }
  const polyphase = sharedPolyphase(fromRate, toRate)
  const { step, phases, reach } = polyphase
  let pending: Float32Array = new Float32Array(0)
  let pendingStart = 0
  let received = 0
  let emitted = 0
  const emit = (end: number): Float32Array => {
    const output = new Float32Array(Math.max(0, end - emitted))
    convolve(polyphase, pending, pendingStart, output, emitted)
    emitted += output.length
    const keepFrom = Math.max(0, Math.floor((emitted * step) / phases) - reach + 1)
    const drop = Math.min(pending.length, Math.max(0, keepFrom - pendingStart))
    pending = pending.slice(drop)
    pendingStart += drop
    return output
  }
  return {
    push(block) {
      const joined = new Float32Array(pending.length + block.length)
      joined.set(pending)
      joined.set(block, pending.length)
      pending = joined
      received += block.length
      // output n needs input floor(n * step / phases) + reach
      return emit(received <= reach ? 0 : Math.ceil(((received - reach) * phases) / step))
    },
    finish: () => emit(countResampled(received, fromRate, toRate)),
  }
}

const checkRates = (fromRate: number, toRate: number): void => {
  invariant(
    Number.isInteger(fromRate) && Number.isInteger(toRate) && fromRate > 0 && toRate > 0,
    `sample rates ${fromRate}, ${toRate} are not whole numbers`,
  )
}
