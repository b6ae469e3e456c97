import { EngineError } from '#main/foundation/engine-error.ts'
import { softmax } from '#main/foundation/softmax.ts'
import { z } from 'zod'
import { TEXT_WIDTH } from './sentence-encoder.ts'

/** A softmax over what a clause may ask for, on top of the sentence encoder's vector of the clause. */
export interface ClauseLayer {
  /** "fact: value", or one that asks for nothing */
  readonly labels: readonly string[]
  /** [labels][TEXT_WIDTH] */
  readonly weights: readonly Float32Array[]
  /** [labels] */
  readonly bias: readonly number[]
  /** By fact: senses less likely than this are not taken for said. What has no threshold is never said. */
  readonly thresholds: Readonly<Record<string, number>>
}

export interface ClauseSense {
  readonly label: string
  /** Probability of the label and of those that mean nearly the same. */
  readonly chance: number
}

/** Labels that lie so near that being unsure between them does no harm; every other label stands for itself. */
const NEAR: readonly (readonly string[])[] = [
  ['dynamics: very soft', 'dynamics: soft'],
  ['dynamics: loud', 'dynamics: very loud'],
  ['pace: very slow', 'pace: slow'],
  ['pace: fast', 'pace: very fast'],
  ['register: high', 'register: very high'],
  ['vibrato: warm', 'vibrato: wide'],
]

/** What a label speaks of. */
export const factOf = (label: string): string => label.split(':')[0]

/** What stands for a label and its near ones. */
export const senseOf = (label: string): string => NEAR.find((group) => group.includes(label))?.[0] ?? label

/** @param vector [TEXT_WIDTH] of unit length @returns [labels] probabilities */
const weighLabels = ({ weights, bias }: ClauseLayer, vector: Float32Array): number[] =>
  softmax(weights.map((row, i) => row.reduce((sum, weight, d) => sum + weight * vector[d], bias[i])))

/** The likeliest sense of a clause, however unlikely. @param vector [TEXT_WIDTH] of unit length */
export const readSense = (layer: ClauseLayer, vector: Float32Array): ClauseSense => {
  const chances = weighLabels(layer, vector)
  const senses = layer.labels.map(senseOf)
  const together = senses.map((sense) => chances.reduce((sum, chance, i) => (senses[i] === sense ? sum + chance : sum), 0))
  const chance = Math.max(...together)
  const sense = senses[together.indexOf(chance)]
  const best = Math.max(...chances.filter((_, i) => senses[i] === sense))
  return { label: layer.labels[chances.indexOf(best)], chance }
}

/** What a clause is sure enough to ask for; null where that is nothing. @param vector [TEXT_WIDTH] of unit length */
export const readDirection = (layer: ClauseLayer, vector: Float32Array): string | null => {
  const { label, chance } = readSense(layer, vector)
  const threshold = layer.thresholds[factOf(label)]
  return threshold !== undefined && chance >= threshold ? label : null
}

/** The file's form: each row of weights as bytes in hexadecimal, 128 standing for 0, times its scale. */
export const clauseLayerFileSchema = z.object({
  about: z.string(),
  thresholds: z.record(z.string(), z.number()),
  labels: z.array(z.string()),
  bias: z.array(z.number()),
  scales: z.array(z.number()),
  weights: z.array(z.string()),
})
export type ClauseLayerFile = z.infer<typeof clauseLayerFileSchema>

const ZERO = 128
const REACH = 127

export const packClauseLayer = ({ labels, weights, bias, thresholds }: ClauseLayer, about: string): ClauseLayerFile => {
  const scales = weights.map((row) => Number((row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / REACH).toPrecision(6)))
  const rows = weights.map((row, i) =>
    [...row].map((weight) => (Math.round(weight / (scales[i] || 1)) + ZERO).toString(16).padStart(2, '0')).join(''),
  )
  return { about, thresholds, labels: [...labels], bias: bias.map((value) => Number(value.toPrecision(6))), scales, weights: rows }
}

/** @throws EngineError MODEL_DAMAGED */
export const unpackClauseLayer = ({ labels, weights, bias, scales, thresholds }: ClauseLayerFile): ClauseLayer => {
  const isWhole = [weights, bias, scales].every((list) => list.length === labels.length)
  if (!isWhole || weights.some((row) => row.length !== 2 * TEXT_WIDTH))
    throw new EngineError('MODEL_DAMAGED', { model: 'the reader of clauses', reason: 'its sizes do not fit' })
  const rows = weights.map((row, i) =>
    Float32Array.from({ length: TEXT_WIDTH }, (_, d) => (parseInt(row.slice(2 * d, 2 * d + 2), 16) - ZERO) * scales[i]),
  )
  return { labels, weights: rows, bias, thresholds }
}
