/**
 * Tokens from the trained stages: semantic tokens and expression, then codec codes level by level.
 * Draws are made in JavaScript from a seeded source, so a seed gives the same tokens on a machine again.
 */
import type { Random } from '#main/foundation/random.ts'
import { readTensor } from '#main/tensor/backend/read-tensors.ts'
import { tf, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createTransformerTables, disposeTransformerTables, type TransformerTables } from '#main/tensor/layers/transformer.ts'
import { fillMasked, MASKED, type MaskedDecoding } from '#main/tensor/sampling/fill-masked.ts'
import { EXPRESSION_WIDTH, hideConditions, LANE_CONDITIONS, SCORE_WIDTH } from './conditioning.ts'
import { levelsOf } from './config.ts'
import { writeAcousticRows, type Codebooks } from './known-codes.ts'
import { inputWidth, type StageNetwork } from './stage-network.ts'

/** What a clip is asked to be. */
export interface StageConditions {
  /** [T, SCORE_WIDTH] with what is not told left zero */
  readonly score: Float32Array
  /** [embeddingWidth] quantised joint embedding, or null where there is no text */
  readonly text: Float32Array | null
}

/** Classifier-free guidance, text and melody apart: 1 takes the conditional prediction as it is. */
export interface GuidanceScales {
  readonly text: number
  readonly melody: number
}

export interface StageOptions {
  readonly decoding: MaskedDecoding
  readonly guidance: GuidanceScales
  readonly random: Random
  readonly signal?: AbortSignal
}

interface Variant {
  readonly score: Float32Array
  readonly text: Float32Array | null
  readonly weight: number
}

const without = (score: Float32Array, melody: boolean): Float32Array => {
  const rows = score.slice()
  hideConditions(rows, { melody, lanes: new Set(LANE_CONDITIONS) })
  return rows
}

/** Predictions to be added with their weights: nothing + m (melody - nothing) + t (all - melody). @source arXiv 2207.12598 */
const planVariants = ({ score, text }: StageConditions, guidance: GuidanceScales): Variant[] => {
  const all: Variant = { score, text, weight: guidance.text }
  const melody: Variant = { score: without(score, false), text: null, weight: guidance.melody - guidance.text }
  const nothing: Variant = { score: without(score, true), text: null, weight: 1 - guidance.melody }
  return [all, melody, nothing].filter(({ weight }, i) => i === 0 || Math.abs(weight) > 1e-6)
}

const encodeText = (variants: readonly Variant[], width: number): Tensor2D => {
  const rows = new Float32Array(variants.length * (width + 1))
  variants.forEach(({ text }, b) => {
    if (text === null) return
    rows.set(text, b * (width + 1))
    rows[b * (width + 1) + width] = 1
  })
  return tf.tensor2d(rows, [variants.length, width + 1])
}

/** Weighted sum over variants. logits [B * T, V] -> [T, V] */
const combine = (logits: Tensor2D, variants: readonly Variant[], tokens: number): Tensor2D => {
  const [, width = 0] = logits.shape
  const weights = tf.tensor1d(variants.map(({ weight }) => weight)).reshape([variants.length, 1, 1])
  return tf.sum(tf.mul(tf.reshape(logits, [variants.length, tokens, width]), weights), 0) as Tensor2D
}

interface Pass {
  readonly features: Float32Array
  /** [T], MASKED where open or withheld */
  readonly semantic: Int32Array
}

/** Runs a stage over all variants. @returns what `read` makes of trunk [B * T, width] and text */
const runPass = (
  network: StageNetwork,
  pass: Pass,
  variants: readonly Variant[],
  tables: TransformerTables,
  read: (trunk: Tensor2D, text: Tensor2D) => Tensor2D,
): Float32Array =>
  readTensor(() => {
    const tokens = pass.semantic.length
    const { semanticVocabulary, embeddingWidth } = network.config
    const ids = pass.semantic.map((id) => (id === MASKED ? semanticVocabulary : id))
    const semantic = new Int32Array(tokens * variants.length)
    variants.forEach((_, b) => {
      semantic.set(ids, b * tokens)
    })
    const text = encodeText(variants, embeddingWidth)
    const features = tf.tensor3d(pass.features, [variants.length, tokens, inputWidth(network.name, network.config)])
    const trunk = network.trunk({ features, semantic: tf.tensor1d(semantic, 'int32'), text }, tables)
    return read(trunk, text)
  })

