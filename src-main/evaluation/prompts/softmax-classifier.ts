import { softmax } from '#main/foundation/softmax.ts'
import { FEATURE_NAMES, type Features } from './note-features.ts'

/** A linear classifier over standardised features and their squares. */
export interface Classifier {
  readonly classes: readonly string[]
  readonly features: readonly string[]
  readonly means: readonly number[]
  readonly scales: readonly number[]
  /** [C][1 + 2 F]: bias, then one weight for each feature and each square */
  readonly weights: readonly (readonly number[])[]
}

export interface LabelledFeatures {
  readonly label: string
  readonly features: Features
}

const STEPS = 1500
const LEARNING_RATE = 0.3
const DECAY = 0.002
/** Standard deviations beyond which a feature says no more. */
const REACH = 2

const expand = (features: Features, { features: names, means, scales }: Omit<Classifier, 'weights'>): number[] => {
  const known = names.map((name, i) => {
    const value = features[FEATURE_NAMES.find((one) => one === name) ?? 'levelDb']
    return Math.max(-REACH, Math.min(REACH, (value - means[i]) / scales[i]))
  })
  return [1, ...known, ...known.map((value) => value * value - 1)]
}

const score = (input: readonly number[], weights: readonly (readonly number[])[]): number[] =>
  softmax(weights.map((row) => row.reduce((sum, weight, i) => sum + weight * input[i], 0)))

/** The likeliest class. */
export const classify = (classifier: Classifier, features: Features): string => {
  const chances = score(expand(features, classifier), classifier.weights)
  return classifier.classes[chances.indexOf(Math.max(...chances))]
}

/**
 * Multinomial logistic regression by gradient descent, every class weighing the same; deterministic.
 *
 * @param examples at least one of each class
 * @param names    the features that may be looked at
 */
export const fitClassifier = (
  examples: readonly LabelledFeatures[],
  { classes, features: names }: Pick<Classifier, 'classes' | 'features'>,
): Classifier => {
  const columns = names.map((name) => {
    const key = FEATURE_NAMES.find((one) => one === name) ?? 'levelDb'
    return examples.map(({ features }) => features[key])
  })
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / column.length)
  const scales = columns.map((column, i) => Math.sqrt(column.reduce((sum, x) => sum + (x - means[i]) ** 2, 0) / column.length) || 1)
  const frame = { classes, features: names, means, scales }
  const inputs = examples.map(({ features }) => expand(features, frame))
  const targets = examples.map(({ label }) => classes.indexOf(label))
  const shares = classes.map((_, k) => 1 / (classes.length * Math.max(1, targets.filter((target) => target === k).length)))
  const weights = classes.map(() => new Array<number>(1 + 2 * names.length).fill(0))
  for (let step = 0; step < STEPS; step++) {
    const gradients = weights.map((row) => row.map((weight, i) => (i === 0 ? 0 : DECAY * weight)))
    inputs.forEach((input, n) => {
      const chances = score(input, weights)
      chances.forEach((chance, k) => {
        const error = (chance - (targets[n] === k ? 1 : 0)) * shares[targets[n]]
        for (let i = 0; i < input.length; i++) gradients[k][i] += error * input[i]
      })
    })
    weights.forEach((row, k) => gradients[k].forEach((gradient, i) => (row[i] -= LEARNING_RATE * gradient)))
  }
  const round = (value: number): number => Number(value.toFixed(4))
  return { ...frame, means: means.map(round), scales: scales.map(round), weights: weights.map((row) => row.map(round)) }
}
