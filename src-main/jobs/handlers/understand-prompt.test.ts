import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clauseExemplars } from '#main/corpus/captions/clause-exemplars.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { openClauseGuesser } from '#main/generation/clause-guesser.ts'
import { clauseLayerFileSchema, readSense, senseOf, unpackClauseLayer } from '#main/networks/mulan/clause-layer.ts'
import { openSentenceEncoder } from '#main/networks/mulan/mulan.ts'
import { sentenceEncoderPath } from '#main/networks/mulan/vocabulary.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { understandPrompt } from './understand-prompt.ts'

const SHIPPED = `${findProjectRoot()}/src-main/generation/clause-layer.json`
const NOWHERE = '/nowhere/minilm.safetensors'

describe('a prompt without the sentence encoder', () => {
  it('is read by its known words, silently', async () => {
    for (const text of ['', 'soft, the bow tumbles over the strings', 'purple elephants'])
      expect(await understandPrompt(text, NOWHERE)).toEqual(readPrompt(text))
  })

  it('throws what reading throws', async () => {
    const unreadable = 'X:1\nK:D\n|:ABc~~~@@@'
    const thrown = await Promise.resolve(unreadable)
      .then(readPrompt)
      .catch((error: unknown) => error)
    expect(await understandPrompt(unreadable, NOWHERE).catch((error: unknown) => error)).toEqual(thrown)
  })
})

describe.skipIf(!existsSync(sentenceEncoderPath()))('a prompt in unknown words', { timeout: 120_000 }, () => {
  it('is understood by meaning, in the words of the person', async () => {
    const { lanes, moves } = await understandPrompt('Forte, the bow is flung at the strings')
    expect(lanes.articulation).toBe('spiccato')
    expect(lanes.dynamics).toEqual(readPrompt('forte').lanes.dynamics)
    expect(moves).toContainEqual({
      word: 'the bow is flung at the strings',
      lane: 'articulation',
      effect: 'spiccato',
    })
  })

  it('moves nothing where nothing is directed', async () => {
    const said = [
      "for my uncle's retirement",
      'recorded in an old barn',
      'in B flat major',
      'two fiddles and a banjo',
      'thanks a lot',
      'ein blauer Elefant',
    ]
    for (const text of said) expect(await understandPrompt(text)).toEqual(readPrompt(text))
  })

  it('never overrules a known word, nor turns a refusal round', async () => {
    const guess = 'a nail flicks the strings'
    expect((await understandPrompt(guess)).lanes.articulation).toBe('pizzicato')
    expect((await understandPrompt(`legato, ${guess}`)).lanes).toEqual(readPrompt('legato').lanes)
    expect((await understandPrompt('a nail never flicks the strings')).lanes.articulation).toBe('legato')
  })

  it('is read the same each time, alone and beside others, and leaks no tensor', async () => {
    const clause = 'the bow is flung at the strings'
    const guesser = await openClauseGuesser()
    const [alone] = guesser.guess([clause])
    const before = tf.memory().numTensors
    expect(guesser.guess(['thank you', clause, 'on an old record'])).toEqual([null, alone, null])
    expect(tf.memory().numTensors).toBe(before)
    guesser.dispose()
    const again = await openClauseGuesser()
    expect(again.guess(['thank you', clause])).toEqual([null, alone])
    again.dispose()
  })

  it('is read by the layer that the exemplars give', async () => {
    await ensureBackend()
    const exemplars = clauseExemplars()
    const layer = unpackClauseLayer(clauseLayerFileSchema.parse(JSON.parse(readFileSync(SHIPPED, 'utf8'))))
    expect(layer.labels).toEqual([...new Set(exemplars.map(({ label }) => label))])
    const some = exemplars.filter((_, i) => i % 37 === 0)
    const encoder = openSentenceEncoder()
    const vectors = encoder.encode(some.map(({ text }) => text))
    encoder.dispose()
    const right = some.filter(({ label }, i) => senseOf(readSense(layer, vectors[i]).label) === senseOf(label))
    expect(right.length / some.length).toBeGreaterThan(0.9)
  })
})