const join = (parts: readonly Float32Array[]): Float32Array => {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

/**
 * Semantic tokens and the expression that goes with them.
 *
 * @param kept [T] tokens to keep, MASKED where they are to be written
 * @returns    tokens [T]; expression [T, EXPRESSION_WIDTH]
 */
export const generateSemantic = (
  network: StageNetwork,
  conditions: StageConditions,
  kept: Int32Array,
  options: StageOptions,
): { tokens: Int32Array; expression: Float32Array } => {
  const tables = createTransformerTables(network.config.transformers.semantic, kept.length)
  try {
    const variants = planVariants(conditions, options.guidance)
    const features = join(variants.map(({ score }) => score))
    const tokens = fillMasked(
      kept,
      (ids) =>
        runPass(network, { features, semantic: ids }, variants, tables, (trunk, text) =>
          combine(network.logits(trunk, text), variants, kept.length),
        ),
      { ...options.decoding, vocabularySize: network.config.semanticVocabulary, random: options.random },
    )
    const plain = [{ ...conditions, weight: 1 }]
    const expression = runPass(network, { features: conditions.score, semantic: tokens }, plain, tables, (trunk, text) =>
      network.expression(trunk, text),
    )
    return { tokens, expression }
  } finally {
    disposeTransformerTables(tables)
  }
}

/** What the acoustic stages read besides the conditions. */
export interface AcousticInputs {
  /** [T], MASKED throughout where there is no semantic stage */
  readonly semantic: Int32Array
  /** [T, EXPRESSION_WIDTH] */
  readonly expression: Float32Array
  readonly codebooks: Codebooks
}

/**
 * Codes of one acoustic stage, level after level, the first with several passes, the finer ones with fewer.
 *
 * `inputs.codes` [T * levels] are MASKED where they are to be written, lower stages' levels filled; `inputs.passes` counts
 * the passes of each level of the stage.
 *
 * @returns [T * levels] with this stage's levels filled
 */
export const generateCodes = (
  network: StageNetwork,
  conditions: StageConditions,
  inputs: AcousticInputs & { codes: Int32Array; passes: readonly number[] },
  options: StageOptions,
): Int32Array => {
  const { config } = network
  const stage = network.name === 'fine' ? 'fine' : 'coarse'
  const { from, to } = levelsOf(stage, config)
  const tokens = inputs.semantic.length
  const tables = createTransformerTables(config.transformers[stage], tokens)
  const width = inputWidth(stage, config)
  const variants = planVariants(conditions, options.guidance)
  const codes = inputs.codes.slice()
  try {
    for (let level = from; level < to; level++) {
      const kept = Int32Array.from({ length: tokens }, (_, t) => codes[t * config.levels + level])
      const filled = fillMasked(
        kept,
        (ids) => {
          const known = codes.slice()
          ids.forEach((id, t) => {
            known[t * config.levels + level] = id
            for (let finer = level + 1; finer < to; finer++) known[t * config.levels + finer] = MASKED
          })
          const features = new Float32Array(variants.length * tokens * width)
          variants.forEach(({ score }, b) => {
            const from = { score, expression: inputs.expression, codes: known, codebooks: inputs.codebooks }
            writeAcousticRows(stage, config, from, features, b * tokens * width)
          })
          return runPass(network, { features, semantic: inputs.semantic }, variants, tables, (trunk, text) => {
            const all = network.logits(trunk, text)
            return combine(tf.slice(all, [0, (level - from) * config.codebookSize], [-1, config.codebookSize]), variants, tokens)
          })
        },
        { ...options.decoding, passes: inputs.passes[level - from] ?? 1, vocabularySize: config.codebookSize, random: options.random },
      )
      filled.forEach((id, t) => {
        codes[t * config.levels + level] = id
      })
    }
    return codes
  } finally {
    disposeTransformerTables(tables)
  }
}

/**
 * What an acoustic stage expects of its levels before any code is drawn: under its prediction the mean of each level's vectors.
 * Drawn codes flicker where what they are to say stands still; the mean does not.
 *
 * @param inputs what is known, [T]; for the fine stage the coarse levels as `codes` [T * levels], or as `expected`
 *               [T, coarseLevels * latentWidth], what the coarse stage expects of them
 * @returns      [T, levels of the stage * latentWidth] as the codebooks have them, each level at unit spread
 */
export const expectVectors = (
  network: StageNetwork,
  { score, text }: StageConditions,
  inputs: AcousticInputs & { codes?: Int32Array; expected?: Float32Array },
): Float32Array => {
  const { config } = network
  const stage = network.name === 'fine' ? 'fine' : 'coarse'
  const { from, to } = levelsOf(stage, config)
  const tokens = inputs.semantic.length
  const tables = createTransformerTables(config.transformers[stage], tokens)
  const features = new Float32Array(tokens * inputWidth(stage, config))
  const codes = inputs.codes ?? new Int32Array(tokens * config.levels).fill(MASKED)
  writeAcousticRows(stage, config, { ...inputs, score, codes }, features)
  const { codebookSize, latentWidth } = config
  const bookOf = (level: number): Tensor2D => {
    const start = level * codebookSize * latentWidth
    return tf.tensor2d(inputs.codebooks.subarray(start, start + codebookSize * latentWidth), [codebookSize, latentWidth])
  }
  try {
    return runPass(network, { features, semantic: inputs.semantic }, [{ score, text, weight: 1 }], tables, (trunk, told) => {
      const logits = network.logits(trunk, told)
      const means = Array.from({ length: to - from }, (_, i) => {
        const shares = tf.softmax(tf.slice(logits, [0, i * codebookSize], [-1, codebookSize])) as Tensor2D
        return tf.matMul(shares, bookOf(from + i))
      })
      return tf.concat(means, 1) as Tensor2D
    })
  } finally {
    disposeTransformerTables(tables)
  }
}

/** Width of a score row and of an expression row, for callers that cut windows. */
export const ROW_WIDTHS = { score: SCORE_WIDTH, expression: EXPRESSION_WIDTH }
