import { STAGE_NAMES, type StageName } from '#main/networks/stages/config.ts'
import type { Codebooks } from '#main/networks/stages/known-codes.ts'
import type { StageNetwork } from '#main/networks/stages/stage-network.ts'
import { createHierarchyStage } from './hierarchy-stage.ts'
import { loadStageClips } from './token-cache.ts'
import { tokensPath } from './tokenize-corpus.ts'

const ITEMS = 96

/**
 * Mean negative log-likelihood of hidden tokens on a corpus's test split, stage by stage.
 *
 * @returns nats a token by stage, and `expression`, the mean absolute error of the semantic stage's expression
 * @throws  EngineError MODEL_NOT_INSTALLED without token files, CHECKPOINT_UNUSABLE when they belong to another corpus
 */
export const measureCrossEntropy = (
  hierarchy: { readonly stages: Readonly<Record<StageName, StageNetwork>>; readonly codebooks: Codebooks },
  { corpusDir, tokensDir }: { corpusDir: string; tokensDir: string },
): Record<string, number> => {
  const result: Record<string, number> = {}
  for (const name of STAGE_NAMES) {
    const network = hierarchy.stages[name]
    const { clips } = loadStageClips({ corpusDir, split: 'test', tokensPath: tokensPath(tokensDir, 'test'), config: network.config })
    const stage = createHierarchyStage({
      network,
      codebooks: hierarchy.codebooks,
      train: clips,
      valid: clips,
      seed: 1,
      batchSize: 12,
      frames: 120,
      identity: {},
      validItems: ITEMS,
    })
    const { crossEntropy, expression } = stage.validate()
    result[name] = crossEntropy
    if (name === 'semantic') result['expression'] = expression
  }
  return result
}
