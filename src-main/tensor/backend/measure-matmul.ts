import { tf, type Tensor2D } from './tf.ts'

/**
 * What this machine multiplies at best: the median of five products of square matrices.
 *
 * @param size rows and columns
 * @returns    GFLOP/s
 */
export const measureMatmul = (size = 1024): number => {
  const [a, b] = [tf.randomUniform([size, size], 0, 1, 'float32', 1), tf.randomUniform([size, size], 0, 1, 'float32', 2)] as Tensor2D[]
  const rates: number[] = []
  for (let run = 0; run < 6; run++) {
    const start = performance.now()
    const product = tf.matMul(a, b)
    product.dataSync()
    if (run > 0) rates.push((2 * size ** 3) / (performance.now() - start) / 1e6) // FLOP / ms -> GFLOP/s
    product.dispose()
  }
  tf.dispose([a, b])
  return rates.sort((x, y) => x - y)[2]
}
