import { beforeAll, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { packClauseLayer, readDirection, unpackClauseLayer } from '#main/networks/mulan/clause-layer.ts'
import { TEXT_WIDTH } from '#main/networks/mulan/sentence-encoder.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { chooseThresholds, fitClauseLayer, type ClauseExample } from './fit-clause-layer.ts'

const LABELS = ['stroke: long', 'stroke: short', 'nothing']

/** Unit vectors around one direction for each label. */
const makeExamples = (spread: number): ClauseExample[] => {
  const random = createRandom(5)
  return Array.from({ length: 60 }, (_, i) => {
    const raw = Float32Array.from({ length: TEXT_WIDTH }, (_unused, d) => (d === i % 3 ? 1 : 0) + spread * random.normal())
    const length = Math.hypot(...raw)
    return { label: LABELS[i % 3], vector: raw.map((value) => value / length), isPatterned: i % 5 === 4 }
  })
}

beforeAll(() => ensureBackend(), 60_000)

it('learns what lies apart, the same each time, survives its file and leaks no tensor', () => {
  const examples = makeExamples(0.02)
  const before = tf.memory().numTensors
  const layer = fitClauseLayer(examples, LABELS, { stroke: 0.5 })
  expect(tf.memory().numTensors).toBe(before)
  expect(fitClauseLayer(examples, LABELS, { stroke: 0.5 })).toEqual(layer)
  const kept = unpackClauseLayer(packClauseLayer(layer, 'a test'))
  for (const { label, vector } of examples) expect(readDirection(kept, vector)).toBe(label === 'nothing' ? null : label)
  expect(packClauseLayer(kept, 'a test').weights).toEqual(packClauseLayer(layer, 'a test').weights)
})

it('says nothing of a fact without a threshold, and refuses a file whose sizes do not fit', () => {
  const examples = makeExamples(0.02)
  const layer = fitClauseLayer(examples, LABELS, {})
  expect(examples.map(({ vector }) => readDirection(layer, vector)).every((direction) => direction === null)).toBe(true)
  const file = packClauseLayer(layer, 'a test')
  expect(() => unpackClauseLayer({ ...file, bias: file.bias.slice(1) })).toThrow(expect.objectContaining({ code: 'MODEL_DAMAGED' }))
  expect(() => unpackClauseLayer({ ...file, weights: file.weights.map((row) => row.slice(2)) })).toThrow(
    expect.objectContaining({ code: 'MODEL_DAMAGED' }),
  )
})

it('asks to be surer where it is wrong more often', () => {
  const choose = (spread: number): number => chooseThresholds(makeExamples(spread), LABELS, { nothing: 'nothing', seed: 1 })[0].threshold
  const [clear] = chooseThresholds(makeExamples(0.02), LABELS, { nothing: 'nothing', seed: 1 })
  expect(clear).toMatchObject({ fact: 'stroke', wrong: 0, right: clear.phrasings })
  expect(choose(0.5)).toBeGreaterThan(clear.threshold)
})
