/**
 * MiniLM (arXiv 2002.10957), six BERT layers (arXiv 1810.04805), as the sentence encoder all-MiniLM-L6-v2: mean of the last layer over
 * the tokens, unit length (arXiv 1908.10084). Pretrained and never changed here; inference only, without dropout.
 */
import { EngineError } from '#main/foundation/engine-error.ts'
import { tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import type { TensorFile } from '#main/tensor/checkpoint/safetensors.ts'
import { createWordPiece } from './wordpiece.ts'

/** Length of a sentence's vector. */
export const TEXT_WIDTH = 384
const LAYERS = 6
const HEADS = 12
const HEAD_WIDTH = TEXT_WIDTH / HEADS
const EPSILON = 1e-12
/** Tokens of one pass, padding included: keeps the attention's memory small. */
const TOKENS_AT_ONCE = 2048

export interface SentenceEncoder {
  /** Token ids as the encoder reads them. */
  tokenize(text: string): number[]
  /** @returns [TEXT_WIDTH] of unit length for each text, in order */
  encode(texts: readonly string[]): Float32Array[]
  dispose(): void
}

interface Block {
  readonly query: Affine
  readonly key: Affine
  readonly value: Affine
  readonly mixed: Affine
  readonly mixedNorm: Affine
  readonly expand: Affine
  readonly project: Affine
  readonly projectNorm: Affine
}

interface Affine {
  readonly weight: Tensor
  readonly bias: Tensor
}

const apply = (x: Tensor2D, { weight, bias }: Affine): Tensor2D => tf.add(tf.matMul(x, weight as Tensor2D), bias)

const layerNorm = (x: Tensor2D, { weight, bias }: Affine): Tensor2D => {
  const centred = tf.sub(x, tf.mean(x, 1, true))
  const variance = tf.mean(tf.square(centred), 1, true)
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON))), weight), bias)
}

const gelu = (x: Tensor2D): Tensor2D => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))

/** [B * T, D] -> [B * heads, T, D / heads] */
const splitHeads = (x: Tensor2D, batch: number, tokens: number): Tensor =>
  tf.reshape(tf.transpose(tf.reshape(x, [batch, tokens, HEADS, HEAD_WIDTH]), [0, 2, 1, 3]), [batch * HEADS, tokens, HEAD_WIDTH])

/**
 * Full attention of one layer. Padding is kept out by a bias of -1e9 before the softmax.
 *
 * @param x     [B * T, TEXT_WIDTH]
 * @param block weights of the layer
 * @param shape batch and tokens; bias [B * heads, 1, T]
 */
const attend = (x: Tensor2D, block: Block, shape: { bias: Tensor; batch: number; tokens: number }): Tensor2D => {
  const { bias, batch, tokens } = shape
  const query = splitHeads(tf.mul(apply(x, block.query), 1 / Math.sqrt(HEAD_WIDTH)), batch, tokens)
  const key = splitHeads(apply(x, block.key), batch, tokens)
  const value = splitHeads(apply(x, block.value), batch, tokens)
  const weights = tf.softmax(tf.add(tf.matMul(query, key, false, true), bias))
  const seen = tf.reshape(tf.matMul(weights, value), [batch, HEADS, tokens, HEAD_WIDTH])
  const joined = tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [batch * tokens, TEXT_WIDTH]) as Tensor2D
  return apply(joined, block.mixed)
}

const runBlock = (x: Tensor2D, block: Block, shape: { bias: Tensor; batch: number; tokens: number }): Tensor2D => {
  const mixed = layerNorm(tf.add(x, attend(x, block, shape)), block.mixedNorm)
  const expanded = gelu(apply(mixed, block.expand))
  return layerNorm(tf.add(mixed, apply(expanded, block.project)), block.projectNorm)
}

/** Groups of texts of similar length, so that little is padding; each group's indices into `lengths`. */
const groupByLength = (lengths: readonly number[]): number[][] => {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[a] - lengths[b])
  const groups: number[][] = []
  let group: number[] = []
  for (const index of order) {
    if (group.length > 0 && (group.length + 1) * lengths[index] > TOKENS_AT_ONCE) {
      groups.push(group)
      group = []
    }
    group.push(index)
  }
  return group.length > 0 ? [...groups, group] : groups
}

