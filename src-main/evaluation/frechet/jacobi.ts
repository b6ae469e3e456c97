import { invariant } from '#main/foundation/engine-error.ts'

const MOST_SWEEPS = 60
const PRECISION = 1e-15

/** A square matrix's singular values and right singular vectors; of a symmetric positive one, its eigenvalues and eigenvectors. */
export interface Decomposition {
  /** [D] 0 or more, in no order */
  readonly values: Float64Array
  /** [D, D] row k is the vector that belongs to value k */
  readonly vectors: Float64Array
}

/**
 * Singular values by one-sided Jacobi rotations: columns are turned against each other until all are orthogonal; their lengths
 * are the values. Small values come out as exactly as large ones, which a squared matrix's eigenvalues would not.
 *
 * @param matrix     [D, D] row by row
 * @param dimension  D
 * @source           Hestenes 1958; Demmel and Veselic 1992, "Jacobi's method is more accurate than QR"
 */
export const decompose = (matrix: Float64Array, dimension: number): Decomposition => {
  invariant(matrix.length === dimension * dimension, 'a square matrix')
  // Columns lie one after another, so that a rotation walks through memory.
  const columns = new Float64Array(matrix.length)
  const vectors = new Float64Array(matrix.length)
  for (let row = 0; row < dimension; row++) {
    vectors[row * dimension + row] = 1
    for (let column = 0; column < dimension; column++) columns[column * dimension + row] = matrix[row * dimension + column]
  }
  const turn = (values: Float64Array, p: number, q: number, rotation: { cos: number; sin: number }): void => {
    const { cos, sin } = rotation
    for (let k = 0; k < dimension; k++) {
      const x = values[p * dimension + k]
      const y = values[q * dimension + k]
      values[p * dimension + k] = cos * x - sin * y
      values[q * dimension + k] = sin * x + cos * y
    }
  }
  for (let sweep = 0, isTurning = true; isTurning && sweep < MOST_SWEEPS; sweep++) {
    isTurning = false
    for (let p = 0; p < dimension - 1; p++) {
      for (let q = p + 1; q < dimension; q++) {
        let alpha = 0
        let beta = 0
        let gamma = 0
        for (let k = 0, i = p * dimension, j = q * dimension; k < dimension; k++, i++, j++) {
          alpha += columns[i] * columns[i]
          beta += columns[j] * columns[j]
          gamma += columns[i] * columns[j]
        }
        if (gamma === 0 || Math.abs(gamma) <= PRECISION * Math.sqrt(alpha * beta)) continue
        isTurning = true
        const zeta = (beta - alpha) / (2 * gamma)
        const tan = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const cos = 1 / Math.sqrt(1 + tan * tan)
        const rotation = { cos, sin: cos * tan }
        turn(columns, p, q, rotation)
        turn(vectors, p, q, rotation)
      }
    }
  }
  const values = Float64Array.from({ length: dimension }, (_, k) =>
    Math.sqrt(columns.subarray(k * dimension, (k + 1) * dimension).reduce((sum, x) => sum + x * x, 0)),
  )
  return { values, vectors }
}

/** [D, D] times [D, D]. */
export const multiply = (a: Float64Array, b: Float64Array, dimension: number): Float64Array => {
  const out = new Float64Array(a.length)
  for (let i = 0; i < dimension; i++) {
    for (let k = 0; k < dimension; k++) {
      const factor = a[i * dimension + k]
      if (factor === 0) continue
      for (let j = 0; j < dimension; j++) out[i * dimension + j] += factor * b[k * dimension + j]
    }
  }
  return out
}

/**
 * The symmetric square root of a symmetric positive semidefinite matrix. Eigenvalues below the rounding of the largest are zeros
 * that arithmetic has disturbed, and count as zero.
 *
 * @param matrix [D, D]
 */
export const takeSquareRoot = (matrix: Float64Array, dimension: number): Float64Array => {
  const { values, vectors } = decompose(matrix, dimension)
  const least = values.reduce((most, value) => Math.max(most, value), 0) * dimension * Number.EPSILON
  const out = new Float64Array(matrix.length)
  values.forEach((value, k) => {
    if (value <= least) return
    const root = Math.sqrt(value)
    for (let i = 0; i < dimension; i++) {
      const factor = root * vectors[k * dimension + i]
      for (let j = 0; j < dimension; j++) out[i * dimension + j] += factor * vectors[k * dimension + j]
    }
  })
  return out
}
