import { join } from 'node:path'
import { z } from 'zod'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { readManifest } from '#main/voices/model-files.ts'
import { evaluateMulan } from '#main/training/runs/train-mulan-scores.ts'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ corpusDirs: z.array(z.string()).min(1) })

/** Retrieval and attributes of the shipped joint embedding on held-out clips in held-out words. */
export const evaluateMulanHandler: TaskHandler = {
  run(rawSpec, { onProgress }) {
    const { corpusDirs } = specSchema.parse(rawSpec)
    const modelsDir = join(findProjectRoot(), 'models')
    const file = readManifest(modelsDir).find(({ mulan }) => mulan !== undefined)?.mulan?.file
    if (file === undefined) throw new EngineError('MODEL_NOT_INSTALLED', { model: 'mulan' })
    return evaluateMulan({ weightsPath: join(modelsDir, file), corpusDirs, onProgress: (message) => onProgress(0.5, message) })
  },
}
