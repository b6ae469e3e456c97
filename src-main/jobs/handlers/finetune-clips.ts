import { createHash } from 'node:crypto'
import { existsSync, openSync, closeSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Note } from '#contract/melody.ts'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { segmentNotes } from '#main/audio/pitch/segment-notes.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { INSTRUMENTS } from '#main/corpus/material/instruments.ts'
import { SPLITS, type ClipMeta } from '#main/corpus/shards/format.ts'
import { createShardWriter } from '#main/corpus/shards/write-shard.ts'
import { openTokenCache } from '#main/datasets/token-cache.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { holdPitch } from '#main/generation/resynthesize.ts'
import { performNotes } from '#main/performance/perform.ts'
import { STAGE_FRAMES } from '#main/training/finetune/stages.ts'
import { tokenizeSplit, type ClipTokenStore, type Tokenizers } from '#main/training/runs/token-cache.ts'
import { tokensPath } from '#main/training/runs/tokenize-corpus.ts'
import { F0_FILE, finetuneItemsSchema, ITEMS_FILE, type FinetuneItems } from './finetune-spec.ts'
import { INTERNAL_RATE, readCleanSound } from './read-clean-sound.ts'
import { understandPrompt } from './understand-prompt.ts'

/**
 * A data set's slices as training clips: a corpus of its own in the run's folder, made once. Sound is mono at 44.1 kHz through its
 * cleaning; pitch and notes are the stored analysis's; how it is played is told by the caption, through the reader that reads
 * prompts, so that training and playing speak the same language.
 */

const HOP = 441
const FRAMES_PER_TOKEN = 4
const LOWEST_HZ = 180
/** Share of the training slices that is held out where no session is. */
const HELD_OUT_SHARE = 0.1
const DONE = 'done.json'

type Split = (typeof SPLITS)[number]
type Entry = FinetuneItems[number]

const readF0 = (path: string, [from, count]: readonly [number, number]): Float32Array => {
  const bytes = new Uint8Array(count * 4)
  const file = openSync(path, 'r')
  try {
    readSync(file, bytes, 0, bytes.length, from * 4)
  } finally {
    closeSync(file)
  }
  return new Float32Array(bytes.buffer)
}

/** Which split each slice goes to; the last slices of the training part where no session is held out. */
const assignSplits = (entries: readonly Entry[]): Map<Entry, Split> => {
  const name = { train: 'train', validation: 'valid', test: 'test' } as const
  const splits = new Map<Entry, Split>(entries.map((entry) => [entry, name[entry.split]]))
  const of = (split: Split): Entry[] => entries.filter((entry) => splits.get(entry) === split)
  if (of('valid').length === 0 && of('test').length === 0) {
    const train = of('train')
    const count = Math.min(train.length - 1, Math.max(2, Math.round(HELD_OUT_SHARE * train.length)))
    train.slice(train.length - count).forEach((entry, i) => splits.set(entry, i % 2 === 0 ? 'valid' : 'test'))
  }
  return splits
}

const padTo = (pcm: Float32Array, length: number): Float32Array => {
  if (pcm.length >= length) return pcm
  const padded = new Float32Array(length)
  padded.set(pcm)
  return padded
}

export interface PreparedClips {
  readonly clipsDir: string
  readonly clips: number
  readonly skipped: number
  readonly seconds: Readonly<Record<Split, number>>
}

interface ClipParts {
  readonly meta: Omit<ClipMeta, 'audioOffset' | 'samples' | 'controlsOffset' | 'frames'>
  readonly pcm: Float32Array
  readonly controls: Parameters<Awaited<ReturnType<typeof createShardWriter>>['add']>[2]
}

