import { computeMelPower, type LogMelConfig } from '#main/audio/spectral/log-mel.ts'

const CONFIG: LogMelConfig = { sampleRate: 44100, nFft: 2048, hopLength: 882, nMels: 32, fMin: 80, fMax: 16000 }
/** One second, every half second. */
const WINDOW_FRAMES = 50
const STEP_FRAMES = 25
const RANGE_DB = 80

/**
 * A plain embedding that needs no network: mean and spread of 32 log-mel bands over one-second windows, blind to the clip's level.
 *
 * @param pcm [S] mono at 44.1 kHz
 * @returns   one [64] for each window that sounds, in units of 10 dB
 */
export const embedMelWindows = (pcm: Float32Array): Float32Array[] => {
  const power = computeMelPower(pcm, CONFIG)
  const { nMels } = CONFIG
  const frames = power.length / nMels
  const loudest = power.reduce((most, value) => Math.max(most, value), 0)
  if (loudest === 0) return []
  const windows: Float32Array[] = []
  for (let start = 0; start + WINDOW_FRAMES <= frames; start += STEP_FRAMES) {
    const vector = new Float32Array(2 * nMels)
    for (let mel = 0; mel < nMels; mel++) {
      let sum = 0
      let squares = 0
      for (let frame = start; frame < start + WINDOW_FRAMES; frame++) {
        const level = Math.log10(Math.max(power[frame * nMels + mel] / loudest, 10 ** (-RANGE_DB / 10)))
        sum += level
        squares += level * level
      }
      const mean = sum / WINDOW_FRAMES
      vector[mel] = mean
      vector[nMels + mel] = Math.sqrt(Math.max(0, squares / WINDOW_FRAMES - mean * mean))
    }
    windows.push(vector)
  }
  return windows
}
