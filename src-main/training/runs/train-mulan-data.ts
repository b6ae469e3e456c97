import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captionsOf, type Caption } from '#main/corpus/captions/captions-of.ts'
import { gatherMusicFacts, type MusicFacts } from '#main/corpus/captions/music-facts.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import type { ClipMeta } from '#main/corpus/shards/format.ts'
import { createRandom } from '#main/foundation/random.ts'
import { hearClip, type HeardClip } from '#main/networks/mulan/analyze.ts'
import { LEVELS_PER_FRAME, MULAN_FRAME_RATE, type MulanConfig } from '#main/networks/mulan/config.ts'
import type { SentenceEncoder } from '#main/networks/mulan/sentence-encoder.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'

/** A clip as MuLan learns from it. */
export interface MulanClip {
  readonly heard: HeardClip
  readonly facts: MusicFacts
  readonly captions: readonly Caption[]
  /** [textWidth] of each caption. */
  readonly textVectors: readonly Float32Array[]
}

type Split = 'train' | 'valid' | 'test'

const hashOf = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Floats kept in a file under the name of what made them; computed where the file is not there. */
const cacheFloats = (path: string, compute: () => Float32Array): Float32Array => {
  if (!existsSync(path)) {
    const values = compute()
    writeFileAtomicallySync(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  const bytes = readFileSync(path)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

const joinFloats = (parts: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export interface LoadOptions {
  readonly corpusDirs: readonly string[]
  readonly split: Split
  readonly config: MulanConfig
  /** Where what was heard and read is kept between runs. */
  readonly cacheDir: string
  readonly onProgress?: (message: string) => void
}

/** Identity of the corpora, for a checkpoint's fingerprint. */
export const hashCorpora = (dirs: readonly string[]): string => hashOf(...dirs.map((dir) => readFileSync(join(dir, 'manifest.json'))))

/**
 * Hears every clip of a split of several corpora, once; later calls read the cache.
 *
 * @throws EngineError CORPUS_MATERIAL_MISSING, DISK_FULL
 */
export const hearCorpora = (options: LoadOptions): { meta: ClipMeta; heard: HeardClip }[] => {
  const { config, split } = options
  mkdirSync(options.cacheDir, { recursive: true })
  return options.corpusDirs.flatMap((dir) => {
    const corpus = openCorpus(dir, split)
    const { nMels, melFrames, semitones, sampleRate } = config
    const width = nMels * melFrames + semitones
    const key = hashOf(readFileSync(join(dir, 'manifest.json')), JSON.stringify({ split, config })).slice(0, 16)
    const floats = cacheFloats(join(options.cacheDir, `heard-${split}-${key}.f32`), () =>
      joinFloats(
        corpus.clips.flatMap((_, index) => {
          if (index % 50 === 0) options.onProgress?.(`hearing ${split} clips of ${dir}: ${index} of ${corpus.clips.length}`)
          const { bands, levelDb } = hearClip(corpus.readAudio(index), config)
          return [bands, levelDb]
        }),
      ),
    )
    corpus.close()
    let at = 0
    const take = (length: number): Float32Array => floats.subarray(at, (at += length))
    return corpus.clips.map((meta) => {
      const frames = Math.floor((meta.samples * MULAN_FRAME_RATE) / sampleRate)
      return { meta, heard: { frames, bands: take(frames * width), levelDb: take(frames * LEVELS_PER_FRAME) } }
    })
  })
}

/** Texts of one cache file: an interrupted reading loses no more. */
const TEXTS_AT_ONCE = 256

/** Sentence vectors of texts, once; later calls read the cache. [TEXT_WIDTH] each */
export const readTexts = (
  texts: readonly string[],
  options: { cacheDir: string; openEncoder: () => SentenceEncoder; onProgress?: (message: string) => void },
): Float32Array[] => {
  let encoder: SentenceEncoder | undefined
  const vectors: Float32Array[] = []
  for (let first = 0; first < texts.length; first += TEXTS_AT_ONCE) {
    const group = texts.slice(first, first + TEXTS_AT_ONCE)
    const floats = cacheFloats(join(options.cacheDir, `texts-${hashOf(group.join('\n')).slice(0, 16)}.f32`), () => {
      options.onProgress?.(`reading captions: ${first} of ${texts.length}`)
      encoder ??= options.openEncoder()
      return joinFloats(encoder.encode(group))
    })
    const width = floats.length / group.length
    vectors.push(...group.map((_, i) => floats.subarray(i * width, (i + 1) * width)))
  }
  encoder?.dispose()
  return vectors
}

const WORD_DROPOUT = 0.2

/** Clips with captions in training's phrasings and their sentence vectors. */
export const loadMulanClips = (
  options: LoadOptions & { captionsPerClip: number; seed: number; openEncoder: () => SentenceEncoder },
): MulanClip[] => {
  const clips = hearCorpora(options).map(({ meta, heard }) => {
    const random = createRandom(meta.seed ^ options.seed)
    const wordDropout = options.split === 'train' ? WORD_DROPOUT : 0
    const captions = captionsOf(meta, { count: options.captionsPerClip, phrasing: 'train', random, wordDropout })
    return { heard, facts: gatherMusicFacts(meta), captions }
  })
  const vectors = readTexts(
    clips.flatMap(({ captions }) => captions.map(({ text }) => text)),
    options,
  )
  return clips.map((clip, i) => ({ ...clip, textVectors: vectors.slice(i * options.captionsPerClip, (i + 1) * options.captionsPerClip) }))
}
