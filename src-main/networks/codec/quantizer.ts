import type { Random } from '#main/foundation/random.ts'
import { tf, type Scalar, type Tensor, type Tensor2D, type Variable } from '#main/tensor/backend/tf.ts'
import { addState, type Parameters } from '#main/tensor/layers/parameters.ts'
import type { CodecConfig } from './config.ts'

/**
 * Residual vector quantiser with moving-average codebooks.
 *
 * @source SoundStream (arXiv 2107.03312) section 3.3; commitment on every level; a code that is replaced also gets its
 *         running sum and count reset, else the next average puts the dead code back.
 */
export interface Quantizer {
  /**
   * @param z         [N, latentWidth]
   * @param levelMask [N, nQ] 1 where the level is used (quantiser dropout), or undefined for all
   */
  quantize(z: Tensor2D, levelMask?: Tensor2D): QuantizerResult
  /**
   * Sum of the codes' vectors; a negative code adds nothing, as when only the coarse levels are known.
   *
   * @param codes [N * nQ] row by row
   * @returns     [N * latentWidth]
   */
  lookUp(codes: Int32Array): Float32Array
  /** Vectors of each level, [codebookSize * latentWidth] each. */
  books(): Float32Array[]
  /** Moves codebooks towards what they quantised; replaces codes that have died. */
  update(result: Pick<QuantizerResult, 'residuals' | 'indices'>, random: Random): void
  /** k-means on encoder outputs, level by level. */
  initialise(z: Tensor2D, random: Random): void
}

export interface QuantizerResult {
  /** [N, latentWidth], gradient passes straight through to z */
  readonly quantized: Tensor2D
  /** [N, nQ] int32 */
  readonly codes: Tensor2D
  readonly commitmentLoss: Scalar
  /** What each level saw, [N, latentWidth] each. */
  readonly residuals: Tensor2D[]
  /** What each level chose, [N] int32 each; kept beyond tidy, the caller disposes them. */
  readonly indices: Tensor[]
}

const DECAY = 0.98
const DEAD_BELOW = 0.15

interface Level {
  readonly codebook: Variable
  readonly counts: Variable
  readonly sums: Variable
}

const nearest = (x: Tensor2D, codebook: Tensor): Tensor => {
  const cross = tf.matMul(x, codebook as Tensor2D, false, true) // [N, V]
  const norms = tf.sum(tf.square(codebook), 1) // [V]
  return tf.argMin(tf.sub(norms, tf.mul(cross, 2)), 1)
}

/** Value without gradient: tfjs has no stop-gradient, but what runs inside a custom gradient of a constant is off the tape. */
const detach = (compute: () => Tensor): Tensor =>
  tf.customGrad(() => ({ value: compute(), gradFunc: (dy: Tensor) => tf.zerosLike(dy) }))(tf.scalar(0))

/** Gradient of the output goes to the input unchanged. */
const passStraight = (z: Tensor2D, quantized: Tensor): Tensor2D =>
  tf.customGrad(() => ({ value: tf.clone(quantized), gradFunc: (dy: Tensor) => tf.clone(dy) }))(z) as Tensor2D

