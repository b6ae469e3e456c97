import { readAudioFile } from '#main/audio/io/read-audio-file.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { openJointEmbedding } from '#main/generation/joint-embedding.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { embedSoundsSpecSchema, embedWordsSpecSchema } from './embed-spec.ts'
import { INTERNAL_RATE } from './read-clean-sound.ts'

/** A shorter slice is followed by silence up to here: the embedding hears whole seconds. */
const LEAST_SECONDS = 1

let opened: ReturnType<typeof openJointEmbedding> | null = null

/** Opened once for the life of the process. */
const openOnce = async (): Promise<NonNullable<Awaited<ReturnType<typeof openJointEmbedding>>>> => {
  opened ??= openJointEmbedding()
  const embedding = await opened
  if (embedding === null)
    throw new EngineError('SIMILARITY_UNAVAILABLE', { reason: 'the joint embedding of sound and words is not installed' })
  return embedding
}

const padToLeast = (pcm: Float32Array): Float32Array => {
  if (pcm.length >= LEAST_SECONDS * INTERNAL_RATE) return pcm
  const padded = new Float32Array(LEAST_SECONDS * INTERNAL_RATE)
  padded.set(pcm)
  return padded
}

/** Spans of a sound file as unit vectors of the joint embedding. */
export const embedSoundsHandler: TaskHandler = {
  async run(rawSpec, { signal }) {
    const { path, spans } = embedSoundsSpecSchema.parse(rawSpec)
    const embedding = await openOnce()
    const { pcm } = await readAudioFile(path, { sampleRate: INTERNAL_RATE })
    const vectors = spans.map(({ startSeconds, endSeconds }) => {
      throwIfCancelled(signal)
      const span = pcm.subarray(Math.round(startSeconds * INTERNAL_RATE), Math.round(endSeconds * INTERNAL_RATE))
      return embedding.embedAudio(padToLeast(span))
    })
    return { vectors }
  },
}

/** Words as a unit vector of the joint embedding. */
export const embedWordsHandler: TaskHandler = {
  async run(rawSpec) {
    const { text } = embedWordsSpecSchema.parse(rawSpec)
    return { vector: await (await openOnce()).embedText(text) }
  },
}
