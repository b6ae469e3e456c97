import { tf } from '#main/tensor/backend/tf.ts'
import type { Stage } from '../loops/train-stage.ts'
import type { StageCost } from './make-plan.ts'

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

/**
 * Floating-point work of a matrix product from the shapes of what goes in and comes out: 2 m n k for each matrix of the batch.
 * How the operands were transposed does not matter: k follows from the sizes.
 */
export const countMatmulFlops = (left: readonly number[], output: readonly number[]): number => {
  const columns = output[output.length - 1] ?? 1
  const inner = (sizeOf(left) * columns) / sizeOf(output)
  return 2 * sizeOf(output) * inner
}

/** Sums the matrix products of what `work` does; everything else is small beside them and not counted. */
const countFlops = async (work: () => void): Promise<number> => {
  const { kernels, result } = await tf.profile(() => {
    work()
    return tf.scalar(0)
  })
  tf.dispose(result)
  return kernels
    .filter(({ name }) => /matmul/i.test(name))
    .reduce((sum, { inputShapes, outputShapes }) => {
      const [left] = inputShapes
      const [output] = outputShapes
      return sum + (left === undefined || output === undefined ? 0 : countMatmulFlops(left, output))
    }, 0)
}

/** One step that is thrown away: weights, optimiser and random draws are as before. */
const tryStep = (stage: Stage): void => {
  const { gradients } = stage.computeStep(0)
  tf.dispose(gradients)
  stage.finishStep?.(0)
}

/** The optimiser's share of a step, which is not tried: it would move the weights. */
const OPTIMISER = 1.06

/**
 * What a step of a stage costs here and now: the median of three tries after a first one, and the arithmetic in it. A single one
 * was off by a factor of three where other programs had a busy second.
 * The backend's own errors pass, such as one that says that memory is short.
 */
export const measureStep = async (stage: Stage): Promise<StageCost> => {
  const flopsPerStep = await countFlops(() => tryStep(stage))
  const times = [0, 0, 0].map(() => {
    const started = performance.now()
    tryStep(stage)
    return performance.now() - started
  })
  const [, middle = 0] = times.sort((a, b) => a - b)
  return { secondsPerStep: (OPTIMISER * middle) / 1000, flopsPerStep } // ms -> s
}

/** Whether an error of the backend says that there is too little memory for a step. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && /\boom\b|out of memory|resource exhausted|failed to allocate|allocat\w+ failed|bad_alloc/i.test(error.message)
