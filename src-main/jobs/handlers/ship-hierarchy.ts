import { z } from 'zod'
import { shipBase, shipVoice } from '#main/training/runs/ship-hierarchy.ts'
import type { TaskHandler } from '../runner/runner.ts'

const stagesSchema = z.object({ semantic: z.string(), coarse: z.string(), fine: z.string() })

const card = z.object({
  modelsDir: z.string(),
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  licence: z.string(),
  source: z.string(),
  codecPath: z.string(),
})

const specSchema = z.discriminatedUnion('kind', [
  card.extend({
    kind: z.literal('base'),
    mulanPath: z.string(),
    semanticTokensPath: z.string(),
    composerPath: z.string().optional(),
    stages: stagesSchema,
  }),
  card.extend({
    kind: z.literal('voice'),
    base: z.string(),
    isFull: z.boolean(),
    alpha: z.number().positive(),
    adapters: stagesSchema,
    decoderPath: z.string().optional(),
    isFullDecoder: z.boolean().optional(),
  }),
])

/** Puts a trained base, or a voice that adapts one, into a models folder. */
export const shipHierarchyHandler: TaskHandler = {
  run(rawSpec) {
    const spec = specSchema.parse(rawSpec)
    if (spec.kind === 'base') {
      const { kind: _kind, composerPath, ...base } = spec
      return Promise.resolve(shipBase({ ...base, ...(composerPath === undefined ? {} : { composerPath }) }))
    }
    const { kind: _kind, decoderPath, isFullDecoder, ...voice } = spec
    return Promise.resolve(
      shipVoice({
        ...voice,
        ...(decoderPath === undefined ? {} : { decoderPath }),
        ...(isFullDecoder === undefined ? {} : { isFullDecoder }),
      }),
    )
  },
}
