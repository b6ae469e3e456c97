/** The whole of the hierarchy in small: material to corpus to tokens to stages to an adapter to sound. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_LANES } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { buildCorpus } from '#main/corpus/build-corpus.ts'
import { synthesizeSource } from '#main/corpus/synthetic-material.ts'
import { createRandom } from '#main/foundation/random.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork } from '#main/networks/codec/network.ts'
import { TOY_MULAN_CONFIG } from '#main/networks/mulan/config.ts'
import { createMulanNetwork } from '#main/networks/mulan/network.ts'
import { openSemanticTokenizer } from '#main/networks/semantic-tokens/tokenizer.ts'
import { TOY_STAGES_CONFIG, type StageName } from '#main/networks/stages/config.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { encodeSafetensors, readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { allParameters } from '#main/tensor/layers/parameters.ts'
import { fitSemanticTokens } from '#main/training/runs/fit-semantic-tokens.ts'
import { shipBase, shipVoice } from '#main/training/runs/ship-hierarchy.ts'
import { loadStageClips, tokenizeSplit } from '#main/training/runs/token-cache.ts'
import { trainCodec } from '#main/training/runs/train-codec.ts'
import { trainHierarchy, type Adaptation } from '#main/training/runs/train-hierarchy.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const STAGES = ['semantic', 'coarse', 'fine'] as const
const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-toy-'))
const at = (...names: string[]): string => join(folder, ...names)
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Mean training loss of the first and the last report in a run's log. */
const readEnds = (runDir: string): [number, number] => {
  const losses = readFileSync(join(runDir, 'log.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"loss"'))
    .map((line) => (JSON.parse(line) as { loss: number }).loss)
  return [losses[0], losses[losses.length - 1]]
}

const loadSplit = (split: 'train' | 'valid') =>
  loadStageClips({ corpusDir: at('corpus'), split, tokensPath: at(`${split}.safetensors`), config: TOY_STAGES_CONFIG })

const train = (
  stage: StageName,
  options: { runDir: string; steps: number; base?: { path: string; adaptation: Adaptation }; signal?: AbortSignal },
) => {
  const { clips, codebooks, hash } = loadSplit('train')
  return trainHierarchy({
    stage,
    train: clips,
    valid: loadSplit('valid').clips,
    codebooks,
    tokensHash: hash,
    decaySteps: 10,
    learningRate: 0.004,
    batchSize: 4,
    frames: 40,
    seed: 5,
    config: TOY_STAGES_CONFIG,
    ...options,
  })
}

beforeAll(async () => {
  await ensureBackend()
  const material = [58, 66, 74, 82].flatMap((midi) =>
    [false, true].flatMap((isHeldOut) => {
      const note = synthesizeSource({ midi, kind: 'arco', seconds: 1.2, vibratoCents: 15, isHeldOut }, createRandom(midi))
      return note === undefined ? [] : [{ ...note, id: `${note.id}${isHeldOut ? '-held' : ''}` }]
    }),
  )
  await buildCorpus({
    outDir: at('corpus'),
    seed: 3,
    minutes: 0.35,
    validMinutes: 0.1,
    testMinutes: 0.05,
    violinDir: 'unused',
    tunesPath: 'resources/tunes/ryans-mammoth.json',
    material,
  })
  await trainCodec({
    corpusDir: at('corpus'),
    runDir: at('codec'),
    steps: 40,
    decaySteps: 10,
    learningRate: 0.003,
    batchSize: 2,
    seed: 1,
    config: TOY_CODEC_CONFIG,
  })
  await fitSemanticTokens({
    corpusDirs: [at('corpus')],
    kind: 'descriptors',
    outPath: at('semantic-tokens.safetensors'),
    seed: 2,
    vocabularySize: TOY_STAGES_CONFIG.semanticVocabulary,
    iterations: 4,
  })
  const codec = createCodecNetwork(TOY_CODEC_CONFIG, createRandom(1))
  loadWeights(codec.parameters, readFileSync(at('codec', 'best.safetensors')), 'codec')
  const semantic = openSemanticTokenizer(at('semantic-tokens.safetensors'))
  const width = TOY_STAGES_CONFIG.embeddingWidth
  const direction = (angle: number): Float32Array =>
    Float32Array.from({ length: width }, (_, i) => Math.cos(angle + i) / Math.sqrt(width / 2))
  for (const split of ['train', 'valid'] as const) {
    await tokenizeSplit({
      corpusDir: at('corpus'),
      split,
      outPath: at(`${split}.safetensors`),
      tokenizers: {
        codec,
        semantic,
        embedding: {
          embedAudio: (pcm) => direction(pcm.length),
          embedTexts: (texts) => Promise.resolve(texts.map((text) => direction(text.length))),
          quantize: (vector) => vector,
        },
        captions: (meta) => [meta.caption],
      },
    })
  }
  semantic.dispose()
}, 120_000)

