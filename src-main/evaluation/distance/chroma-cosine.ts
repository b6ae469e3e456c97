import { resample } from '#main/audio/io/resample.ts'
import { visitStftFrames } from '#main/audio/spectral/stft.ts'
import { hzToMidi } from '#music/pitch.ts'

const RATE = 44100
const N_FFT = 8192
const HOP = 2048
const LOWEST_HZ = 180
const HIGHEST_HZ = 4200
/** Frames this far below the loudest have no pitch worth comparing. */
const RANGE_DB = 50

/** Energy by pitch class per frame, each frame of unit length; a frame too soft to have a pitch is all zeros. [F, 12] */
const measureChroma = (pcm: Float32Array, sampleRate: number): Float64Array => {
  const samples = resample(pcm, sampleRate, RATE)
  const classOfBin = Int8Array.from({ length: N_FFT / 2 + 1 }, (_, bin) => {
    const hz = (bin * RATE) / N_FFT
    return hz < LOWEST_HZ || hz > HIGHEST_HZ ? -1 : ((Math.round(hzToMidi(hz)) % 12) + 12) % 12
  })
  const frames: Float64Array[] = []
  visitStftFrames(samples, { nFft: N_FFT, hopLength: HOP, winLength: N_FFT, isCentered: true, padding: 'zeros' }, (_, re, im) => {
    const row = new Float64Array(12)
    for (let bin = 0; bin < classOfBin.length; bin++) if (classOfBin[bin] >= 0) row[classOfBin[bin]] += re[bin] ** 2 + im[bin] ** 2
    frames.push(row)
  })
  const totals = frames.map((row) => row.reduce((sum, value) => sum + value, 0))
  const floor = Math.max(...totals, 0) * 10 ** (-RANGE_DB / 10)
  const chroma = new Float64Array(frames.length * 12)
  frames.forEach((row, i) => {
    const norm = Math.hypot(...row)
    if (totals[i] > floor && norm > 0) row.forEach((value, k) => (chroma[i * 12 + k] = value / norm))
  })
  return chroma
}

/**
 * How alike two clips' melodies are, blind to octave and timbre: mean cosine of their chroma over the frames in which both sound.
 *
 * @param reference   [S] mono samples
 * @param candidate   [S] mono samples, aligned; the longer one is compared as far as the shorter goes
 * @param sampleRate  Hz of both
 * @returns           0..1; 0 where no frame sounds in both
 * @source            Copet et al. 2023 (MusicGen), section 3.3: cosine similarity of the chroma; here of all classes, not the loudest alone
 */
export const measureChromaCosine = (reference: Float32Array, candidate: Float32Array, sampleRate: number): number => {
  const length = Math.min(reference.length, candidate.length)
  const [a, b] = [reference, candidate].map((pcm) => measureChroma(pcm.subarray(0, length), sampleRate))
  let sum = 0
  let count = 0
  for (let frame = 0; frame < a.length; frame += 12) {
    let dot = 0
    let soundsA = 0
    let soundsB = 0
    for (let k = frame; k < frame + 12; k++) {
      dot += a[k] * b[k]
      soundsA += a[k]
      soundsB += b[k]
    }
    if (soundsA === 0 || soundsB === 0) continue
    sum += dot
    count++
  }
  return count === 0 ? 0 : sum / count
}
