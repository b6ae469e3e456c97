import { trainCodec } from '#main/training/runs/train-codec.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({
  corpusDir: z.string(),
  runDir: z.string(),
  steps: z.number().int().positive(),
  decaySteps: z.number().int().min(0),
  learningRate: z.number().positive(),
  batchSize: z.number().int().positive(),
  seed: z.number().int(),
  startFromPath: z.string().optional(),
})

/** Trains the codec, or goes on where the run folder's checkpoint stands. Each report goes out as an item. */
export const trainHandler: TaskHandler = {
  run(rawSpec, { signal, onProgress, onItem }) {
    const { startFromPath, ...options } = specSchema.parse(rawSpec)
    return trainCodec({
      ...options,
      ...(startFromPath === undefined ? {} : { startFromPath }),
      signal,
      onProgress: (progress) => {
        onProgress(progress.step / progress.totalSteps, `step ${progress.step}, loss ${progress.loss.toFixed(3)},`)
        onItem(progress)
      },
    })
  },
}