/**
 * Builds the encoder from the file that set-up puts at models/minilm/minilm.safetensors.
 *
 * @param file weights, with the vocabulary in the metadata
 * @throws     EngineError MODEL_DAMAGED
 */
export const createSentenceEncoder = (file: TensorFile): SentenceEncoder => {
  const model = 'MiniLM'
  const { tensors, metadata } = file
  const vocabulary = metadata['vocabulary']
  if (vocabulary === undefined) throw new EngineError('MODEL_DAMAGED', { model, reason: 'its vocabulary is missing' })
  const wordPiece = createWordPiece(vocabulary)
  const held: Tensor[] = []
  const take = (name: string, isTransposed = false): Tensor => {
    const value = tensors.get(name)
    if (value === undefined) throw new EngineError('MODEL_DAMAGED', { model, reason: `${name} is missing` })
    const tensor = tf.tidy(() => {
      const raw = tf.tensor(value.data, value.shape)
      return isTransposed ? tf.transpose(raw) : raw // PyTorch keeps [out, in]
    })
    held.push(tensor)
    return tensor
  }
  const dense = (name: string): Affine => ({ weight: take(`${name}.weight`, true), bias: take(`${name}.bias`) })
  const norm = (name: string): Affine => ({ weight: take(`${name}.weight`), bias: take(`${name}.bias`) })
  const words = take('embeddings.word_embeddings.weight') as Tensor2D
  const positions = take('embeddings.position_embeddings.weight')
  const kinds = take('embeddings.token_type_embeddings.weight')
  const firstNorm = norm('embeddings.LayerNorm')
  const blocks: Block[] = Array.from({ length: LAYERS }, (_, i) => {
    const at = `encoder.layer.${i}`
    return {
      query: dense(`${at}.attention.self.query`),
      key: dense(`${at}.attention.self.key`),
      value: dense(`${at}.attention.self.value`),
      mixed: dense(`${at}.attention.output.dense`),
      mixedNorm: norm(`${at}.attention.output.LayerNorm`),
      expand: dense(`${at}.intermediate.dense`),
      project: dense(`${at}.output.dense`),
      projectNorm: norm(`${at}.output.LayerNorm`),
    }
  })

  const encodeGroup = (rows: readonly number[][]): Float32Array =>
    tf.tidy(() => {
      const batch = rows.length
      const tokens = Math.max(...rows.map((row) => row.length))
      const ids = new Int32Array(batch * tokens)
      const isToken = new Float32Array(batch * tokens)
      rows.forEach((row, b) => {
        ids.set(row, b * tokens)
        isToken.fill(1, b * tokens, b * tokens + row.length)
      })
      const mask = tf.tensor3d(isToken, [batch, 1, tokens])
      const hidden = tf.reshape(tf.tile(tf.mul(tf.sub(mask, 1), 1e9), [1, HEADS, 1]), [batch * HEADS, 1, tokens])
      const place = tf.reshape(tf.tile(tf.slice(positions, [0, 0], [tokens, TEXT_WIDTH]), [batch, 1]), [batch * tokens, TEXT_WIDTH])
      const embedded = tf.add(
        tf.add(tf.gather(words, tf.tensor1d(ids, 'int32')), place),
        tf.slice(kinds, [0, 0], [1, TEXT_WIDTH]),
      ) as Tensor2D
      const last = blocks.reduce((x, block) => runBlock(x, block, { bias: hidden, batch, tokens }), layerNorm(embedded, firstNorm))
      const sums = tf.reshape(tf.matMul(mask, tf.reshape(last, [batch, tokens, TEXT_WIDTH])), [batch, TEXT_WIDTH])
      const lengths = tf.maximum(tf.norm(sums, 2, 1, true), 1e-12) // the mean's length falls out with the norm
      return tf.div(sums, lengths).dataSync() as Float32Array
    })

  return {
    tokenize: (text) => wordPiece.tokenize(text),
    encode(texts) {
      const rows = texts.map((text) => wordPiece.tokenize(text))
      const results: Float32Array[] = texts.map(() => new Float32Array(0))
      for (const group of groupByLength(rows.map((row) => row.length))) {
        const values = encodeGroup(group.map((index) => rows[index]))
        group.forEach((index, b) => (results[index] = values.slice(b * TEXT_WIDTH, (b + 1) * TEXT_WIDTH)))
      }
      return results
    },
    dispose: () => tf.dispose(held),
  }
}
