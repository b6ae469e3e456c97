import type { Random } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { addState, type Parameters } from '#main/tensor/layers/parameters.ts'
import type { MulanConfig } from './config.ts'

/**
 * Residual vector quantiser of the joint space, fitted once after training by k-means, level by level.
 *
 * @source MusicLM (arXiv 2301.11325) section 3.1: 12 levels of 1024 there, 4 of 256 here
 */
export interface Codebooks {
  /** @returns [nQ] codes of a vector [embeddingWidth] */
  quantize(vector: Float32Array): Int32Array
  /** @returns [embeddingWidth] sum of the codes' vectors */
  lookUp(codes: ArrayLike<number>): Float32Array
  /**
   * @param vectors [N, embeddingWidth] of words and sounds together
   * @returns       share of the vectors' power that is left after each level
   */
  fit(vectors: Tensor2D, random: Random): number[]
}

const ITERATIONS = 25

const assign = (x: Tensor2D, book: Tensor2D): Tensor =>
  tf.argMin(tf.sub(tf.sum(tf.square(book), 1), tf.mul(tf.matMul(x, book, false, true), 2)), 1)

/** One k-means of `size` centres; a centre that nobody chose moves to a vector at random. */
const cluster = (x: Tensor2D, size: number, random: Random): Tensor2D => {
  const rows = x.shape[0]
  const draw = (): number[] => Array.from({ length: size }, () => random.integer(rows))
  let book = tf.tidy(() => tf.gather(x, draw())) as Tensor2D
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const picks = draw()
    const next = tf.tidy(() => {
      const chosen = tf.oneHot(assign(x, book) as never, size).toFloat() as Tensor2D // [N, V]
      const counts = tf.expandDims(tf.sum(chosen, 0), 1)
      const means = tf.div(tf.matMul(chosen, x, true, false), tf.maximum(counts, 1))
      return tf.where(tf.less(counts, 0.5), tf.gather(x, picks), means)
    }) as Tensor2D
    book.dispose()
    book = next
  }
  return book
}

export const createCodebooks = (parameters: Parameters, config: MulanConfig): Codebooks => {
  const { nQ, codebookSize, embeddingWidth } = config
  const books = Array.from({ length: nQ }, (_, q) => addState(parameters, `codebooks.${q}`, tf.zeros([codebookSize, embeddingWidth])))
  const rowsOf = (): Float32Array[] => books.map((book) => book.dataSync() as Float32Array)
  return {
    quantize(vector) {
      const rest = Float32Array.from(vector)
      return Int32Array.from(rowsOf(), (rows) => {
        let best = 0
        let bestDistance = Infinity
        for (let code = 0; code < codebookSize; code++) {
          let distance = 0
          for (let d = 0; d < embeddingWidth; d++) distance += (rest[d] - rows[code * embeddingWidth + d]) ** 2
          if (distance < bestDistance) [best, bestDistance] = [code, distance]
        }
        for (let d = 0; d < embeddingWidth; d++) rest[d] -= rows[best * embeddingWidth + d]
        return best
      })
    },
    lookUp(codes) {
      const sum = new Float32Array(embeddingWidth)
      rowsOf().forEach((rows, q) => {
        for (let d = 0; d < embeddingWidth; d++) sum[d] += rows[codes[q] * embeddingWidth + d]
      })
      return sum
    },
    fit(vectors, random) {
      const power = (x: Tensor2D): number => tf.tidy(() => tf.mean(tf.square(x)).dataSync()[0])
      const whole = power(vectors)
      let rest = tf.clone(vectors)
      const left: number[] = []
      for (const book of books) {
        const fitted = cluster(rest, codebookSize, random)
        book.assign(fitted as never)
        const next = tf.tidy(() => tf.sub(rest, tf.gather(fitted, assign(rest, fitted) as never))) as Tensor2D
        tf.dispose([rest, fitted])
        rest = next
        left.push(power(rest) / whole)
      }
      rest.dispose()
      return left
    },
  }
}
