import { z } from 'zod'
import { fitSemanticTokens } from '#main/training/runs/fit-semantic-tokens.ts'
import { tokenizeCorpus } from '#main/training/runs/tokenize-corpus.ts'
import { trainCodec } from '#main/training/runs/train-codec.ts'
import { trainComposer } from '#main/training/runs/train-composer.ts'
import { trainHierarchyFromTokens } from '#main/training/runs/train-hierarchy.ts'
import { trainMulan } from '#main/training/runs/train-mulan.ts'
import type { TaskContext, TaskHandler } from '../runner/runner.ts'

const run = z.object({
  corpusDirs: z.array(z.string()).min(1),
  runDir: z.string(),
  steps: z.number().int().positive(),
  decaySteps: z.number().int().min(0),
  learningRate: z.number().positive(),
  batchSize: z.number().int().positive(),
  seed: z.number().int(),
})

const specSchema = z.discriminatedUnion('stage', [
  run.extend({
    stage: z.literal('codec'),
    startFromPath: z.string().optional(),
    isEncoderFrozen: z.boolean().optional(),
    adaptation: z.enum(['output', 'decoder']).optional(),
  }),
  run.extend({ stage: z.literal('mulan') }),
  run.extend({ stage: z.literal('composer') }),
  run.extend({ stage: z.literal('semantic-tokens'), kind: z.enum(['descriptors', 'learned']) }),
  run.extend({ stage: z.literal('tokens'), codecPath: z.string(), mulanPath: z.string(), semanticTokensPath: z.string() }),
  run.extend({
    stage: z.enum(['semantic', 'coarse', 'fine']),
    tokensDir: z.string(),
    positions: z.enum(['rotary', 'relative']),
    subsets: z.array(z.string()).optional(),
    base: z
      .object({
        path: z.string(),
        adaptation: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('full') }),
          z.object({ kind: z.literal('lora'), rank: z.number().int().positive(), alpha: z.number().positive() }),
        ]),
      })
      .optional(),
  }),
])

/** Each report of a run goes out as an item. */
const reports = ({ signal, onProgress, onItem }: TaskContext) => ({
  signal,
  onProgress: (progress: { step: number; totalSteps: number; loss: number }) => {
    onProgress(progress.step / progress.totalSteps, `step ${progress.step}, loss ${progress.loss.toFixed(3)},`)
    onItem(progress)
  },
})

/** Trains a stage, or goes on where the run folder's checkpoint stands. */
export const trainHandler: TaskHandler = {
  async run(rawSpec, context) {
    const spec = specSchema.parse(rawSpec)
    const { signal, onProgress } = context
    const [corpusDir] = spec.corpusDirs
    switch (spec.stage) {
      case 'codec': {
        const { startFromPath, isEncoderFrozen, adaptation, ...options } = spec
        return trainCodec({
          ...options,
          corpusDir,
          ...(startFromPath === undefined ? {} : { startFromPath }),
          ...(adaptation === undefined ? {} : { adaptation }),
          ...(isEncoderFrozen === undefined ? {} : { isEncoderFrozen }),
          ...reports(context),
        })
      }
      case 'mulan':
        return trainMulan({ ...spec, ...reports(context), onPreparation: (message) => onProgress(0, message) })
      case 'composer':
        return trainComposer({ ...spec, ...reports(context) })
      case 'semantic-tokens':
        return fitSemanticTokens({
          corpusDirs: spec.corpusDirs,
          kind: spec.kind,
          outPath: `${spec.runDir}/semantic-tokens.safetensors`,
          seed: spec.seed,
          ...(spec.kind === 'learned' ? { encoder: { runDir: spec.runDir, steps: spec.steps } } : {}),
          signal,
          onProgress: ({ phase, done, total }) => onProgress(done / total, phase),
        })
      case 'tokens': {
        const { codecPath, mulanPath, semanticTokensPath } = spec
        return tokenizeCorpus({ corpusDir, outDir: spec.runDir, codecPath, mulanPath, semanticTokensPath, signal, onProgress })
      }
      default: {
        const { base, subsets, ...options } = spec
        return trainHierarchyFromTokens({
          ...options,
          ...(subsets === undefined ? {} : { subsets }),
          corpusDir,
          ...(base === undefined ? {} : { base }),
          ...reports(context),
        })
      }
    }
  },
}
