import { DEFAULT_LANES } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import fc from 'fast-check'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { MASKED } from '#main/tensor/sampling/fill-masked.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  decodeExpression,
  encodeExpression,
  encodeScore,
  EXPRESSION_WIDTH,
  hideConditions,
  LANE_CONDITIONS,
  SCORE_WIDTH,
} from './conditioning.ts'
import { TOY_STAGES_CONFIG, type StageName } from './config.ts'
import { expectVectors, generateCodes, generateSemantic } from './generate.ts'
import { normaliseCodebooks } from './known-codes.ts'
import { createStageNetwork } from './stage-network.ts'

const note = (onsetSeconds: number, pitch: number): Note => ({ onsetSeconds, durationSeconds: 0.3, pitch, velocity: 0.7, confidence: 1 })
const NOTES = [note(0.02, 69.4), note(0.42, 71), note(0.82, 60)]

beforeAll(async () => void (await ensureBackend()))

describe('what the stages are told', () => {
  it('rounds the pitch to a key: a hum between two keys and the key say the same', () => {
    const sung = encodeScore(NOTES, DEFAULT_LANES, 30)
    const written = encodeScore([note(0.02, 69), ...NOTES.slice(1)], DEFAULT_LANES, 30)
    expect(sung).toEqual(written)
  })

  it('says nothing of what is withheld, and all else as before', () => {
    const rows = encodeScore(NOTES, DEFAULT_LANES, 30)
    const hidden = rows.slice()
    hideConditions(hidden, { melody: true, lanes: new Set(LANE_CONDITIONS) })
    expect(hidden.every((x) => x === 0)).toBe(true)
    const partly = rows.slice()
    hideConditions(partly, { melody: false, lanes: new Set(['dynamics']) })
    const differing = new Set<number>()
    partly.forEach((x, i) => {
      if (x !== rows[i]) differing.add(i % SCORE_WIDTH)
    })
    expect(differing.size).toBe(2)
  })

  it('brings expression back within what its grid can hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 200 }), fc.integer(), (frames, seed) => {
        const random = createRandom(seed)
        const wave = (mean: number, size: number): Float32Array => {
          const phase = random.next() * 6
          return Float32Array.from({ length: frames }, (_, i) => mean + size * Math.sin(phase + i / 30))
        }
        const expression = { centreCents: wave(0, 30), vibratoCents: wave(20, 10), vibratoHz: wave(5.5, 0.5), loudnessDb: wave(-25, 8) }
        const back = decodeExpression(encodeExpression(expression), frames)
        for (let i = 4; i < frames - 8; i++) {
          expect(Math.abs(back.centreCents[i] - expression.centreCents[i])).toBeLessThan(3)
          expect(Math.abs(back.vibratoCents[i] - expression.vibratoCents[i])).toBeLessThan(1.5)
          expect(Math.abs(back.vibratoHz[i] - expression.vibratoHz[i])).toBeLessThan(0.1)
          expect(Math.abs(back.loudnessDb[i] - expression.loudnessDb[i])).toBeLessThan(1e-3)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('generation', () => {
  const config = TOY_STAGES_CONFIG
  const open = (name: StageName) => createStageNetwork(name, config, createRandom(3))
  const books = Array.from({ length: 2 }, (_, level) => Float32Array.from({ length: 48 * 8 }, (_x, i) => Math.sin(i + level)))
  const codebooks = normaliseCodebooks(books, config)
  const score = encodeScore(NOTES, DEFAULT_LANES, 30)
  const conditions = { score, text: Float32Array.from({ length: 16 }, (_, i) => Math.cos(i)) }
  const options = (seed: number) => ({
    decoding: { passes: 3, temperature: 1, orderNoise: 1 },
    guidance: { text: 2, melody: 1.5 },
    random: createRandom(seed),
  })

  it('writes every token, the same for a seed, and leaks no tensor', () => {
    const networks = { semantic: open('semantic'), coarse: open('coarse'), fine: open('fine') }
    const write = (seed: number) => {
      const { tokens, expression } = generateSemantic(networks.semantic, conditions, new Int32Array(30).fill(MASKED), options(seed))
      const inputs = { semantic: tokens, expression, codebooks }
      const empty = new Int32Array(60).fill(MASKED)
      const coarse = generateCodes(networks.coarse, conditions, { ...inputs, codes: empty, passes: [3] }, options(seed))
      expect(coarse.filter((_, i) => i % 2 === 1).every((code) => code === MASKED)).toBe(true)
      const codes = generateCodes(networks.fine, conditions, { ...inputs, codes: coarse, passes: [] }, options(seed))
      return { tokens, expression, codes }
    }
    const first = write(1)
    const before = tf.memory().numTensors
    const again = write(1)
    expect(tf.memory().numTensors).toBe(before)
    expect(again).toEqual(first)
    expect(write(2).codes).not.toEqual(first.codes)
    expect(first.codes.every((code) => code >= 0 && code < config.codebookSize)).toBe(true)
    expect(first.expression).toHaveLength(30 * EXPRESSION_WIDTH)
  })

  it('expects vectors inside the codebooks, the fine stage from what the coarse one expects, the same twice, and leaks no tensor', () => {
    const networks = { coarse: open('coarse'), fine: open('fine') }
    const semantic = Int32Array.from({ length: 30 }, (_, t) => t % 16)
    const inputs = { semantic, expression: new Float32Array(30 * EXPRESSION_WIDTH), codebooks }
    const expectBoth = () => {
      const coarse = expectVectors(networks.coarse, conditions, inputs)
      return { coarse, fine: expectVectors(networks.fine, conditions, { ...inputs, expected: coarse }) }
    }
    const before = tf.memory().numTensors
    const { coarse, fine } = expectBoth()
    expect(tf.memory().numTensors).toBe(before)
    expect(expectBoth()).toEqual({ coarse, fine })
    const largest = codebooks.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    for (const vectors of [coarse, fine]) {
      expect(vectors).toHaveLength(30 * config.latentWidth)
      // A mean of vectors lies among them, and is not simply nothing.
      expect(vectors.every((x) => Math.abs(x) <= largest)).toBe(true)
      expect(vectors.some((x) => Math.abs(x) > 1e-3)).toBe(true)
    }
    const unlike = expectVectors(networks.fine, conditions, { ...inputs, expected: coarse.map((x) => -x) })
    expect(unlike).not.toEqual(fine)
  })

  it('leaves kept tokens alone', () => {
    const kept = new Int32Array(30).fill(MASKED)
    for (let t = 0; t < 20; t++) kept[t] = t % 16
    const { tokens } = generateSemantic(open('semantic'), conditions, kept, options(5))
    expect([...tokens.subarray(0, 20)]).toEqual([...kept.subarray(0, 20)])
    expect(tokens.subarray(20).every((id) => id >= 0)).toBe(true)
  })
})
