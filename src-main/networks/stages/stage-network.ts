import type { Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createDense, type Layer } from '#main/tensor/layers/dense.ts'
import type { LoraSetting } from '#main/tensor/layers/lora.ts'
import { addMatrix, createParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { createTransformer, type TransformerTables } from '#main/tensor/layers/transformer.ts'
import { EXPRESSION_WIDTH, SCORE_WIDTH } from './conditioning.ts'
import { levelsOf, type StageName, type StagesConfig } from './config.ts'

/** Inputs of one pass over B clips (or guidance variants) of T token frames. */
export interface StageBatch {
  /** [B, T, inputWidth(stage)]: score, and for the acoustic stages expression and known codes */
  readonly features: Tensor
  /** [B * T] int32: semantic tokens, `semanticVocabulary` where masked or withheld */
  readonly semantic: Tensor
  /** [B, embeddingWidth + 1]: the quantised joint embedding and a 1, all zero where there is no text */
  readonly text: Tensor2D
}

export interface StageNetwork {
  readonly name: StageName
  readonly config: StagesConfig
  readonly parameters: Parameters
  /** @returns [B * T, width] what the output layers read */
  trunk(batch: StageBatch, tables: TransformerTables): Tensor2D
  /** Token logits: semantic [B * T, vocabulary]; acoustic [B * T, levels of the stage * codebookSize]. */
  logits(trunk: Tensor2D, text: Tensor2D): Tensor2D
  /** Semantic stage only. [B * T, EXPRESSION_WIDTH] */
  expression(trunk: Tensor2D, text: Tensor2D): Tensor2D
}

/** Columns of an acoustic stage's input: score, expression, then per level its vector and whether it is known. */
export const inputWidth = (stage: StageName, config: StagesConfig): number =>
  stage === 'semantic' ? SCORE_WIDTH : SCORE_WIDTH + EXPRESSION_WIDTH + levelsOf(stage, config).to * (config.latentWidth + 1)

/** [B, n] added to every frame of [B * T, n]. */
const perClip = (frames: Tensor2D, clips: Tensor2D, apply: (a: Tensor, b: Tensor) => Tensor): Tensor2D => {
  const [batch, width = 0] = clips.shape
  const framed = tf.reshape(frames, [batch, -1, width])
  return tf.reshape(apply(framed, tf.reshape(clips, [batch, 1, width])), [-1, width]) as Tensor2D
}

/** Output layer with its conditioning: the text scales and shifts what it reads. What an adapter replaces for its task. */
const createOutput = (
  parameters: Parameters,
  name: string,
  sizes: { width: number; text: number; out: number },
  random: Random,
): ((trunk: Tensor2D, text: Tensor2D) => Tensor2D) => {
  const gain = createDense(parameters, `${name}.gain`, [sizes.text, sizes.width], { random, scale: 0 })
  const shift = createDense(parameters, `${name}.shift`, [sizes.text, sizes.width], { random, scale: 0 })
  const dense = createDense(parameters, `${name}.dense`, [sizes.width, sizes.out], { random, scale: 0.5 / Math.sqrt(sizes.width) })
  return (trunk, text) => {
    const scaled = perClip(trunk, tf.add(gain(text), 1) as Tensor2D, tf.mul)
    return dense(perClip(scaled, shift(text), tf.add))
  }
}

/**
 * One stage's network: score, tokens and text summed per frame, a transformer, conditioned output layers.
 *
 * @param lora adds low-rank updates to attention and feed-forward maps; freezing the rest is the caller's
 */
export const createStageNetwork = (name: StageName, config: StagesConfig, random: Random, lora?: LoraSetting): StageNetwork => {
  const parameters = createParameters()
  const transformerConfig = config.transformers[name]
  const { width } = transformerConfig
  const textWidth = config.embeddingWidth + 1
  const input = createDense(parameters, 'input', [inputWidth(name, config), width], { random })
  const readText: Layer = createDense(parameters, 'text', [textWidth, width], { random })
  const table = addMatrix(parameters, 'semantic', [config.semanticVocabulary + 1, width], { random, scale: 0.3 })
  const transformer = createTransformer(parameters, 'blocks', {
    config: transformerConfig,
    random,
    ...(lora === undefined ? {} : { lora }),
  })
  const sizes = { width, text: textWidth }
  const { from, to } = name === 'semantic' ? { from: 0, to: 0 } : levelsOf(name, config)
  const out = name === 'semantic' ? config.semanticVocabulary : (to - from) * config.codebookSize
  const logits = createOutput(parameters, 'output.tokens', { ...sizes, out }, random)
  const expression =
    name === 'semantic' ? createOutput(parameters, 'output.expression', { ...sizes, out: EXPRESSION_WIDTH }, random) : undefined
  return {
    name,
    config,
    parameters,
    trunk({ features, semantic, text }, tables) {
      const [batch = 0, frames = 0, columns = 0] = features.shape
      const rows = input(tf.reshape(features, [batch * frames, columns]) as Tensor2D)
      const embedded = tf.gather(table as unknown as Tensor2D, semantic as never) as Tensor2D
      const sum = perClip(tf.add(rows, embedded) as Tensor2D, readText(text), tf.add)
      return tf.reshape(transformer(tf.reshape(sum, [batch, frames, width]), tables), [batch * frames, width]) as Tensor2D
    },
    logits,
    expression: (trunk, text) => (expression === undefined ? trunk : expression(trunk, text)),
  }
}

/** Whether an adapter trains this parameter besides its low-rank pairs. */
export const isOutputLayer = (name: string): boolean => name.startsWith('output.')
