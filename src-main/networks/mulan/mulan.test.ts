import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { encodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { allParameters, disposeParameters } from '#main/tensor/layers/parameters.ts'
import { hearClip, writeFeatures } from './analyze.ts'
import { featureWidth, MULAN_CONFIG, TOY_MULAN_CONFIG as TOY } from './config.ts'
import { hearCuts, openMulan } from './mulan.ts'
import { createMulanNetwork, type MulanNetwork } from './network.ts'
import { createWordPiece } from './wordpiece.ts'

const tone = (hz: number, seconds: number, gain = 0.2): Float32Array =>
  Float32Array.from({ length: Math.round(44100 * seconds) }, (_, n) => gain * Math.sin((2 * Math.PI * hz * n) / 44100))

const bytesOf = (network: MulanNetwork): Uint8Array => {
  const entries = [...allParameters(network.parameters)].map(
    ([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync() as Float32Array }] as const,
  )
  return encodeSafetensors({ tensors: new Map(entries), metadata: { stage: 'mulan' } })
}

describe('MuLan', { timeout: 120_000 }, () => {
  let network: MulanNetwork
  beforeAll(async () => {
    await ensureBackend()
    network = createMulanNetwork(TOY, createRandom(3))
    const random = createRandom(4)
    const vectors: Tensor2D = tf.tensor2d(
      Float32Array.from({ length: 60 * TOY.embeddingWidth }, () => random.normal()),
      [60, TOY.embeddingWidth],
    )
    network.codebooks.fit(vectors, random)
    vectors.dispose()
  }, 120_000)
  afterAll(() => disposeParameters(network.parameters))

  it('gives unit vectors of any sound from one second on, the same each time, and leaks no tensor', () => {
    const before = tf.memory().numTensors
    const mulan = openMulan(bytesOf(network), { config: TOY })
    for (const seconds of [1, 3.3]) {
      const vector = mulan.embedAudio(tone(440, seconds))
      expect(vector.length).toBe(TOY.embeddingWidth)
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
      expect([...mulan.embedAudio(tone(440, seconds))]).toEqual([...vector])
    }
    expect(() => mulan.embedAudio(tone(440, 0.9))).toThrow(expect.objectContaining({ code: 'AUDIO_TOO_SHORT' }))
    mulan.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('counts windows as it says, and a window alone gives the same row', () => {
    const mulan = openMulan(bytesOf(network), { config: TOY })
    const before = tf.memory().numTensors
    const rows = mulan.embedWindows(tone(330, 4), { windowSeconds: 1, hopSeconds: 0.5 })
    expect(tf.memory().numTensors).toBe(before)
    expect(rows.length).toBe(7)
    expect(rows.every((row) => row.length === TOY.embeddingWidth && row.every(Number.isFinite))).toBe(true)
    const clip = hearClip(tone(330, 4), TOY)
    const alone = tf.tidy(() => hearCuts(network, [{ clip, cut: { start: 25, frames: 25 } }]).dataSync())
    rows[2].forEach((value, d) => expect(value).toBeCloseTo(alone[d], 4))
    mulan.dispose()
  })

  it('says the same of a clip beside a longer one: padding changes nothing', () => {
    const short = hearClip(tone(440, 1.5), TOY)
    const long = hearClip(tone(660, 4), TOY)
    const whole = (clip: typeof short) => ({ clip, cut: { start: 0, frames: clip.frames } })
    const [together, alone] = tf.tidy(() => [
      [...hearCuts(network, [whole(short), whole(long)]).dataSync()].slice(0, TOY.embeddingWidth),
      [...hearCuts(network, [whole(short)]).dataSync()],
    ])
    together.forEach((value, d) => expect(value).toBeCloseTo(alone[d], 4))
  })

  it('takes level out of the bands: ten times softer changes only what says level', () => {
    const features = (gain: number): Float32Array => {
      const clip = hearClip(tone(440, 1, gain), MULAN_CONFIG)
      const output = new Float32Array(clip.frames * featureWidth(MULAN_CONFIG))
      writeFeatures(clip, { start: 0, frames: clip.frames }, MULAN_CONFIG, output)
      return output.subarray(10 * featureWidth(MULAN_CONFIG), 11 * featureWidth(MULAN_CONFIG))
    }
    const [loud, soft] = [features(0.5), features(0.05)]
    const last = loud.length - 1
    expect(loud[last] - soft[last]).toBeCloseTo(20 / 8, 2)
    const strongest = loud.indexOf(Math.max(...loud.subarray(0, last - 4)))
    expect(soft[strongest]).toBeCloseTo(loud[strongest], 2)
    expect(loud[last - 1]).toBeCloseTo(soft[last - 1], 3)
  })

  it('hears which semitone is played', () => {
    const clip = hearClip(tone(440 * 2 ** (3 / 12), 1), MULAN_CONFIG)
    const { nMels, melFrames, semitones, lowestSemitone } = MULAN_CONFIG
    const width = nMels * melFrames + semitones
    const row = clip.bands.subarray(12 * width + nMels * melFrames, 13 * width)
    expect(lowestSemitone + row.indexOf(Math.max(...row))).toBe(72)
  })

  it('gives tokens below the codebook size; more levels come nearer', () => {
    const mulan = openMulan(bytesOf(network), { config: TOY })
    const vector = mulan.embedAudio(tone(550, 2))
    const tokens = mulan.tokens(vector)
    expect(tokens.length).toBe(TOY.nQ)
    expect([...tokens].every((token) => token >= 0 && token < TOY.codebookSize)).toBe(true)
    expect([...mulan.tokens(mulan.lookUp(tokens))]).toEqual([...tokens])
    mulan.dispose()
  })

  it('opens from a path what was saved, and says what is wrong with a file that does not fit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-mulan-'))
    const path = join(folder, 'mulan.safetensors')
    writeFileSync(path, bytesOf(network))
    const before = tf.memory().numTensors
    const mulan = openMulan(path, { config: TOY })
    const direct = openMulan(bytesOf(network), { config: TOY })
    expect([...mulan.embedAudio(tone(440, 1))]).toEqual([...direct.embedAudio(tone(440, 1))])
    for (const each of [mulan, direct]) each.dispose()
    expect(() => openMulan(path)).toThrow(expect.objectContaining({ code: 'MODEL_DAMAGED' }))
    expect(() => openMulan(join(folder, 'none.safetensors'))).toThrow(expect.objectContaining({ code: 'MODEL_NOT_INSTALLED' }))
    expect(tf.memory().numTensors).toBe(before)
    rmSync(folder, { recursive: true })
  })

  it('says which command fetches the sentence encoder where it is absent', async () => {
    const mulan = openMulan(bytesOf(network), { config: TOY, encoderPath: '/nowhere/minilm.safetensors' })
    await expect(mulan.embedText('a slow melody')).rejects.toMatchObject({
      code: 'SENTENCE_ENCODER_MISSING',
      remedy: expect.stringContaining('build/scripts/setup.mjs --retry') as string,
    })
    mulan.dispose()
  })
})

describe('the tokenizer', () => {
  const pieces = createWordPiece(['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'play', '##ing', '##er', 'etude', 'f', ','].join('\n'))
  it('takes the longest pieces, strips accents, splits punctuation, and does not know what it does not know', () => {
    expect(pieces.tokenize('Playing, PLAYER')).toEqual([2, 4, 5, 9, 4, 6, 3])
    expect(pieces.tokenize('Étude')).toEqual([2, 7, 3])
    expect(pieces.tokenize('playful f')).toEqual([2, 1, 8, 3])
  })
  it('shows its pieces, which are the tokens between the two marks', () => {
    expect(pieces.split('Playing, playful')).toEqual([
      { piece: 'play', id: 4 },
      { piece: '##ing', id: 5 },
      { piece: ',', id: 9 },
      { piece: '[UNK]', id: 1 },
    ])
  })
  it('cuts long texts and keeps the end mark', () => {
    const ids = pieces.tokenize('f '.repeat(1000), 16)
    expect(ids.length).toBe(16)
    expect(ids.at(-1)).toBe(3)
  })
})
