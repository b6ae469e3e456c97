import { findProjectRoot } from '#main/foundation/project-root.ts'
import { shipWeights } from '#main/training/runs/ship-weights.ts'
import { join } from 'node:path'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ runDir: z.string(), id: z.string().regex(/^[a-z0-9-]+$/), title: z.string(), licence: z.string() })

/** Puts a run's best weights into models/, in half precision, named in the manifest. */
export const shipHandler: TaskHandler = {
  run: async (rawSpec) => {
    const { runDir, ...card } = specSchema.parse(rawSpec)
    const source = 'npm run corpus; npm run train -- codec (see models/README.md)'
    const place = { weightsPath: join(runDir, 'best.safetensors'), modelsDir: join(findProjectRoot(), 'models') }
    return shipWeights({ ...place, ...card, sampleRate: 44100, source })
  },
}