export const createQuantizer = (parameters: Parameters, config: CodecConfig, random: Random): Quantizer => {
  const { nQ, codebookSize, latentWidth } = config
  const levels: Level[] = Array.from({ length: nQ }, (_, q) => {
    const start = Float32Array.from({ length: codebookSize * latentWidth }, () => random.normal() / (1 + q))
    const codebook = addState(parameters, `quantizer.${q}.codebook`, tf.tensor2d(start, [codebookSize, latentWidth]))
    const counts = addState(parameters, `quantizer.${q}.counts`, tf.ones([codebookSize]))
    const sums = addState(parameters, `quantizer.${q}.sums`, tf.tensor2d(start, [codebookSize, latentWidth]))
    return { codebook, counts, sums }
  })

  const replaceDead = (level: Level, residual: Tensor2D, draw: Random): void => {
    const counts = level.counts.dataSync()
    const dead = [...counts.keys()].filter((code) => counts[code] < DEAD_BELOW)
    if (dead.length === 0) return
    const seen = residual.dataSync()
    const rows = seen.length / latentWidth
    const books = level.codebook.dataSync().slice() as Float32Array
    const sums = level.sums.dataSync().slice() as Float32Array
    const fresh = counts.slice() as Float32Array
    for (const code of dead) {
      const row = draw.integer(rows)
      for (let d = 0; d < latentWidth; d++) {
        const value = seen[row * latentWidth + d]
        books[code * latentWidth + d] = value
        sums[code * latentWidth + d] = value
      }
      fresh[code] = 1
    }
    tf.tidy(() => {
      level.codebook.assign(tf.tensor2d(books, [codebookSize, latentWidth]))
      level.sums.assign(tf.tensor2d(sums, [codebookSize, latentWidth]))
      level.counts.assign(tf.tensor1d(fresh))
    })
  }

  const average = (level: Level, residual: Tensor2D, index: Tensor, decay: number): void =>
    tf.tidy(() => {
      const chosen = tf.oneHot(index as never, codebookSize).toFloat() as Tensor2D // [N, V]
      const counts = tf.add(tf.mul(level.counts, decay), tf.mul(tf.sum(chosen, 0), 1 - decay))
      const sums = tf.add(tf.mul(level.sums, decay), tf.mul(tf.matMul(chosen, residual, true, false), 1 - decay))
      level.counts.assign(counts as never)
      level.sums.assign(sums as never)
      level.codebook.assign(tf.div(sums, tf.maximum(tf.expandDims(counts, 1), 1e-4)))
    })

  return {
    quantize(z, levelMask) {
      const indices: Tensor[] = []
      const vectors = levels.map(() => undefined as Tensor2D | undefined)
      const total = detach(() => {
        let residual = z
        let sum: Tensor | undefined
        levels.forEach((level, q) => {
          const index = tf.keep(nearest(residual, level.codebook))
          const chosen = tf.keep(tf.gather(level.codebook as unknown as Tensor2D, index as never))
          const used = levelMask === undefined ? chosen : tf.mul(chosen, tf.slice(levelMask, [0, q], [-1, 1]))
          indices.push(index)
          vectors[q] = chosen
          sum = sum === undefined ? used : tf.add(sum, used)
          residual = tf.sub(residual, chosen) as Tensor2D
        })
        return tf.clone(sum as Tensor)
      })
      const residuals: Tensor2D[] = []
      let residual = z
      for (const chosen of vectors as Tensor2D[]) {
        residuals.push(residual)
        residual = tf.sub(residual, chosen) as Tensor2D
      }
      const after = [...residuals.slice(1), residual]
      const commitmentLoss = tf.div(tf.addN(after.map((rest) => tf.mean(tf.square(rest)))), nQ) as Scalar
      const codes = detach(() => tf.stack(indices, 1)) as Tensor2D
      tf.dispose(vectors as Tensor2D[])
      return { quantized: passStraight(z, total), codes, commitmentLoss, residuals, indices }
    },
    lookUp(codes) {
      const books = levels.map(({ codebook }) => codebook.dataSync() as Float32Array)
      const rows = codes.length / nQ
      const sums = new Float32Array(rows * latentWidth)
      for (let row = 0; row < rows; row++) {
        books.forEach((book, q) => {
          const code = codes[row * nQ + q]
          if (code < 0) return
          for (let d = 0; d < latentWidth; d++) sums[row * latentWidth + d] += book[code * latentWidth + d]
        })
      }
      return sums
    },
    books: () => levels.map(({ codebook }) => codebook.dataSync().slice() as Float32Array),
    update(result, draw) {
      levels.forEach((level, q) => {
        average(level, result.residuals[q] as Tensor2D, result.indices[q] as Tensor, DECAY)
        replaceDead(level, result.residuals[q] as Tensor2D, draw)
      })
    },
    initialise(z, draw) {
      let residual = tf.clone(z)
      for (const level of levels) {
        const rows = residual.shape[0]
        const picks = Array.from({ length: codebookSize }, () => draw.integer(rows))
        tf.tidy(() => level.codebook.assign(tf.gather(residual, picks)))
        for (let iteration = 0; iteration < 12; iteration++) {
          const index = tf.tidy(() => nearest(residual, level.codebook))
          tf.tidy(() => {
            const chosen = tf.oneHot(index as never, codebookSize).toFloat() as Tensor2D
            const counts = tf.sum(chosen, 0)
            const sums = tf.matMul(chosen, residual, true, false)
            const isEmpty = tf.less(counts, 0.5)
            const means = tf.div(sums, tf.maximum(tf.expandDims(counts, 1), 1))
            level.codebook.assign(tf.where(tf.expandDims(isEmpty, 1), level.codebook, means))
            const scaled = tf.maximum(tf.mul(counts, codebookSize > rows ? 1 : 200 / rows), 0.2)
            level.counts.assign(scaled as never)
            level.sums.assign(tf.mul(level.codebook, tf.expandDims(scaled, 1)))
          })
          index.dispose()
        }
        const next = tf.tidy(() =>
          tf.sub(residual, tf.gather(level.codebook as unknown as Tensor2D, nearest(residual, level.codebook) as never)),
        )
        residual.dispose()
        residual = next as Tensor2D
      }
      residual.dispose()
    },
  }
}
