import { computeMelPower } from './log-mel.ts'

const BANDS = 64
const FRAMES_PER_SECOND = 25
const RANGE_DB = 60

/**
 * A small picture of a sound: log-mel power of 64 bands to 12 kHz, 25 frames a second, 60 dB below the loudest value as 0..255.
 *
 * @param pcm  [S] mono samples at `sampleRate` Hz
 * @returns    values [F * bands], frame by frame, low bands first
 */
export const drawLogMel = (pcm: Float32Array, sampleRate: number): { bands: number; values: number[] } => {
  const power = computeMelPower(pcm, {
    sampleRate,
    nFft: 2048,
    hopLength: Math.round(sampleRate / FRAMES_PER_SECOND), // s -> samples
    nMels: BANDS,
    fMin: 100,
    fMax: Math.min(12000, sampleRate / 2),
  })
  const loudest = power.reduce((highest, value) => Math.max(highest, value), 1e-10)
  const values = Array.from(power, (value) => {
    const db = 10 * Math.log10(Math.max(value, 1e-10) / loudest)
    return Math.round(255 * Math.max(0, 1 + db / RANGE_DB))
  })
  return { bands: BANDS, values }
}
