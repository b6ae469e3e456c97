import { invariant } from '#main/foundation/engine-error.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { measureColumns } from '#main/networks/semantic-tokens/cluster.ts'
import {
  createSemanticEncoder,
  encoderInputWidth,
  type SemanticEncoder,
  type SemanticEncoderConfig,
} from '#main/networks/semantic-tokens/encoder.ts'
import { tf, type Scalar, type Tensor, type Tensor2D, type Tensor3D } from '#main/tensor/backend/tf.ts'
import type { Stage } from '../loops/train-stage.ts'

/** Tokens hidden together: a third of a second. */
const SPAN = 8
/** Chance that a span begins at a token; about two fifths of the tokens end up hidden. */
const SPAN_CHANCE = 0.06
/** Spread of the noise that stands where tokens are hidden. */
const NOISE = 0.1

export interface SemanticEncoderStageOptions {
  readonly config: SemanticEncoderConfig
  /** [T, input width] each, from stackLogMel. */
  readonly train: readonly Float32Array[]
  readonly valid: readonly Float32Array[]
  readonly seed: number
  readonly batchSize: number
  /** Tokens per item. */
  readonly tokens: number
  /** Identity of the corpus, for the checkpoint's fingerprint. */
  readonly corpusHash: string
}

interface Batch {
  /** [B, T, input width] normalised */
  readonly whole: Tensor3D
  /** The same, hidden tokens replaced by noise. */
  readonly masked: Tensor3D
  /** [B * T] 1 where hidden */
  readonly isHidden: Tensor
  /** [B * T, targetCodes] */
  readonly targets: Tensor2D
}

const drawMask = (size: number, tokens: number, random: Random): Float32Array => {
  const mask = new Float32Array(size * tokens)
  for (let b = 0; b < size; b++) {
    for (let t = 0; t < tokens; t++) if (random.next() < SPAN_CHANCE) mask.fill(1, b * tokens + t, b * tokens + Math.min(tokens, t + SPAN))
    if (!mask.subarray(b * tokens, (b + 1) * tokens).includes(1)) mask.fill(1, b * tokens, b * tokens + Math.min(tokens, SPAN))
  }
  return mask
}

/** Guessing what is hidden: cross-entropy of the frozen quantiser's codes under the mask. */
export const createSemanticEncoderStage = (options: SemanticEncoderStageOptions): Stage & { readonly encoder: SemanticEncoder } => {
  const { config, seed, batchSize, tokens } = options
  const encoder = createSemanticEncoder(config, createRandom(seed))
  const width = encoderInputWidth(config)
  const usable = (clips: readonly Float32Array[]): Float32Array[] => clips.filter((clip) => clip.length >= tokens * width)
  const train = usable(options.train)
  const valid = usable(options.valid)
  invariant(train.length > 0 && valid.length > 0, 'clips are shorter than a training segment')

  const buildBatch = (items: readonly Float32Array[], random: Random): Batch => {
    const stacked = new Float32Array(items.length * tokens * width)
    items.forEach((clip, b) => {
      const start = random.integer(clip.length / width - tokens + 1)
      stacked.set(clip.subarray(start * width, (start + tokens) * width), b * tokens * width)
    })
    const mask = drawMask(items.length, tokens, random)
    const noise = new Float32Array(stacked.length)
    mask.forEach((isHidden, row) => {
      if (isHidden === 1) for (let i = row * width; i < (row + 1) * width; i++) noise[i] = NOISE * random.normal()
    })
    return tf.tidy(() => {
      const whole = encoder.normalise(tf.tensor3d(stacked, [items.length, tokens, width]))
      const isHidden = tf.tensor1d(mask)
      const kept = tf.reshape(tf.sub(1, isHidden), [items.length, tokens, 1])
      const masked = tf.add(tf.mul(whole, kept), tf.tensor3d(noise, [items.length, tokens, width])) as Tensor3D
      const targets = tf.oneHot(tf.cast(encoder.quantise(whole), 'int32'), config.targetCodes) as Tensor2D
      return { whole, masked, isHidden, targets: tf.cast(targets, 'float32') }
    })
  }

  const disposeBatch = ({ whole, masked, isHidden, targets }: Batch): void => tf.dispose([whole, masked, isHidden, targets])

  const crossEntropy = (logits: Tensor2D, { isHidden, targets }: Batch): Scalar => {
    const surprise = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets), 1))
    return tf.div(tf.sum(tf.mul(surprise, isHidden)), tf.sum(isHidden)) as Scalar
  }

  return {
    name: 'semantic-encoder',
    encoder,
    parameters: encoder.parameters,
    isAveraged: true,
    fingerprint: { config, seed, batchSize, tokens, corpus: options.corpusHash },
    initialise() {
      const rows = train.reduce((sum, clip) => sum + clip.length / width, 0)
      const every = Math.ceil(rows / 40_000)
      const sample = new Float32Array(Math.ceil(rows / every) * width)
      let row = 0
      for (const clip of train)
        for (let t = 0; t < clip.length / width; t++, row++)
          if (row % every === 0) sample.set(clip.subarray(t * width, (t + 1) * width), (row / every) * width)
      const { mean, deviation } = measureColumns(sample, width)
      encoder.setNormalisation(mean, deviation)
    },
    computeStep(step) {
      const random = createRandom(Math.imul(step + 1, 0x9e3779b1) ^ seed)
      random.next()
      const items = Array.from({ length: batchSize }, () => random.pick(train))
      const batch = buildBatch(items, random)
      const { value, grads } = tf.variableGrads(
        () => crossEntropy(encoder.predict(batch.masked), batch),
        [...encoder.parameters.trainable.values()] as never,
      )
      const gradients: Record<string, Tensor> = {}
      for (const [name, variable] of encoder.parameters.trainable) gradients[name] = (grads as Record<string, Tensor>)[variable.name]
      const loss = value.dataSync()[0]
      value.dispose()
      disposeBatch(batch)
      return { loss, gradients, metrics: {} }
    },
    validate() {
      let total = 0
      let right = 0
      let batches = 0
      for (let first = 0; first < Math.min(valid.length, 4 * batchSize); first += batchSize, batches++) {
        const batch = buildBatch(valid.slice(first, first + batchSize), createRandom(first + 1))
        tf.tidy(() => {
          const logits = encoder.predict(batch.masked)
          total += crossEntropy(logits, batch).dataSync()[0]
          const hits = tf.cast(tf.equal(tf.argMax(logits, 1), tf.argMax(batch.targets, 1)), 'float32')
          right += tf.div(tf.sum(tf.mul(hits, batch.isHidden)), tf.sum(batch.isHidden)).dataSync()[0]
        })
        disposeBatch(batch)
      }
      return { loss: total / batches, accuracy: right / batches }
    },
  }
}
