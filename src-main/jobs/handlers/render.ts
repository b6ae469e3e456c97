import { matchScoreSchema } from '#contract/api.ts'
import { lanesSchema } from '#contract/expression.ts'
import { noteSchema } from '#contract/melody.ts'
import { DEFAULT_FREEDOM, takeEditSchema } from '#contract/take-edit.ts'
import { ownSchema, recipeSchema, type Recipe } from '#contract/recipe.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { z } from 'zod'
import type { RenderEngine } from './render-engine.ts'
import type { TaskHandler } from '../runner/runner.ts'

/** What a render job is asked to make: `count` takes with the seeds seed, seed + 1, … */
export const renderSpecSchema = z.object({
  humId: z.string(),
  prompt: z.string(),
  notes: z.array(noteSchema).min(1),
  lanes: lanesSchema,
  seed: z.number().int().min(0).max(4294967295),
  count: z.number().int().min(1).max(20),
  /** How many takes an interrupted attempt already kept. */
  firstIndex: z.number().int().min(0).default(0),
  voice: z.string().optional(),
  modelsDir: z.string().optional(),
  voicesDir: z.string().optional(),
  durationSeconds: z.number().positive().optional(),
  freedom: z.number().min(0).max(1).default(DEFAULT_FREEDOM),
  edits: z.array(takeEditSchema).default([]),
  own: ownSchema.optional(),
})
export type RenderSpec = z.input<typeof renderSpecSchema>

/** One finished take on its way to the library. */
export const renderedItemSchema = z.object({
  index: z.number().int(),
  seed: z.number().int(),
  pcm: z.custom<Float32Array>((value) => value instanceof Float32Array),
  sampleRate: z.number(),
  modelHash: z.string(),
  voice: z.string(),
  notes: z.array(noteSchema),
  score: matchScoreSchema,
  recipe: recipeSchema,
})
export type RenderedItem = z.infer<typeof renderedItemSchema>

/** Seeds wrap around at 32 bits, so that every one of them is a seed that can be asked for again. */
export const seedOfTake = (seed: number, index: number): number => (seed + index) >>> 0

/** The handler of `render`: each take goes out as an item as soon as it is there. */
export const createRenderHandler = (engine: RenderEngine): TaskHandler => ({
  async run(rawSpec, { signal, onProgress, onItem }) {
    const spec = renderSpecSchema.parse(rawSpec)
    const { notes, lanes, count } = spec
    for (let index = spec.firstIndex; index < count; index++) {
      throwIfCancelled(signal)
      const words = count === 1 ? 'Playing' : `Playing take ${index + 1} of ${count}`
      onProgress(index / count, words)
      const seed = seedOfTake(spec.seed, index)
      const clip = await engine.renderClip(
        {
          notes,
          lanes,
          seed,
          prompt: spec.prompt,
          freedom: spec.freedom,
          edits: spec.edits,
          ...(spec.own === undefined ? {} : { own: spec.own }),
          ...(spec.voice === undefined ? {} : { voice: spec.voice }),
          ...(spec.modelsDir === undefined ? {} : { modelsDir: spec.modelsDir }),
          ...(spec.voicesDir === undefined ? {} : { voicesDir: spec.voicesDir }),
          ...(spec.durationSeconds === undefined ? {} : { durationSeconds: spec.durationSeconds }),
        },
        { signal, onProgress: (fraction) => onProgress((index + 0.9 * fraction) / count, words) },
      )
      throwIfCancelled(signal)
      onProgress((index + 0.9) / count, words)
      const score = await engine.scoreMatch(clip.pcm, clip.sampleRate, clip.notes)
      const { pcm, sampleRate, modelHash, voice } = clip
      const recipe: Recipe = {
        notes,
        lanes,
        prompt: spec.prompt,
        seed,
        voice,
        modelHash,
        freedom: spec.freedom,
        edits: spec.edits,
        ...(spec.own === undefined ? {} : { own: spec.own }),
        ...(spec.durationSeconds === undefined ? {} : { durationSeconds: spec.durationSeconds }),
      }
      onItem({ index, seed, pcm, sampleRate, modelHash, voice, notes: clip.notes, score, recipe } satisfies RenderedItem)
    }
    return null
  },
})
