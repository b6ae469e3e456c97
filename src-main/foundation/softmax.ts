/** Probabilities that logits stand for, without overflow. */
export const softmax = (logits: readonly number[]): number[] => {
  const most = Math.max(...logits)
  const powers = logits.map((value) => Math.exp(value - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((value) => value / sum)
}
