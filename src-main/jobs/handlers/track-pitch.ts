import type { PitchTrack } from '#contract/melody.ts'
import { readWav } from '#main/audio/io/wav.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ wav: z.custom<Uint8Array>((value) => value instanceof Uint8Array) })

/** The violin, with a margin. */
const RANGE = { fMin: 180, fMax: 3700 }

/** The measured pitch of a take's WAV. */
export const trackPitchHandler: TaskHandler = {
  run: async (rawSpec): Promise<PitchTrack> => {
    const { channels, sampleRate } = readWav(specSchema.parse(rawSpec).wav)
    const pcm = channels[0]
    if (pcm === undefined) throw new EngineError('AUDIO_EMPTY', { path: 'the take' })
    const { hopSeconds, f0, voicing } = trackF0(pcm, sampleRate, RANGE)
    return { hopSeconds, f0: [...f0], voicing: [...voicing] }
  },
}
