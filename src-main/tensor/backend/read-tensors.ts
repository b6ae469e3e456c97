import { tf, type Tensor } from './tf.ts'

/**
 * Values of what `compute` gives, everything else freed.
 *
 * Numbers must not leave through `tf.tidy`: it walks what it is handed element by element looking for tensors, which for
 * the logits of five seconds takes longer than computing them.
 */
export const readTensors = (compute: () => Tensor[]): Float32Array[] => {
  const results = tf.tidy(compute)
  try {
    return results.map((result) => Float32Array.from(result.dataSync()))
  } finally {
    tf.dispose(results)
  }
}

/** As `readTensors`, of one tensor. */
export const readTensor = (compute: () => Tensor): Float32Array => readTensors(() => [compute()])[0]
