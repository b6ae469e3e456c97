import { halve } from '../quality/halve.ts'
import { hannWindow } from '../spectral/stft.ts'
import type { Hum } from './hum-filter.ts'

/** The amplitude of a line is followed in blocks of this length, half overlapping. */
const BLOCK_SECONDS = 0.2
/** A line may change over about this long; what moves faster is music. */
const SPAN_SECONDS = 0.6
const REACH_SPANS = 2.5

/** Complex amplitude of one line, block by block. */
interface Amplitudes {
  readonly re: Float64Array
  readonly im: Float64Array
}

const middleOf = (values: Float64Array): number => Float64Array.from(values).sort()[values.length >> 1]

/** Demodulates a line: amplitude a where a cos(wt) + b sin(wt) sounds is (a, -b). */
const demodulate = (
  pcm: Float32Array,
  omega: number,
  { length, hop, count }: { length: number; hop: number; count: number },
): Amplitudes => {
  const window = hannWindow(length)
  const re = new Float64Array(count)
  const im = new Float64Array(count)
  const stepR = Math.cos(omega)
  const stepI = -Math.sin(omega)
  for (let b = 0; b < count; b++) {
    const start = b * hop - (length >> 1)
    let turnR = Math.cos(omega * start)
    let turnI = -Math.sin(omega * start)
    let sumR = 0
    let sumI = 0
    let total = 0
    for (let n = 0; n < length; n++) {
      const at = start + n
      if (at >= 0 && at < pcm.length) {
        const x = pcm[at] * window[n]
        sumR += x * turnR
        sumI += x * turnI
        total += window[n]
      }
      const turned = turnR * stepR - turnI * stepI
      turnI = turnR * stepI + turnI * stepR
      turnR = turned
    }
    re[b] = (2 * sumR) / Math.max(total, 1e-9)
    im[b] = (2 * sumI) / Math.max(total, 1e-9)
  }
  return { re, im }
}

/** Turns each block's amplitude by a constant step more than the one before. */
const rotate = ({ re, im }: Amplitudes, step: number): Amplitudes => ({
  re: re.map((x, b) => x * Math.cos(step * b) - im[b] * Math.sin(step * b)),
  im: im.map((y, b) => re[b] * Math.sin(step * b) + y * Math.cos(step * b)),
})

/** Turn from block to block that most blocks agree on: what the line's frequency was wrong by. */
const findDrift = ({ re, im }: Amplitudes, usual: number): number => {
  let x = 0
  let y = 0
  for (let b = 1; b < re.length; b++) {
    const weight = 1 / (usual ** 4 + (re[b] ** 2 + im[b] ** 2) * (re[b - 1] ** 2 + im[b - 1] ** 2))
    x += weight * (re[b] * re[b - 1] + im[b] * im[b - 1])
    y += weight * (im[b] * re[b - 1] - re[b] * im[b - 1])
  }
  return Math.atan2(y, x)
}

/** Slow part of the amplitudes: a weighted mean around each block in which blocks with a note on the line hardly count. */
const smooth = ({ re, im }: Amplitudes, usual: number): Amplitudes => {
  const blocksPerSpan = SPAN_SECONDS / (BLOCK_SECONDS / 2)
  const reach = Math.ceil(REACH_SPANS * blocksPerSpan)
  const outR = new Float64Array(re.length)
  const outI = new Float64Array(re.length)
  for (let b = 0; b < re.length; b++) {
    const from = Math.max(0, b - reach)
    const to = Math.min(re.length, b + reach + 1)
    const middleR = middleOf(re.subarray(from, to))
    const middleI = middleOf(im.subarray(from, to))
    let [sumR, sumI, total] = [0, 0, 0]
    for (let i = from; i < to; i++) {
      const distance = ((re[i] - middleR) ** 2 + (im[i] - middleI) ** 2) / (0.15 * usual) ** 2
      const weight = Math.exp(-0.5 * ((i - b) / blocksPerSpan) ** 2) / (1 + distance) ** 2
      sumR += weight * re[i]
      sumI += weight * im[i]
      total += weight
    }
    outR[b] = sumR / Math.max(total, 1e-12)
    outI[b] = sumI / Math.max(total, 1e-12)
  }
  return { re: outR, im: outI }
}

/** Subtracts a line whose amplitude is read linearly between the blocks' centres. */
const subtractLine = (pcm: Float64Array, { re, im }: Amplitudes, { omega, hopSamples }: { omega: number; hopSamples: number }): void => {
  const stepR = Math.cos(omega)
  const stepI = Math.sin(omega)
  for (let block = 0, start = 0; start < pcm.length; block++, start += hopSamples) {
    const next = Math.min(re.length - 1, block + 1)
    const growthR = (re[next] - re[block]) / hopSamples
    const growthI = (im[next] - im[block]) / hopSamples
    const end = Math.min(pcm.length, start + hopSamples)
    let turnR = Math.cos(omega * start)
    let turnI = Math.sin(omega * start)
    for (let n = start, a = re[block], b = im[block]; n < end; n++, a += growthR, b += growthI) {
      pcm[n] -= a * turnR - b * turnI
      const turned = turnR * stepR - turnI * stepI
      turnI = turnR * stepI + turnI * stepR
      turnR = turned
    }
  }
}

/**
 * Takes the lines of a hum out by subtracting what each of them has been for the last second or so: a note that passes through
 * a line, or is played near it, is not touched as a filter would.
 *
 * @param pcm         [S]
 * @param sampleRate  Hz
 * @param hum         from `detectHum`
 * @returns           a new array [S]; the same array where there is no line
 * @source            synchronous demodulation; weights of the blocks after Geman and McClure
 */
export const removeHum = (pcm: Float32Array, sampleRate: number, { lines }: Hum): Float32Array => {
  if (lines.length === 0) return pcm
  const highestHz = lines.reduce((most, { freqHz }) => Math.max(most, freqHz), 0)
  let slow = pcm
  let divisor = 1
  while (sampleRate / (2 * divisor) > 3 * highestHz) {
    slow = halve(slow)
    divisor *= 2
  }
  const hop = Math.round((BLOCK_SECONDS / 2) * (sampleRate / divisor))
  const blocks = { length: 2 * hop, hop, count: 1 + Math.ceil(slow.length / hop) }
  const output = Float64Array.from(pcm)
  for (const { freqHz } of lines) {
    const raw = demodulate(slow, (2 * Math.PI * freqHz * divisor) / sampleRate, blocks)
    const usual = Math.max(1e-9, middleOf(Float64Array.from(raw.re, (x, b) => Math.hypot(x, raw.im[b]))))
    const drift = findDrift(raw, usual)
    const { re, im } = rotate(smooth(rotate(raw, -drift), usual), drift)
    const hopSamples = hop * divisor
    const omega = (2 * Math.PI * freqHz) / sampleRate
    subtractLine(output, { re, im }, { omega, hopSamples })
  }
  return Float32Array.from(output)
}