describe('the hierarchy trained in small', () => {
  it('learns at every level', async () => {
    const [first, last] = readEnds(at('codec'))
    expect(last).toBeLessThan(0.97 * first)
    for (const stage of STAGES) {
      await train(stage, { runDir: at(stage), steps: 60 })
      const [before, after] = readEnds(at(stage))
      expect(after, stage).toBeLessThan(0.97 * before)
    }
  }, 120_000)

  it('ends with the same weights when it was stopped on its way', async () => {
    const stop = new AbortController()
    const broken = { runDir: at('broken'), steps: 60 }
    await train('coarse', { ...broken, steps: 30 })
    stop.abort()
    await train('coarse', { ...broken, signal: stop.signal })
    await train('coarse', broken)
    // The rate falls at the end, so the undisturbed run is made with the same two totals in mind.
    const whole = { runDir: at('whole'), steps: 60 }
    await train('coarse', { ...whole, steps: 30 })
    await train('coarse', whole)
    const read = (dir: string) => readSafetensors(at(dir, 'checkpoint.safetensors')).tensors
    const [a, b] = [read('broken'), read('whole')]
    expect(a.size).toBe(b.size)
    for (const [name, tensor] of a) expect(b.get(name)?.data, name).toEqual(tensor.data)
  }, 120_000)

  it('adapts to a voice with the base frozen, is shipped, and plays: the same bytes for a seed, no tensor left behind', async () => {
    for (const stage of STAGES)
      await train(stage, {
        runDir: at(`voice-${stage}`),
        steps: 20,
        base: { path: at(stage, 'best.safetensors'), adaptation: { kind: 'lora', rank: 2, alpha: 4 } },
      })
    const base = readSafetensors(at('semantic', 'best.safetensors')).tensors
    const adapted = readSafetensors(at('voice-semantic', 'best.safetensors')).tensors
    expect(adapted.get('input.weight')?.data).toEqual(base.get('input.weight')?.data)
    expect(adapted.get('output.tokens.dense.weight')?.data).not.toEqual(base.get('output.tokens.dense.weight')?.data)
    expect(adapted.get('blocks.0.attention.in.loraUp')?.data.some((x) => x !== 0)).toBe(true)

    const mulan = createMulanNetwork(TOY_MULAN_CONFIG, createRandom(1))
    const tensors = new Map(
      [...allParameters(mulan.parameters)].map(([name, x]) => [name, { shape: x.shape, data: x.dataSync() as Float32Array }]),
    )
    writeFileAtomicallySync(at('mulan.safetensors'), encodeSafetensors({ tensors, metadata: {} }))
    const card = {
      modelsDir: at('models'),
      title: 'Toy',
      licence: 'MIT',
      source: 'this test',
      size: 'toy' as const,
      codecPath: at('codec', 'best.safetensors'),
    }
    const paths = (prefix: string) => ({
      semantic: at(`${prefix}semantic`, 'best.safetensors'),
      coarse: at(`${prefix}coarse`, 'best.safetensors'),
      fine: at(`${prefix}fine`, 'best.safetensors'),
    })
    shipBase({
      ...card,
      id: 'base',
      mulanPath: at('mulan.safetensors'),
      semanticTokensPath: at('semantic-tokens.safetensors'),
      stages: paths(''),
    })
    shipVoice({
      ...card,
      id: 'violin',
      base: 'base',
      isFull: false,
      alpha: 4,
      adapters: paths('voice-'),
      decoderPath: at('codec', 'best.safetensors'),
    })

    const notes = [60, 64, 67].map((pitch, i): Note => ({
      onsetSeconds: 0.5 * i,
      durationSeconds: 0.4,
      pitch,
      velocity: 0.7,
      confidence: 1,
    }))
    const play = (change: object) =>
      renderClip({ notes, lanes: DEFAULT_LANES, seed: 1, modelsDir: at('models'), voice: 'violin', ...change })
    const first = await play({})
    const before = tf.memory().numTensors
    const again = await play({})
    expect(tf.memory().numTensors).toBe(before)
    expect(again.pcm).toEqual(first.pcm)
    expect(first.pcm.some((x) => Math.abs(x) > 0.001)).toBe(true)
    for (const change of [{ seed: 2 }, { voice: 'base' }, { isLearned: false }, { ablations: ['coarse-only'] }, { freedom: 1 }])
      expect((await play(change)).pcm, JSON.stringify(change)).not.toEqual(first.pcm)

    // A stretch played again sounds otherwise there and the same elsewhere.
    const retake = await play({ edits: [{ kind: 'retake', fromSeconds: 0.5, toSeconds: 0.9, seed: 9 }] })
    const rate = retake.sampleRate
    const gap = (from: number, to: number): number => {
      let most = 0
      for (let n = Math.round(from * rate); n < Math.round(to * rate); n++) most = Math.max(most, Math.abs(retake.pcm[n] - first.pcm[n]))
      return most
    }
    expect(gap(0, 0.44)).toBe(0)
    expect(gap(0.5, 0.9)).toBeGreaterThan(1e-4)
    expect(gap(1.0, 1.5)).toBe(0)
    const continued = await play({ edits: [{ kind: 'continue', fromSeconds: 0.96, seed: 9 }] })
    expect(continued.pcm).toHaveLength(first.pcm.length)
    await expect(play({ edits: [{ kind: 'retake', fromSeconds: 50, toSeconds: 51, seed: 1 }] })).rejects.toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  }, 120_000)
})
