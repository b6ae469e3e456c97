import { DEFAULT_LANES } from '#contract/expression.ts'
import { drawSpectrogram } from '#main/audio/spectral/draw-spectrogram.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { compareVoicesSpecSchema, type ComparedItem } from './compare-voices-spec.ts'
import type { RenderEngine } from './render-engine.ts'
import type { TaskHandler } from '../runner/runner.ts'

/** How finely sounds are drawn for looking at them side by side. */
const COLUMNS_PER_SECOND = 25
const PICTURE = { bands: 64, lowestHz: 150, highestHz: 12_000 }

/** The handler of `compare-voices`: every tune on every voice, from the same seed and in the same manner. */
export const createCompareVoicesHandler = (engine: RenderEngine): TaskHandler => ({
  async run(rawSpec, { signal, onProgress, onItem }) {
    const { candidates, tunes, seed, firstIndex, modelsDir, voicesDir } = compareVoicesSpecSchema.parse(rawSpec)
    const clips = tunes.flatMap((tune) => candidates.map((candidate, number) => ({ tune, candidate, number })))
    for (const [index, { tune, candidate, number }] of clips.entries()) {
      if (index < firstIndex) continue
      throwIfCancelled(signal)
      const words = `Playing "${tune.name}" (${index + 1} of ${clips.length})`
      onProgress(index / clips.length, words)
      const { pcm, sampleRate, notes, modelHash } = await engine.renderClip(
        {
          notes: tune.notes,
          lanes: DEFAULT_LANES,
          seed,
          voice: candidate.voiceId,
          voiceStrength: candidate.strength,
          ...(modelsDir === undefined ? {} : { modelsDir }),
          ...(voicesDir === undefined ? {} : { voicesDir }),
        },
        { signal, onProgress: (fraction) => onProgress((index + 0.9 * fraction) / clips.length, words) },
      )
      const { percent } = await engine.scoreMatch(pcm, sampleRate, notes)
      const columns = Math.max(1, Math.round((COLUMNS_PER_SECOND * pcm.length) / sampleRate))
      const picture = { columns, bands: PICTURE.bands, values: [...drawSpectrogram(pcm, sampleRate, { ...PICTURE, columns })] }
      onItem({ candidate: number, tune: tune.name, pcm, sampleRate, modelHash, percent, picture } satisfies ComparedItem)
    }
    return null
  },
})