/** One slice as a clip; null where nothing in it has a pitch. */
const makeClip = async (
  entry: Entry,
  sound: Float32Array,
  context: { runDir: string; split: Split; leastFrames: number },
): Promise<ClipParts | null> => {
  const { item } = entry
  const cut = sound.slice(Math.round(item.startSeconds * INTERNAL_RATE), Math.round(item.endSeconds * INTERNAL_RATE))
  const pcm = padTo(cut, context.leastFrames * HOP)
  const frames = Math.floor(pcm.length / HOP)
  const hasF0 = entry.f0[1] > 0
  const track = hasF0 && entry.notes !== null ? null : trackF0(cut, INTERNAL_RATE, { fMin: LOWEST_HZ })
  const raw = hasF0 ? readF0(join(context.runDir, F0_FILE), entry.f0) : (track?.f0 ?? new Float32Array())
  const f0 = holdPitch(raw, frames)
  const notes: readonly Note[] = entry.notes ?? (track === null ? [] : segmentNotes(track, cut, INTERNAL_RATE))
  if (f0 === null || notes.length === 0) return null
  const lanes = { ...(await understandPrompt(item.caption)).lanes, tempo: 1, octave: 0 }
  const seed = createHash('sha256').update(item.sliceId).digest().readUInt32LE(0)
  const { brightness, articulation, noteAge, noteRemaining, isNote } = performNotes(notes, lanes, { seed, durationSeconds: frames / 100 })
  return {
    meta: {
      id: item.sliceId,
      split: context.split,
      subset: 'real',
      source: item.fileName,
      instrument: INSTRUMENTS.find((name) => name === item.instrument) ?? 'violin',
      materialIds: [],
      tuneId: item.recordingId,
      seed,
      bpm: item.bpm !== null && item.bpm > 0 ? item.bpm : 120,
      articulation: lanes.articulation,
      notes: [...notes],
      lanes,
      facts: {},
      caption: item.caption,
    },
    pcm,
    controls: { f0, loudnessDb: measureFrameLoudness(pcm), brightness, articulation, noteAge, noteRemaining, isNote },
  }
}

/**
 * Writes the clips, or answers what an earlier attempt wrote.
 *
 * @throws EngineError FINETUNE_REFUSED where nothing is left to learn from, FILE_UNREADABLE and the like, DISK_FULL; Cancelled
 */
export const prepareClips = async (
  options: { runDir: string; size: 'full' | 'toy' },
  deps: { signal: AbortSignal; onProgress: (fraction: number) => void },
): Promise<PreparedClips> => {
  const { runDir, size } = options
  const clipsDir = join(runDir, 'clips')
  const donePath = join(clipsDir, DONE)
  if (existsSync(donePath)) return JSON.parse(readFileSync(donePath, 'utf8')) as PreparedClips
  rmSync(clipsDir, { recursive: true, force: true })
  const entries = finetuneItemsSchema.parse(JSON.parse(readFileSync(join(runDir, ITEMS_FILE), 'utf8')))
  const splits = assignSplits(entries)
  const writers = Object.fromEntries(
    await Promise.all(SPLITS.map(async (split) => [split, await createShardWriter(join(clipsDir, split))] as const)),
  ) as Record<Split, Awaited<ReturnType<typeof createShardWriter>>>
  const seconds: Record<Split, number> = { train: 0, valid: 0, test: 0 }
  const counts: Record<Split, number> = { train: 0, valid: 0, test: 0 }
  let skipped = 0
  let last: { path: string; cleaning: string; sound: Float32Array } = { path: '', cleaning: '', sound: new Float32Array() }
  const ordered = [...entries].sort((a, b) => (a.path === b.path ? a.item.startSeconds - b.item.startSeconds : a.path < b.path ? -1 : 1))
  for (const [index, entry] of ordered.entries()) {
    throwIfCancelled(deps.signal)
    const cleaning = JSON.stringify(entry.item.cleaning)
    if (last.path !== entry.path || last.cleaning !== cleaning)
      last = { path: entry.path, cleaning, sound: await readCleanSound(entry.path, entry.item.cleaning) }
    const split = splits.get(entry) ?? 'train'
    const clip = await makeClip(entry, last.sound, { runDir, split, leastFrames: (STAGE_FRAMES[size] + 1) * FRAMES_PER_TOKEN })
    if (clip === null) skipped++
    else {
      await writers[split].add(clip.meta, clip.pcm, clip.controls)
      seconds[split] += entry.item.endSeconds - entry.item.startSeconds
      counts[split]++
    }
    deps.onProgress((index + 1) / ordered.length)
  }
  await Promise.all(SPLITS.map((split) => writers[split].close()))
  if (counts.train === 0 || counts.valid + counts.test === 0)
    throw new EngineError('FINETUNE_REFUSED', {
      reason: `of ${entries.length} slices ${skipped} hold no note, and too few are left.`,
      how: 'Choose recordings of single notes and melodies.',
    })
  const prepared: PreparedClips = { clipsDir, clips: counts.train + counts.valid + counts.test, skipped, seconds }
  // Where only one part was held out it serves both purposes.
  if (counts.valid === 0 || counts.test === 0) copySplit(clipsDir, counts.valid === 0 ? ['test', 'valid'] : ['valid', 'test'])
  writeFileAtomicallySync(donePath, JSON.stringify(prepared))
  return prepared
}

