import { setTimeout as wait } from 'node:timers/promises'
import type { TrainingSlice } from '#main/datasets/judge-training.ts'
import { instrumentResultSchema, type InstrumentSpec } from '#main/jobs/handlers/finetune-instrument-spec.ts'
import type { ServiceContext } from './context.ts'
import { findOriginal } from './library-sound.ts'
import { voiceFolders } from './voice-folders.ts'

const STRETCHES = 24
const LONGEST_SECONDS = 6
/** The player may be busy with takes; what is not known by then is asked again at the next check. */
const PATIENCE_MS = 45_000

/** Slices evenly over the data set, in the order of their recordings, so that each file is read once. */
const chooseStretches = (slices: readonly TrainingSlice[]): TrainingSlice['item'][] => {
  const count = Math.min(STRETCHES, slices.length)
  return Array.from({ length: count }, (_, i) => slices[Math.floor((i * slices.length) / count)])
    .flatMap((slice) => (slice === undefined ? [] : [slice.item]))
    .sort((a, b) => a.recordingId.localeCompare(b.recordingId) || a.startSeconds - b.startSeconds)
}

/** Which other instrument than a violin a data set sounds like: heard once for each content while the program runs. */
export const createInstrumentEar = (
  context: Pick<ServiceContext, 'env' | 'library'>,
): ((contentHash: string, slices: readonly TrainingSlice[]) => Promise<string | null>) => {
  const { env } = context
  const heard = new Map<string, Promise<string | null>>()

  const hear = async (slices: readonly TrainingSlice[]): Promise<string | null> => {
    const spec: InstrumentSpec = {
      modelsDir: voiceFolders(env).modelsDir,
      stretches: chooseStretches(slices).map(({ assetId, startSeconds, endSeconds }) => ({
        path: findOriginal(context, assetId),
        startSeconds,
        endSeconds: Math.min(endSeconds, startSeconds + LONGEST_SECONDS),
      })),
    }
    const task = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
    return instrumentResultSchema.parse(await env.runner.run('name-instrument', spec, task)).other
  }

  return async (contentHash, slices) => {
    let hearing = heard.get(contentHash)
    if (hearing === undefined) {
      hearing = hear(slices).catch((error: unknown) => {
        // A warning that cannot be given is no reason to refuse a night.
        env.logger.warn('the instrument of a data set could not be told', { error })
        heard.delete(contentHash)
        return null
      })
      heard.set(contentHash, hearing)
    }
    return Promise.race([hearing, wait(PATIENCE_MS, null, { ref: false })])
  }
}
