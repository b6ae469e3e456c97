/**
 * A masked transformer over the notes of a melody whose rhythm is known: each open note's pitch given those that stand.
 *
 * MaskGIT's scheme (arXiv 2202.04200) on notes. Departures: pitches are relative to the tonic, so every key is learned from
 * every tune; rhythm is planned before pitch, by counted tables kept with the weights, because masked decoding of both at
 * once is surest of long notes and settles on them.
 */
import type { Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D, type Variable } from '#main/tensor/backend/tf.ts'
import { createDense } from '#main/tensor/layers/dense.ts'
import { addMatrix, addState, createParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { createTransformer, type TransformerTables } from '#main/tensor/layers/transformer.ts'
import { PERIOD_BARS, STEP_COUNT, type ComposerConfig } from './config.ts'
import { NOTE_WIDTH } from './encode-notes.ts'
import { RHYTHM_SIZE } from './rhythm.ts'

export interface ComposerNetwork {
  readonly config: ComposerConfig
  readonly parameters: Parameters
  /** Counts of note lengths by context, see rhythm.ts. [RHYTHM_SIZE] */
  readonly rhythm: Variable
  /** Shares of tunes in which a bar of the period repeats an earlier one: notes, then rhythm alone. [2, 8, 8] target, source */
  readonly form: Variable
  /**
   * @param features [B, N, NOTE_WIDTH]
   * @param ids      [B * N] int32 pitches, STEP_COUNT where open
   * @returns        logits [B * N, STEP_COUNT]
   */
  logits(features: Tensor, ids: Tensor, tables: TransformerTables): Tensor2D
}

export const createComposerNetwork = (config: ComposerConfig, random: Random): ComposerNetwork => {
  const parameters = createParameters()
  const { width } = config.transformer
  const input = createDense(parameters, 'input', [NOTE_WIDTH, width], { random, scale: 0.3 })
  const pitches = addMatrix(parameters, 'pitches', [STEP_COUNT + 1, width], { random, scale: 0.3 })
  const transformer = createTransformer(parameters, 'blocks', { config: config.transformer, random })
  const output = createDense(parameters, 'output', [width, STEP_COUNT], { random, scale: 0.5 / Math.sqrt(width) })
  return {
    config,
    parameters,
    rhythm: addState(parameters, 'rhythm', tf.zeros([RHYTHM_SIZE])),
    form: addState(parameters, 'form', tf.zeros([2, PERIOD_BARS, PERIOD_BARS])),
    logits(features, ids, tables) {
      const [batch = 0, notes = 0] = features.shape
      const rows = input(tf.reshape(features, [batch * notes, NOTE_WIDTH]) as Tensor2D)
      const sum = tf.add(rows, tf.gather(pitches as unknown as Tensor2D, ids as never))
      return output(tf.reshape(transformer(tf.reshape(sum, [batch, notes, width]), tables), [batch * notes, width]) as Tensor2D)
    },
  }
}
