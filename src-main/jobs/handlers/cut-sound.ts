import { encodeWav } from '#main/audio/io/wav.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { cutSoundSpecSchema } from './cut-sound-spec.ts'
import { INTERNAL_RATE, readCleanSound } from './read-clean-sound.ts'

/** A span of a sound file as a mono WAV, cleaned or not. */
export const cutSoundHandler: TaskHandler = {
  async run(rawSpec) {
    const { path, startSeconds, endSeconds, cleaning } = cutSoundSpecSchema.parse(rawSpec)
    // The chain learns from the whole recording, such as its noise; the span is cut from what it leaves.
    const clean = await readCleanSound(path, cleaning)
    const span = clean.subarray(Math.round(startSeconds * INTERNAL_RATE), Math.round(endSeconds * INTERNAL_RATE))
    return { wav: encodeWav([span], { sampleRate: INTERNAL_RATE, bits: 24 }), durationSeconds: span.length / INTERNAL_RATE }
  },
}