const copySplit = (clipsDir: string, [from, to]: readonly [Split, Split]): void => {
  for (const name of ['clips.jsonl', 'audio.i16', 'controls.f32'])
    writeFileSync(join(clipsDir, to, name), readFileSync(join(clipsDir, from, name)))
}

/** The data folder's cache of tokens, behind the slices' names: codes and the semantic word of each frame in one row. */
const openStore = (runDir: string, cacheDir: string, options: { codecHash: string; levels: number }): ClipTokenStore => {
  const { levels } = options
  const cache = openTokenCache(cacheDir, options.codecHash)
  const entries = finetuneItemsSchema.parse(JSON.parse(readFileSync(join(runDir, ITEMS_FILE), 'utf8')))
  const items = new Map(entries.map(({ item }) => [item.sliceId, item]))
  return {
    read(meta) {
      const item = items.get(meta.id)
      const known = item === undefined ? null : cache.read(item)
      const tokens = Math.ceil(meta.frames / FRAMES_PER_TOKEN)
      if (known === null || known.levels !== levels + 1 || known.tokens.length !== tokens * (levels + 1)) return null
      const codes = new Int32Array(tokens * levels)
      const semantic = new Int32Array(tokens)
      for (let t = 0; t < tokens; t++) {
        for (let level = 0; level < levels; level++) codes[t * levels + level] = known.tokens[t * (levels + 1) + level]
        semantic[t] = known.tokens[t * (levels + 1) + levels]
      }
      return { codes, semantic }
    },
    write(meta, { codes, semantic }) {
      const item = items.get(meta.id)
      if (item === undefined) return
      const tokens = new Uint16Array(semantic.length * (levels + 1))
      for (let t = 0; t < semantic.length; t++) {
        for (let level = 0; level < levels; level++) tokens[t * (levels + 1) + level] = codes[t * levels + level]
        tokens[t * (levels + 1) + levels] = semantic[t]
      }
      cache.write(item, { levels: levels + 1, tokens })
    },
  }
}

/**
 * Writes the clips' tokens, reading those that earlier runs made from the same sound.
 *
 * @param tokenizers the base's frozen half
 */
export const encodeClips = async (
  options: { runDir: string; clipsDir: string; cacheDir: string; codecHash: string; tokenizers: Omit<Tokenizers, 'captions'> },
  deps: { signal: AbortSignal; onProgress: (fraction: number) => void },
): Promise<void> => {
  const { runDir, clipsDir, cacheDir, codecHash, tokenizers } = options
  const store = openStore(runDir, cacheDir, { codecHash, levels: tokenizers.codec.config.nQ })
  for (const [index, split] of (['train', 'valid'] as const).entries()) {
    if (existsSync(tokensPath(clipsDir, split))) continue
    await tokenizeSplit(
      {
        corpusDir: clipsDir,
        split,
        outPath: tokensPath(clipsDir, split),
        tokenizers: { ...tokenizers, captions: (meta) => [meta.caption] },
        store,
      },
      { signal: deps.signal, onProgress: (fraction) => deps.onProgress((index + fraction) / 2) },
    )
  }
}
