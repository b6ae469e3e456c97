import { createRandom, type Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { tf, type Scalar, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createTransformerTables } from '#main/tensor/layers/transformer.ts'
import { MASKED } from '#main/tensor/sampling/fill-masked.ts'
import { EXPRESSION_WIDTH } from '#main/networks/stages/conditioning.ts'
import { levelsOf, type StageName } from '#main/networks/stages/config.ts'
import { writeAcousticRows, type Codebooks } from '#main/networks/stages/known-codes.ts'
import { inputWidth, type StageBatch, type StageNetwork } from '#main/networks/stages/stage-network.ts'
import type { Stage } from '../loops/train-stage.ts'
import { cutRows, drawItem, heldOutItem, textRows, type StageClip, type StageItem } from './stage-clips.ts'

export interface HierarchyStageOptions {
  readonly network: StageNetwork
  readonly codebooks: Codebooks
  readonly train: readonly StageClip[]
  readonly valid: readonly StageClip[]
  readonly seed: number
  readonly batchSize: number
  /** Token frames per item. */
  readonly frames: number
  /** What a checkpoint must agree on besides the sizes: tokens, base weights. */
  readonly identity: Record<string, unknown>
  /** Items that the held-out figures are measured on. */
  readonly validItems?: number
}

interface Batch {
  readonly inputs: StageBatch
  /** [N] int32 token to be found, [N] weight */
  readonly targets: Tensor
  readonly weights: Tensor
  /** Acoustic: [N, levels of the stage] 1 where the item's level is. */
  readonly levelWeights: Tensor | null
  readonly expression: Tensor2D | null
  readonly expressionWeights: Tensor2D | null
}

const disposeBatch = (batch: Batch): void => {
  tf.dispose([batch.inputs.features, batch.inputs.semantic, batch.inputs.text, batch.targets, batch.weights])
  tf.dispose([batch.levelWeights, batch.expression, batch.expressionWeights].filter((tensor) => tensor !== null))
}

/** Positions hidden in spans of a few frames, so that neighbours do not give them away (MAGNeT, arXiv 2401.04577). */
const drawMask = (frames: number, share: number, random: Random): Uint8Array => {
  const mask = new Uint8Array(frames)
  const wanted = Math.round(share * frames)
  let hidden = 0
  for (let tries = 0; hidden < wanted && tries < 20 * frames; tries++) {
    const start = random.integer(frames)
    for (let t = start; t < Math.min(frames, start + 3) && hidden < wanted; t++) {
      if (mask[t] === 0) hidden++
      mask[t] = 1
    }
  }
  return mask
}

/** Cosine schedule's share; now and then nothing is hidden, as when the expression is read at the end. */
const drawShare = (random: Random): number => (random.next() < 0.15 ? 0 : Math.cos((Math.PI / 2) * random.next()))

/** Share of acoustic items that see no semantic tokens: the ablation's model and the fallback are the same network. */
const WITHOUT_SEMANTIC = 0.12

/** Share of acoustic items that see nothing of their stage's own levels: all of them are expected at once in playing. */
const WITHOUT_OWN_LEVELS = 0.6

const EXPRESSION_SHARE = 2

/**
 * Training of one stage of the hierarchy: masked tokens are found again (SoundStorm's scheme, arXiv 2305.09636), the
 * semantic stage also says the expression.
 */
export const createHierarchyStage = (options: HierarchyStageOptions): Stage => {
  const { network, batchSize, frames, seed, codebooks } = options
  const { config } = network
  const name: StageName = network.name
  const tables = createTransformerTables(config.transformers[name], frames)
  const width = inputWidth(name, config)
  const usable = (clips: readonly StageClip[]): StageClip[] => clips.filter(({ tokens }) => tokens >= frames)
  const train = usable(options.train)
  const valid = usable(options.valid)
  invariant(train.length > 0 && valid.length > 0, 'clips are shorter than a training segment')

  const buildSemantic = (items: readonly StageItem[]): Batch => {
    const rows = new Float32Array(items.length * frames * width)
    const ids = new Int32Array(items.length * frames)
    const targets = new Int32Array(items.length * frames)
    const weights = new Float32Array(items.length * frames)
    const expression = new Float32Array(items.length * frames * EXPRESSION_WIDTH)
    const expressionWeights = new Float32Array(items.length * frames * EXPRESSION_WIDTH).fill(1)
    items.forEach((item, b) => {
      const at = b * frames
      const mask = drawMask(frames, drawShare(item.random), item.random)
      rows.set(item.score, at * width)
      const wanted = cutRows(item.clip.expression, item, frames)
      expression.set(wanted, at * EXPRESSION_WIDTH)
      for (let t = 0; t < frames; t++) {
        const token = item.clip.semantic[item.start + t]
        targets[at + t] = token
        ids[at + t] = mask[t] === 1 ? config.semanticVocabulary : token
        weights[at + t] = mask[t]
        // Pitch says nothing where nothing sounds.
        const isSilent = wanted[t * EXPRESSION_WIDTH + 3] < -1.5
        if (isSilent) for (const column of [0, 1, 6, 7]) expressionWeights[(at + t) * EXPRESSION_WIDTH + column] = 0
        expressionWeights[(at + t) * EXPRESSION_WIDTH + 7] *= Math.min(1, wanted[t * EXPRESSION_WIDTH + 6])
      }
    })
    const size = items.length * frames
    return {
      inputs: {
        features: tf.tensor3d(rows, [items.length, frames, width]),
        semantic: tf.tensor1d(ids, 'int32'),
        text: tf.tensor2d(textRows(items, config), [items.length, config.embeddingWidth + 1]),
      },
      targets: tf.tensor1d(targets, 'int32'),
      weights: tf.tensor1d(weights),
      levelWeights: null,
      expression: tf.tensor2d(expression, [size, EXPRESSION_WIDTH]),
      expressionWeights: tf.tensor2d(expressionWeights, [size, EXPRESSION_WIDTH]),
    }
  }

  const buildAcoustic = (items: readonly StageItem[], stage: 'coarse' | 'fine'): Batch => {
    const { from, to } = levelsOf(stage, config)
    const rows = new Float32Array(items.length * frames * width)
    const ids = new Int32Array(items.length * frames).fill(config.semanticVocabulary)
    const targets = new Int32Array(items.length * frames)
    const weights = new Float32Array(items.length * frames)
    const levelWeights = new Float32Array(items.length * frames * (to - from))
    items.forEach((item, b) => {
      const at = b * frames
      const { random } = item
      const level = from + random.integer(to - from)
      // The fine stage fills a level in one pass; the coarse one its first level in several.
      const mask = drawMask(frames, stage === 'fine' ? 1 : Math.cos((Math.PI / 2) * random.next()), random)
      const hasSemantic = random.next() >= WITHOUT_SEMANTIC
      const hidesOwn = level > from && random.next() < WITHOUT_OWN_LEVELS
      const known = item.clip.codes.slice(item.start * config.levels, (item.start + frames) * config.levels)
      for (let t = 0; t < frames; t++) {
        targets[at + t] = known[t * config.levels + level]
        weights[at + t] = mask[t]
        levelWeights[(at + t) * (to - from) + level - from] = 1
        if (mask[t] === 1) known[t * config.levels + level] = MASKED
        for (let finer = level + 1; finer < config.levels; finer++) known[t * config.levels + finer] = MASKED
        if (hidesOwn) known.fill(MASKED, t * config.levels + from, t * config.levels + level)
        if (hasSemantic) ids[at + t] = item.clip.semantic[item.start + t]
      }
      const expression = cutRows(item.clip.expression, item, frames)
      writeAcousticRows(stage, config, { score: item.score, expression, codes: known, codebooks }, rows, at * width)
    })
    return {
      inputs: {
        features: tf.tensor3d(rows, [items.length, frames, width]),
        semantic: tf.tensor1d(ids, 'int32'),
        text: tf.tensor2d(textRows(items, config), [items.length, config.embeddingWidth + 1]),
      },
      targets: tf.tensor1d(targets, 'int32'),
      weights: tf.tensor1d(weights),
      levelWeights: tf.tensor2d(levelWeights, [items.length * frames, to - from]),
      expression: null,
      expressionWeights: null,
    }
  }

  const buildBatch = (items: readonly StageItem[]): Batch => (name === 'semantic' ? buildSemantic(items) : buildAcoustic(items, name))

  /** Mean negative log-likelihood of the hidden tokens, nats; share found; expression's mean absolute error. */
  const computeLoss = (batch: Batch): { loss: Scalar; crossEntropy: Scalar; expressionError: Scalar } => {
    const { inputs, targets, weights, levelWeights } = batch
    const trunk = network.trunk(inputs, tables)
    const size = name === 'semantic' ? config.semanticVocabulary : config.codebookSize
    let logits = network.logits(trunk, inputs.text)
    if (levelWeights !== null) {
      const [rows = 0, levels = 0] = levelWeights.shape
      const framed = tf.reshape(logits, [rows, levels, size])
      logits = tf.sum(tf.mul(framed, tf.reshape(levelWeights, [rows, levels, 1])), 1) as Tensor2D
    }
    const right = tf.oneHot(targets as never, size).toFloat()
    const each = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1)) // [N]
    const crossEntropy = tf.div(tf.sum(tf.mul(each, weights)), tf.maximum(tf.sum(weights), 1)) as Scalar
    if (batch.expression === null || batch.expressionWeights === null)
      return { loss: crossEntropy, crossEntropy, expressionError: tf.scalar(0) }
    const said = network.expression(trunk, inputs.text)
    const difference = tf.mul(tf.abs(tf.sub(said, batch.expression)), batch.expressionWeights)
    const expressionError = tf.div(tf.sum(difference), tf.maximum(tf.sum(batch.expressionWeights), 1)) as Scalar
    return { loss: tf.add(crossEntropy, tf.mul(expressionError, EXPRESSION_SHARE)) as Scalar, crossEntropy, expressionError }
  }

  const validItems = valid.length === 0 ? [] : Array.from({ length: options.validItems ?? Math.min(96, 2 * valid.length) }, (_, i) => valid[i % valid.length])

  return {
    name,
    parameters: network.parameters,
    isAveraged: true,
    fingerprint: { name, config, seed, batchSize, frames, ...options.identity },
    computeStep(step) {
      const random = createRandom(Math.imul(step + 1, 0x9e3779b1) ^ seed)
      random.next()
      const batch = buildBatch(Array.from({ length: batchSize }, () => drawItem(random.pick(train), frames, random.fork())))
      let metrics: Record<string, number> = {}
      const { value, grads } = tf.variableGrads(
        () => {
          const { loss, crossEntropy, expressionError } = computeLoss(batch)
          metrics = { crossEntropy: crossEntropy.dataSync()[0], expression: expressionError.dataSync()[0] }
          return loss
        },
        [...network.parameters.trainable.values()] as never,
      )
      const gradients: Record<string, Tensor> = {}
      for (const [key, variable] of network.parameters.trainable) gradients[key] = (grads as Record<string, Tensor>)[variable.name]
      const loss = value.dataSync()[0]
      value.dispose()
      disposeBatch(batch)
      return { loss, gradients, metrics }
    },
    validate() {
      let crossEntropy = 0
      let expression = 0
      let groups = 0
      for (let first = 0; first < validItems.length; first += batchSize) {
        const group = validItems.slice(first, first + batchSize)
        const batch = buildBatch(group.map((clip, i) => heldOutItem(clip, frames, createRandom(1000 + first + i))))
        const result = tf.tidy(() => {
          const losses = computeLoss(batch)
          return [losses.crossEntropy.dataSync()[0], losses.expressionError.dataSync()[0]]
        })
        disposeBatch(batch)
        crossEntropy += result[0]
        expression += result[1]
        groups++
      }
      return { loss: (crossEntropy + EXPRESSION_SHARE * expression) / groups, crossEntropy: crossEntropy / groups, expression: expression / groups }
    },
  }
}
