import type { TransformerConfig } from '#main/tensor/layers/transformer.ts'

/** The token hierarchy above the codec: MuLan tokens and melody to semantic tokens and expression, to coarse, to fine codes. */
export const STAGE_NAMES = ['semantic', 'coarse', 'fine'] as const
export type StageName = (typeof STAGE_NAMES)[number]

export interface StagesConfig {
  /** Tokens per second. */
  readonly tokenRate: number
  readonly semanticVocabulary: number
  /** Codec levels: `coarseLevels` by the coarse stage, the rest by the fine stage. */
  readonly levels: number
  readonly coarseLevels: number
  readonly codebookSize: number
  /** Width of a codebook's vectors and of the joint embedding. */
  readonly latentWidth: number
  readonly embeddingWidth: number
  readonly transformers: Readonly<Record<StageName, TransformerConfig>>
}

const block = { width: 192, heads: 4, hidden: 512, reach: 75, positions: 'rotary' } as const

export const STAGES_CONFIG: StagesConfig = {
  tokenRate: 25,
  semanticVocabulary: 512,
  levels: 8,
  coarseLevels: 1,
  codebookSize: 512,
  latentWidth: 24,
  embeddingWidth: 128,
  transformers: { semantic: { ...block, layers: 4 }, coarse: { ...block, layers: 5 }, fine: { ...block, layers: 3 } },
}

/** Same shapes, tiny: for tests that train end to end in seconds. Goes with TOY_CODEC_CONFIG. */
export const TOY_STAGES_CONFIG: StagesConfig = {
  ...STAGES_CONFIG,
  semanticVocabulary: 16,
  levels: 2,
  coarseLevels: 1,
  codebookSize: 48,
  latentWidth: 8,
  embeddingWidth: 16,
  transformers: {
    semantic: { width: 16, heads: 2, hidden: 32, reach: 20, positions: 'rotary', layers: 1 },
    coarse: { width: 16, heads: 2, hidden: 32, reach: 20, positions: 'rotary', layers: 1 },
    fine: { width: 16, heads: 2, hidden: 32, reach: 20, positions: 'rotary', layers: 1 },
  },
}

/** Levels that a stage writes: [from, to). */
export const levelsOf = (stage: 'coarse' | 'fine', config: StagesConfig): { from: number; to: number } =>
  stage === 'coarse' ? { from: 0, to: config.coarseLevels } : { from: config.coarseLevels, to: config.levels }
