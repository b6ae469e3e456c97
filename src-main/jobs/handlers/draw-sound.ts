import { drawSpectrogram } from '#main/audio/spectral/draw-spectrogram.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { drawSoundSpecSchema } from './draw-sound-spec.ts'
import { cleanSound, INTERNAL_RATE } from './read-clean-sound.ts'

/** Highest absolute sample of equal parts. */
const measurePeaks = (pcm: Float32Array, count: number): Float32Array => {
  const peaks = new Float32Array(count)
  for (let n = 0; n < pcm.length; n++) {
    const column = Math.min(count - 1, Math.floor((n * count) / pcm.length))
    peaks[column] = Math.max(peaks[column], Math.abs(pcm[n]))
  }
  return peaks
}

/** A span of a sound file as pictures, cleaned or not, and what the cleaning did. */
export const drawSoundHandler: TaskHandler = {
  async run(rawSpec) {
    const { path, startSeconds, endSeconds, cleaning, columns, ...rest } = drawSoundSpecSchema.parse(rawSpec)
    const { pcm, report } = await cleanSound(path, cleaning)
    const span = pcm.subarray(Math.round(startSeconds * INTERNAL_RATE), Math.round(endSeconds * INTERNAL_RATE))
    return { levels: drawSpectrogram(span, INTERNAL_RATE, { columns, ...rest }), peaks: measurePeaks(span, columns), report: [...report] }
  },
}
