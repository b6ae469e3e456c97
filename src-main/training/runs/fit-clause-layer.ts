import { createRandom } from '#main/foundation/random.ts'
import { factOf, readSense, senseOf, type ClauseLayer } from '#main/networks/mulan/clause-layer.ts'
import { tf, type Tensor2D } from '#main/tensor/backend/tf.ts'

export interface ClauseExample {
  readonly label: string
  /** [TEXT_WIDTH] of unit length */
  readonly vector: Float32Array
  /** Made from a pattern: weighs less, and nothing is tested on it. */
  readonly isPatterned: boolean
}

/** How sure the layer must be of a fact before it is taken for said, and what then comes of phrasings that it was not fitted to. */
export interface FactScore {
  readonly fact: string
  readonly threshold: number
  /** Phrasings of the fact, how many of them are read rightly, and how many of all phrasings are read as the fact wrongly. */
  readonly phrasings: number
  readonly right: number
  readonly wrong: number
}

const STEPS = 150
const RATE = 0.1
const DECAY = 0.001
/** Unit vectors are long enough for a softmax only when stretched. */
const STRETCH = 8
const PATTERN_WEIGHT = 0.4
const FOLDS = 10
const THRESHOLDS = Array.from({ length: 14 }, (_, i) => (30 + 5 * i) / 100)
/** Of what is read as a fact, no more may be wrong. */
const MOST_WRONG = 0.15

/**
 * Multinomial logistic regression with weight decay, by Adam (arXiv 1412.6980) on all examples at once; deterministic.
 *
 * @param examples   at least one of each label
 * @param labels     in the order of the layer
 * @param thresholds for each fact; kept in the layer
 */
export const fitClauseLayer = (
  examples: readonly ClauseExample[],
  labels: readonly string[],
  thresholds: ClauseLayer['thresholds'],
): ClauseLayer => {
  const width = examples[0].vector.length
  const count = labels.length
  const shares = examples.map(({ isPatterned }) => (isPatterned ? PATTERN_WEIGHT : 1))
  const total = shares.reduce((a, b) => a + b, 0)
  const weights = new Float64Array((width + 1) * count)
  const first = new Float64Array(weights.length)
  const second = new Float64Array(weights.length)
  const inputs = tf.tidy(() => {
    const rows = tf.tensor2d(Float32Array.from(examples.flatMap(({ vector }) => [...vector])), [examples.length, width])
    return tf.concat([tf.mul(rows, STRETCH), tf.ones([examples.length, 1])], 1) as Tensor2D
  })
  const targets = tf.tidy(() =>
    tf.oneHot(
      tf.tensor1d(
        examples.map(({ label }) => labels.indexOf(label)),
        'int32',
      ),
      count,
    ),
  )
  const weighing = tf.tensor2d(
    shares.map((share) => share / total),
    [examples.length, 1],
  )
  for (let step = 1; step <= STEPS; step++) {
    const gradient = tf.tidy(() => {
      const chances = tf.softmax(tf.matMul(inputs, tf.tensor2d(Float32Array.from(weights), [width + 1, count])))
      return tf.matMul(inputs, tf.mul(tf.sub(chances, targets), weighing) as Tensor2D, true).dataSync()
    })
    const rate = RATE * Math.min(1, 3 * (1 - step / (STEPS + 1)))
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i] + DECAY * weights[i]
      first[i] = 0.9 * first[i] + 0.1 * slope
      second[i] = 0.99 * second[i] + 0.01 * slope * slope
      weights[i] -= (rate * (first[i] / (1 - 0.9 ** step))) / (Math.sqrt(second[i] / (1 - 0.99 ** step)) + 1e-9)
    }
  }
  tf.dispose([inputs, targets, weighing])
  return {
    labels,
    weights: labels.map((_, c) => Float32Array.from({ length: width }, (_unused, d) => STRETCH * weights[d * count + c])),
    bias: labels.map((_, c) => weights[width * count + c]),
    thresholds,
  }
}

interface Reading {
  readonly label: string
  readonly got: string
  readonly chance: number
}

/** Every phrasing as a layer reads it that was fitted without it. */
const readLeftOut = (examples: readonly ClauseExample[], labels: readonly string[], seed: number): Reading[] => {
  const random = createRandom(seed)
  const folds = examples.map(() => random.integer(FOLDS))
  return Array.from({ length: FOLDS }, (_, fold) => {
    const rest = examples.filter((_unused, i) => folds[i] !== fold)
    const layer = fitClauseLayer(rest, labels, {})
    const leftOut = examples.filter(({ isPatterned }, i) => folds[i] === fold && !isPatterned)
    return leftOut.map(({ label, vector }) => {
      const { label: got, chance } = readSense(layer, vector)
      return { label, got, chance }
    })
  }).flat()
}

/**
 * For each fact the lowest threshold at which, of the left-out phrasings that are read as it, few enough are something else.
 *
 * @param examples        at least one of each label in every fold but one
 * @param labels          in the order of the layer
 * @param options.nothing the label of clauses that direct nothing
 * @param options.seed    of the folds
 */
export const chooseThresholds = (
  examples: readonly ClauseExample[],
  labels: readonly string[],
  options: { nothing: string; seed: number },
): FactScore[] => {
  const { nothing, seed } = options
  const readings = readLeftOut(examples, labels, seed)
  const facts = [...new Set(labels.filter((label) => label !== nothing).map(factOf))]
  return facts.map((fact) => {
    const phrasings = readings.filter(({ label }) => factOf(label) === fact).length
    const scores = THRESHOLDS.map((threshold) => {
      const said = readings.filter(({ got, chance }) => factOf(got) === fact && chance >= threshold)
      const right = said.filter(({ label, got }) => senseOf(got) === senseOf(label)).length
      return { fact, threshold, phrasings, right, wrong: said.length - right }
    })
    const chosen = scores.find(({ right, wrong }) => wrong <= MOST_WRONG * (right + wrong))
    return chosen ?? { fact, threshold: 1, phrasings, right: 0, wrong: 0 }
  })
}
