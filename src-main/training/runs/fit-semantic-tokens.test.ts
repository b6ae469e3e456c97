import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { ARTICULATIONS, type Articulation } from '#contract/melody.ts'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { createShardWriter } from '#main/corpus/shards/write-shard.ts'
import { openSemanticTokenizer } from '#main/networks/semantic-tokens/tokenizer.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { fitSemanticTokens, type FitSemanticTokensOptions } from './fit-semantic-tokens.ts'

const FRAMES = 480
const NOTE_FRAMES = 60

/** Sawtooth notes of 0.6 s, held (legato) or cut short (spiccato). */
const makeClip = (articulation: Articulation, hz: number) => {
  const soundSamples = articulation === 'legato' ? NOTE_FRAMES * 441 : 3000
  const pcm = Float32Array.from({ length: FRAMES * 441 }, (_, n) =>
    n % (NOTE_FRAMES * 441) < soundSamples ? 0.2 * (2 * (((n * hz) / 44100) % 1) - 1) : 0,
  )
  const age = Float32Array.from({ length: FRAMES }, (_, i) => (i % NOTE_FRAMES) / 100)
  const controls = {
    f0: new Float32Array(FRAMES).fill(hz),
    loudnessDb: measureFrameLoudness(pcm),
    brightness: new Float32Array(FRAMES).fill(0.5),
    articulation: new Uint8Array(FRAMES).fill(ARTICULATIONS.indexOf(articulation)),
    noteAge: age,
    noteRemaining: age.map((seconds) => 0.6 - seconds),
    isNote: new Uint8Array(FRAMES).fill(1),
  }
  return { pcm, controls }
}

const makeCorpus = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
  const pitches = { train: [300, 400, 500], valid: [350] }
  for (const split of ['train', 'valid'] as const) {
    const writer = await createShardWriter(join(folder, split))
    for (const hz of pitches[split]) {
      for (const articulation of ['legato', 'spiccato'] as const) {
        const { pcm, controls } = makeClip(articulation, hz)
        const about = { source: 'made', materialIds: [], tuneId: 'own', seed: 1, bpm: 100, notes: [], lanes: DEFAULT_LANES, facts: {}, caption: '' }
        await writer.add({ ...about, id: `${articulation}-${hz}`, split, subset: 'real', articulation }, pcm, controls)
      }
    }
    await writer.close()
  }
  writeFileSync(join(folder, 'manifest.json'), '{}')
  return folder
}

const ENCODER = { nMels: 16, width: 16, hidden: 16, dilations: [1, 2], readBlocks: 1, targetWidth: 4, targetCodes: 16 }

describe('fitSemanticTokens', { timeout: 180_000 }, () => {
  let corpusDir = ''
  beforeAll(async () => {
    await ensureBackend()
    corpusDir = await makeCorpus()
  }, 120_000)

  const optionsFor = (more: Partial<FitSemanticTokensOptions> = {}): FitSemanticTokensOptions => ({
    corpusDirs: [corpusDir],
    kind: 'descriptors',
    outPath: join(mkdtempSync(join(tmpdir(), 'fiddlehead-')), 'new', 'tokens.safetensors'),
    seed: 3,
    vocabularySize: 16,
    iterations: 6,
    ...more,
  })

  it('finds words that tell held notes from short ones, on clips it has not seen', async () => {
    const phases = new Set<string>()
    const { path, scores, trainingClips, vectors } = await fitSemanticTokens(optionsFor({ onProgress: ({ phase }) => phases.add(phase) }))
    expect([trainingClips, vectors]).toEqual([6, 720])
    expect(scores.articulationByChance).toBeCloseTo(0.5)
    expect(scores.articulation).toBeGreaterThan(0.8)
    expect(scores.articulationOfNotes).toBeGreaterThan(0.9)
    expect(scores.loudness).toBeGreaterThan(0.8)
    expect(scores.perplexity).toBeGreaterThan(2)
    expect(phases.has('clustering')).toBe(true)
    const again = await fitSemanticTokens(optionsFor())
    expect(Buffer.compare(readFileSync(again.path), readFileSync(path))).toBe(0)
    const corpus = openCorpus(corpusDir, 'valid')
    const tokenizer = openSemanticTokenizer(path)
    expect(tokenizer.encode(corpus.readAudio(0), corpus.readControls(0)).length).toBe(FRAMES / 4)
    corpus.close()
  })

  it('trains an encoder first where that is asked for', async () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    const { path, kind } = await fitSemanticTokens(
      optionsFor({ kind: 'learned', encoder: { runDir, steps: 4, batchSize: 2, config: ENCODER }, maxClips: 4 }),
    )
    const tokenizer = openSemanticTokenizer(path)
    expect([kind, tokenizer.kind, tokenizer.vocabularySize]).toEqual(['learned', 'learned', 16])
    const { pcm, controls } = makeClip('legato', 350)
    expect(tokenizer.encode(pcm, controls).length).toBe(FRAMES / 4)
    tokenizer.dispose()
  })

  it('says when there is too little sound, or none', async () => {
    await expect(fitSemanticTokens(optionsFor({ vocabularySize: 5000 }))).rejects.toMatchObject({ code: 'CORPUS_MATERIAL_MISSING' })
    await expect(fitSemanticTokens(optionsFor({ corpusDirs: ['/nowhere'] }))).rejects.toMatchObject({ code: 'CORPUS_MATERIAL_MISSING' })
    await expect(fitSemanticTokens(optionsFor({ signal: AbortSignal.abort() }))).rejects.toThrow('cancelled')
  })
})
