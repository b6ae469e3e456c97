import { invariant } from '#main/foundation/engine-error.ts'
import { decompose, multiply, takeSquareRoot } from './jacobi.ts'

/** A cloud of points as the Gaussian that has its mean and covariance. */
export interface Gaussian {
  readonly count: number
  readonly dimension: number
  /** [D] */
  readonly mean: Float64Array
  /** [D, D] unbiased, symmetric */
  readonly covariance: Float64Array
}

/**
 * Mean and unbiased covariance of embeddings, in double precision.
 *
 * @param points at least two, each [D]
 */
export const fitGaussian = (points: readonly ArrayLike<number>[]): Gaussian => {
  invariant(points.length >= 2, 'a covariance wants two points or more')
  const dimension = points[0].length
  const mean = new Float64Array(dimension)
  for (const point of points) {
    invariant(point.length === dimension, 'points of one dimension')
    for (let i = 0; i < dimension; i++) mean[i] += point[i] / points.length
  }
  const covariance = new Float64Array(dimension * dimension)
  const centred = new Float64Array(dimension)
  for (const point of points) {
    for (let i = 0; i < dimension; i++) centred[i] = point[i] - mean[i]
    for (let i = 0; i < dimension; i++) for (let j = 0; j <= i; j++) covariance[i * dimension + j] += centred[i] * centred[j]
  }
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) {
      covariance[i * dimension + j] /= points.length - 1
      covariance[j * dimension + i] = covariance[i * dimension + j]
    }
  }
  return { count: points.length, dimension, mean, covariance }
}

/**
 * Frechet distance of two Gaussians: |m1 - m2|^2 + tr(C1 + C2 - 2 (sqrt(C1) C2 sqrt(C1))^(1/2)). The last trace is the sum of the
 * singular values of sqrt(C1) sqrt(C2), which loses nothing where a covariance is singular (fewer points than dimensions).
 *
 * @returns 0 or more; 0 for equal Gaussians
 * @source  Dowson and Landau 1982; Kilgour et al. 2019 (Frechet Audio Distance); peer: numpy and scipy, see test/peers/frechet
 */
export const measureFrechetDistance = (a: Gaussian, b: Gaussian): number => {
  const { dimension } = a
  invariant(b.dimension === dimension, 'clouds of one dimension')
  let shift = 0
  let traces = 0
  for (let i = 0; i < dimension; i++) {
    shift += (a.mean[i] - b.mean[i]) ** 2
    traces += a.covariance[i * dimension + i] + b.covariance[i * dimension + i]
  }
  const roots = multiply(takeSquareRoot(a.covariance, dimension), takeSquareRoot(b.covariance, dimension), dimension)
  const shared = decompose(roots, dimension).values.reduce((sum, value) => sum + value, 0)
  return Math.max(0, shift + traces - 2 * shared)
}
