import type { Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { tf, type Tensor2D } from '#main/tensor/backend/tf.ts'

/** Rows at once: keeps the table of distances small. */
const CHUNK = 8192
/** The first centres are chosen among so many vectors. */
const SEEDING_ROWS = 20_000

export interface ClusterOptions {
  readonly width: number
  readonly count: number
  readonly iterations: number
  readonly random: Random
  readonly onIteration?: (iteration: number, meanSquare: number) => void
}

/** k-means++: each next centre is drawn in proportion to its squared distance from those there are. [count, width] */
const seedCentres = (vectors: Float32Array, { width, count, random }: ClusterOptions): Float32Array => {
  const rows = vectors.length / width
  const chosen = Int32Array.from({ length: Math.min(rows, SEEDING_ROWS) }, (_, i) => (rows <= SEEDING_ROWS ? i : random.integer(rows)))
  const centres = new Float32Array(count * width)
  const distances = new Float64Array(chosen.length).fill(Infinity)
  let pick = chosen[random.integer(chosen.length)]
  for (let c = 0; c < count; c++) {
    centres.set(vectors.subarray(pick * width, (pick + 1) * width), c * width)
    let total = 0
    for (let i = 0; i < chosen.length; i++) {
      let square = 0
      for (let d = 0, at = chosen[i] * width, own = c * width; d < width; d++) square += (vectors[at + d] - centres[own + d]) ** 2
      if (square < distances[i]) distances[i] = square
      total += distances[i]
    }
    let left = random.next() * total
    let i = 0
    while (i < chosen.length - 1 && (left -= distances[i]) > 0) i++
    pick = chosen[i]
  }
  return centres
}

/** Index of, and squared distance to, the nearest centre, less the vector's own square. */
const assignChunk = (chunk: Float32Array, centres: Tensor2D, squares: Tensor2D): { index: Int32Array; score: Float32Array } => {
  const width = centres.shape[1]
  const scores = tf.tidy(
    () => tf.sub(squares, tf.mul(tf.matMul(tf.tensor2d(chunk, [chunk.length / width, width]), centres, false, true), 2)) as Tensor2D,
  )
  const index = tf.argMin(scores, 1)
  const score = tf.min(scores, 1)
  const result = { index: index.dataSync() as Int32Array, score: score.dataSync() as Float32Array }
  tf.dispose([scores, index, score])
  return result
}

/**
 * Lloyd's k-means from k-means++ centres; a centre that nothing is nearest to moves to a vector drawn at random.
 * The same vectors and random state give the same centres.
 *
 * @param vectors  [N, width]
 * @returns        [count, width]
 * @source         Arthur and Vassilvitskii 2007 for the seeding
 */
export const clusterVectors = (vectors: Float32Array, options: ClusterOptions): Float32Array => {
  const { width, count, iterations, random } = options
  const rows = vectors.length / width
  invariant(Number.isInteger(rows) && rows >= count, 'fewer vectors than centres')
  const centres = seedCentres(vectors, options)
  for (let iteration = 0; iteration < iterations; iteration++) {
    const sums = new Float64Array(count * width)
    const counts = new Int32Array(count)
    let distance = 0
    const points = tf.tensor2d(centres, [count, width])
    const squares = tf.tidy(() => tf.reshape(tf.sum(tf.square(points), 1), [1, count])) as Tensor2D
    for (let first = 0; first < rows; first += CHUNK) {
      const chunk = vectors.subarray(first * width, Math.min(rows, first + CHUNK) * width)
      const { index, score } = assignChunk(chunk, points, squares)
      for (let i = 0; i < index.length; i++) {
        const own = index[i] * width
        counts[index[i]]++
        distance += score[i]
        for (let d = 0; d < width; d++) {
          const x = chunk[i * width + d]
          sums[own + d] += x
          distance += x * x
        }
      }
    }
    tf.dispose([points, squares])
    for (let c = 0; c < count; c++) {
      const row = counts[c] === 0 ? random.integer(rows) : -1
      for (let d = 0; d < width; d++) centres[c * width + d] = row >= 0 ? vectors[row * width + d] : sums[c * width + d] / counts[c]
    }
    options.onIteration?.(iteration + 1, distance / rows)
  }
  return centres
}

/**
 * Nearest centre of every vector, in plain numbers: the same on every machine and backend.
 *
 * @param vectors  [N, width]
 * @param centres  [count, width]
 * @returns        [N], the lower index where two are equally near
 */
export const nearestCentres = (vectors: Float32Array, centres: Float32Array, width: number): Int32Array =>
  Int32Array.from({ length: vectors.length / width }, (_, row) => {
    let best = 0
    let least = Infinity
    for (let c = 0, own = 0; own < centres.length; c++, own += width) {
      let square = 0
      for (let d = 0, at = row * width; d < width && square < least; d++) square += (vectors[at + d] - centres[own + d]) ** 2
      if (square < least) {
        least = square
        best = c
      }
    }
    return best
  })

/** Mean and spread of every column: [width] each, spreads at least a thousandth. */
export const measureColumns = (vectors: Float32Array, width: number): { mean: Float32Array; deviation: Float32Array } => {
  const rows = vectors.length / width
  const sums = new Float64Array(width)
  const squares = new Float64Array(width)
  for (let i = 0; i < vectors.length; i++) sums[i % width] += vectors[i] / rows
  for (let i = 0; i < vectors.length; i++) squares[i % width] += (vectors[i] - sums[i % width]) ** 2 / rows
  return { mean: Float32Array.from(sums), deviation: Float32Array.from(squares, (square) => Math.max(1e-3, Math.sqrt(square))) }
}

/** (x - mean) / deviation by columns, at most five spreads out. [N, width] */
export const normaliseColumns = (
  vectors: Float32Array,
  { mean, deviation }: { readonly mean: Float32Array; readonly deviation: Float32Array },
): Float32Array => {
  const width = mean.length
  return vectors.map((x, i) => Math.max(-5, Math.min(5, (x - mean[i % width]) / deviation[i % width])))
}
