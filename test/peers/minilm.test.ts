import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSentenceEncoder } from '#main/networks/mulan/mulan.ts'
import { sentenceEncoderPath } from '#main/networks/mulan/vocabulary.ts'
import type { SentenceEncoder } from '#main/networks/mulan/sentence-encoder.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import recorded from './minilm.json' with { type: 'json' }

const isThere = existsSync(sentenceEncoderPath())
if (!isThere) process.stderr.write('SKIPPED: the sentence encoder is absent; "node build/scripts/setup.mjs --retry" fetches it\n')

describe.skipIf(!isThere)('beside the tokenizers package and a float64 forward pass', { timeout: 120_000 }, () => {
  let encoder: SentenceEncoder
  beforeAll(async () => {
    await ensureBackend()
    encoder = openSentenceEncoder()
  }, 120_000)
  afterAll(() => encoder.dispose())

  it.each(recorded)('splits into the same tokens: $text', ({ text, ids }) => {
    expect(encoder.tokenize(text)).toEqual(ids)
  })

  it('gives the same vectors from the same halves within 1e-4, texts of all lengths together, and leaks no tensor', () => {
    const before = tf.memory().numTensors
    const vectors = encoder.encode(recorded.map(({ text }) => text))
    expect(tf.memory().numTensors).toBe(before)
    const worst = recorded.map(({ halves }, i) => Math.max(...halves.map((value, d) => Math.abs(value - vectors[i][d]))))
    expect(Math.max(...worst)).toBeLessThan(1e-4)
  })

  it('differs from the published float32 weights by less than 3e-4, cosine above 0.99999', () => {
    recorded.forEach(({ text, published }) => {
      const [vector] = encoder.encode([text])
      expect(Math.max(...published.map((value, d) => Math.abs(value - vector[d])))).toBeLessThan(3e-4)
      expect(published.reduce((sum, value, d) => sum + value * vector[d], 0)).toBeGreaterThan(0.99999)
    })
  })
})
