import { readAudioFile } from '#main/audio/io/read-audio-file.ts'
import { INSTRUMENTS, isBowed, type Instrument } from '#main/corpus/material/instruments.ts'
import { measureCosine } from '#main/evaluation/voice/joint-embedding.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { openJointEmbedding } from '#main/generation/joint-embedding.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { instrumentSpecSchema } from './finetune-instrument-spec.ts'
import { INTERNAL_RATE } from './read-clean-sound.ts'

/**
 * What plays in recordings, by the joint embedding of words and sound: the mean cosine of some stretches with "a solo flute" and its
 * like. A violin of strong character stays within the bowed family, so that other bowed instruments must be much nearer than the
 * violin before they are named, and blown ones clearly nearer than any bowed one.
 */

/**
 * Measured on held-out material, twelve stretches drawn 300 times: blown instruments were 0.22 to 0.78 nearer than every bowed one
 * (one saxophone of a few short notes 0.17 in the middle), violins from 0.46 farther to 0.17 nearer.
 */
const LEAST_BLOWN_LEAD = 0.2
/** The same of cellos and violas against the violin: 0.52 to 0.93; violins, of a dark and a bright character too, at most 0.45. */
const LEAST_BOWED_LEAD = 0.5

/** @param nearness mean cosines of the stretches with the instruments' words */
export const nameOtherInstrument = (nearness: Readonly<Record<Instrument, number>>): Instrument | null => {
  const nearest = (names: readonly Instrument[]): Instrument =>
    names.reduce((best, name) => (nearness[name] > nearness[best] ? name : best))
  const bowed = nearest(INSTRUMENTS.filter(isBowed))
  const blown = nearest(INSTRUMENTS.filter((name) => !isBowed(name)))
  if (nearness[blown] - nearness[bowed] >= LEAST_BLOWN_LEAD) return blown
  return nearness[bowed] - nearness.violin >= LEAST_BOWED_LEAD ? bowed : null
}

export const instrumentHandler: TaskHandler = {
  async run(rawSpec, { signal }) {
    const { modelsDir, stretches } = instrumentSpecSchema.parse(rawSpec)
    const embedding = await openJointEmbedding(modelsDir)
    if (embedding === null) return { other: null }
    try {
      const words = await embedding.embedTexts(INSTRUMENTS.map((name) => `a solo ${name}`))
      const vectors: Float32Array[] = []
      let last: { path: string; pcm: Float32Array } = { path: '', pcm: new Float32Array() }
      for (const { path, startSeconds, endSeconds } of stretches) {
        throwIfCancelled(signal)
        if (last.path !== path) last = { path, pcm: (await readAudioFile(path, { sampleRate: INTERNAL_RATE })).pcm }
        const part = last.pcm.subarray(Math.round(startSeconds * INTERNAL_RATE), Math.round(endSeconds * INTERNAL_RATE))
        if (part.length < INTERNAL_RATE) continue
        vectors.push(embedding.embedAudio(part))
      }
      if (vectors.length === 0) return { other: null }
      const meanWith = (word: Float32Array): number =>
        vectors.reduce((sum, vector) => sum + measureCosine(vector, word), 0) / vectors.length
      const nearness = Object.fromEntries(INSTRUMENTS.map((name, i) => [name, meanWith(words[i] ?? new Float32Array())]))
      return { other: nameOtherInstrument(nearness as Record<Instrument, number>) }
    } finally {
      embedding.dispose()
    }
  },
}
