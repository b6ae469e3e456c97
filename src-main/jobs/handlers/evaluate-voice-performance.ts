import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import type { ClipMeta } from '#main/corpus/shards/format.ts'
import { calibratePerformance, measureConfusion, type KnownClip } from '#main/evaluation/prompts/calibrate-performance.ts'
import { readCalibration } from '#main/evaluation/prompts/measure-performance.ts'
import { listenToClip, type Features } from '#main/evaluation/prompts/note-features.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import type { TaskContext, TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ corpusDir: z.string(), calibrationPath: z.string().optional() })

/** Every eighth clip of the training split and the whole valid split: about a hundred clips for a handful of weights. */
const STRIDE = 8
/** Shorter notes than this have no time for vibrato. */
const VIBRATO_SECONDS = 0.3

const word = (value: string | boolean | undefined): string => String(value)

/** What a clip's facts let one hear: vibrato in long bowed notes, attacks where every note has its own bow. */
export const knownFacts = (facts: ClipMeta['facts'], features: Features): KnownClip['facts'] => {
  const articulation = word(facts['articulation'])
  const isBowed = articulation === 'legato' || articulation === 'detache'
  return {
    ...(facts['isMixed'] === true ? {} : { articulation }),
    dynamics: word(facts['dynamics']),
    brightness: word(facts['tone']),
    ...(isBowed && features.gapSeconds > VIBRATO_SECONDS ? { vibrato: word(facts['vibrato']) } : {}),
    ...(articulation === 'detache' ? { attack: word(facts['attack']) } : {}),
  }
}

const listen = (
  corpusDir: string,
  split: 'train' | 'valid' | 'test',
  context: TaskContext & { stride: number; from: number; to: number },
): KnownClip[] => {
  const corpus = openCorpus(corpusDir, split)
  const chosen = corpus.clips.map((_, i) => i).filter((i) => i % context.stride === 0 && corpus.clips[i].subset !== 'cello')
  const clips = chosen.flatMap((index, done) => {
    throwIfCancelled(context.signal)
    context.onProgress(context.from + ((context.to - context.from) * done) / chosen.length, `listening to the ${split} split`)
    const { notes, facts } = corpus.clips[index]
    const heard = listenToClip(corpus.readAudio(index), 44100, notes)
    return heard === null ? [] : [{ features: heard.features, facts: knownFacts(facts, heard.features) }]
  })
  corpus.close()
  return clips
}

/**
 * How well articulation, dynamics, vibrato, attack and brightness are told from sound: the classifiers' confusion on a corpus's
 * test split. With `calibrationPath` they are first fitted anew to its training and valid splits, and written there.
 */
export const evaluatePerformanceHandler: TaskHandler = {
  run(rawSpec, context) {
    const { corpusDir, calibrationPath } = specSchema.parse(rawSpec)
    const isFitting = calibrationPath !== undefined
    const calibration = isFitting
      ? calibratePerformance([
          ...listen(corpusDir, 'train', { ...context, stride: STRIDE, from: 0, to: 0.4 }),
          ...listen(corpusDir, 'valid', { ...context, stride: 1, from: 0.4, to: 0.6 }),
        ])
      : readCalibration()
    if (isFitting) writeFileSync(calibrationPath, `${JSON.stringify(calibration)}\n`)
    const clips = listen(corpusDir, 'test', { ...context, stride: 1, from: isFitting ? 0.6 : 0, to: 1 })
    return Promise.resolve({ clips: clips.length, attributes: measureConfusion(calibration, clips) })
  },
}
