import { z } from 'zod'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { evaluateCaptions, formatCaptionEvaluation, type CaptionTestClip } from '#main/evaluation/cleaning/evaluate-captions.ts'
import { evaluateCleaning, formatCleaningEvaluation, type CleaningTestClip } from '#main/evaluation/cleaning/evaluate-cleaning.ts'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ corpusDir: z.string(), clips: z.number().int().positive() })

/** A clip's first seconds are enough to clean. */
const SECONDS = 4
const RATE = 44100
const FRAME_RATE = 100

/** The cleaning chain on mixtures of held-out clips with known noise. Answers the evaluation, and its lines for people. */
export const evaluateCleaningHandler: TaskHandler = {
  run: async (rawSpec, { onProgress }) => {
    const { corpusDir, clips: count } = specSchema.parse(rawSpec)
    const corpus = openCorpus(corpusDir, 'test')
    const step = Math.max(1, Math.floor(corpus.clips.length / count))
    const indices = corpus.clips.map((_, index) => index).filter((index) => index % step === 0)
    const clips = indices.slice(0, count).map((index): CleaningTestClip => {
      const { f0, isNote } = corpus.readControls(index)
      const pcm = corpus.readAudio(index).subarray(0, SECONDS * RATE)
      return { pcm, f0: f0.subarray(0, SECONDS * FRAME_RATE), isNote: isNote.subarray(0, SECONDS * FRAME_RATE) }
    })
    corpus.close()
    const report = evaluateCleaning(clips, { onProgress: (fraction) => onProgress(fraction, 'cleaning mixtures') })
    return { report, text: formatCleaningEvaluation(report) }
  },
}

/** Captions of clips with known facts: all held-out ones, filled up from the end of the training part. */
export const evaluateCaptionsHandler: TaskHandler = {
  run: async (rawSpec, { onProgress }) => {
    const { corpusDir, clips: count } = specSchema.parse(rawSpec)
    const clips: CaptionTestClip[] = []
    for (const split of ['test', 'valid', 'train'] as const) {
      const corpus = openCorpus(corpusDir, split)
      for (let index = corpus.clips.length - 1; index >= 0 && clips.length < count; index--) {
        const { facts, notes } = corpus.clips[index]
        clips.push({ pcm: corpus.readAudio(index), facts: { ...facts }, notes })
      }
      corpus.close()
    }
    const report = evaluateCaptions(clips, { onProgress: (fraction) => onProgress(fraction, 'listening to clips') })
    return { report, text: formatCaptionEvaluation(report) }
  },
}
