import type { Note } from '#contract/melody.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { Cancelled } from '#main/foundation/cancellation.ts'
import { createRandom } from '#main/foundation/random.ts'
import { createFinetuneHandler } from '#main/jobs/handlers/finetune.ts'
import { openStart, type OpenedStart } from '#main/jobs/handlers/finetune-engine.ts'
import { F0_FILE, ITEMS_FILE, type FinetuneItems, type FinetuneJob } from '#main/jobs/handlers/finetune-spec.ts'
import { buildCodec } from '#main/generation/voice-weights.ts'
import { openSemanticTokenizer } from '#main/networks/semantic-tokens/tokenizer.ts'
import { TOY_STAGES_CONFIG } from '#main/networks/stages/config.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { readModelFile } from '#main/voices/model-files.ts'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { playLine } from './play-line.ts'
import { writeToyBase } from './toy-base.ts'

/** A whole fine-tuning run in small: a toy base, recordings of lines, a run folder, everything from one seed. */

const NOTE_SECONDS = 0.35
const NOTES = 5

const makeNotes = (pitches: readonly number[]): Note[] =>
  pitches.map((pitch, i) => ({ onsetSeconds: i * NOTE_SECONDS, durationSeconds: 0.9 * NOTE_SECONDS, pitch, velocity: 0.7, confidence: 1 }))

export interface ToyRun {
  readonly job: FinetuneJob
  readonly folder: string
}

/** Recordings, base and run folder below `folder`; `name` tells runs on the same recordings apart. */
export const writeToyRun = async (folder: string, name = 'run', change: Partial<FinetuneJob> = {}): Promise<ToyRun> => {
  const modelsDir = join(folder, 'models')
  await writeToyBase(modelsDir)
  const runDir = join(folder, name)
  mkdirSync(runDir, { recursive: true })
  const random = createRandom(5)
  const items: FinetuneItems = Array.from({ length: 9 }, (_, i) => {
    const pitches = Array.from({ length: NOTES }, () => 62 + random.integer(20))
    const pcm = playLine({ pitches, noteSeconds: NOTE_SECONDS, levelDb: -20, fullness: 0.9 })
    const bytes = encodeWav([pcm], { sampleRate: 44100, bits: 16 })
    const path = join(folder, `recording-${i}.wav`)
    writeFileSync(path, bytes)
    return {
      split: i < 6 ? 'train' : i < 8 ? 'validation' : 'test',
      path,
      notes: makeNotes(pitches),
      f0: [0, 0],
      item: {
        sliceId: `slice-${i}`,
        recordingId: `recording-${i}`,
        assetId: createHash('sha256').update(bytes).digest('hex'),
        fileName: `recording-${i}.wav`,
        name: `Recording ${i}`,
        sessionId: `session-${i >> 1}`,
        sessionName: null,
        duplicateOf: null,
        startSeconds: 0,
        endSeconds: NOTES * NOTE_SECONDS,
        caption: i % 2 === 0 ? 'a warm solo violin, legato' : 'a bright solo violin, loud',
        tags: [],
        instrument: 'violin',
        key: null,
        bpm: null,
        pitchLow: Math.min(...pitches),
        pitchHigh: Math.max(...pitches),
        register: null,
        articulation: null,
        dynamics: null,
        quality: 1,
        licence: 'own',
        isShareable: false,
        cleaning: null,
      },
    }
  })
  writeFileSync(join(runDir, ITEMS_FILE), JSON.stringify(items))
  writeFileSync(join(runDir, F0_FILE), '')
  const job: FinetuneJob = {
    runDir,
    runId: `finetune-${name}`,
    cacheDir: join(folder, 'cache'),
    modelsDir,
    voicesDir: join(folder, 'voices'),
    voiceName: `Mine ${name}`,
    from: 'base',
    preset: 'normal',
    settings: { rank: 2, alpha: 4, batchSize: 2, learningRate: 0.004, decoderLearningRate: 0.004 },
    minutes: 60,
    seed: 3,
    dataset: { name: 'Lines', contentHash: 'lines', seconds: 9 * NOTES * NOTE_SECONDS },
    licence: 'own',
    hums: [{ name: 'A line', notes: makeNotes([69, 71, 73]) }],
    fixedSteps: { decoder: 12, semantic: 10, coarse: 10, fine: 10 },
    phrases: 1,
    now: '2026-01-01T22:00:00.000Z',
    secondsToDeadline: null,
    ...change,
  }
  return { job, folder }
}

/** The base's own codec and words; the joint embedding, which a toy has none of, is a direction by the length. */
const openToyTokenizers = ({ base }: OpenedStart): ReturnType<Parameters<typeof createFinetuneHandler>[0]['openTokenizers']> => {
  const { start } = openStart(base.id, base.folder, base.folder)
  const codec = buildCodec('toy', start.codec, 'toy')
  const semantic = openSemanticTokenizer(readModelFile(base.folder, base.semanticTokens ?? { file: '', sha256: '' }))
  const width = TOY_STAGES_CONFIG.embeddingWidth
  const direction = (angle: number): Float32Array =>
    Float32Array.from({ length: width }, (_, i) => Math.cos(angle + i) / Math.sqrt(width / 2))
  return {
    tokenizers: {
      codec,
      semantic,
      embedding: {
        embedAudio: (pcm) => direction(pcm.length),
        embedTexts: (texts) => Promise.resolve(texts.map((text) => direction(text.length))),
        quantize: (vector) => vector,
      },
    },
    close() {
      semantic.dispose()
      disposeParameters(codec.parameters)
    },
  }
}

export const toyFinetune = createFinetuneHandler({ openTokenizers: openToyTokenizers })

/** The same on a disk that says how much room it has. */
export const toyFinetuneOn = (measureFreeBytes: () => number): typeof toyFinetune =>
  createFinetuneHandler({ openTokenizers: openToyTokenizers, measureFreeBytes })

/** Runs it, until `stopAt` says that it is enough; answers what it handed over. */
export const runToy = async (
  job: FinetuneJob,
  stopAt: (message: string, fraction: number) => boolean = () => false,
): Promise<{ items: unknown[]; messages: string[]; isCancelled: boolean }> => {
  const controller = new AbortController()
  const items: unknown[] = []
  const messages: string[] = []
  const context = {
    signal: controller.signal,
    onProgress: (fraction: number, message: string) => {
      messages.push(message)
      if (stopAt(message, fraction)) controller.abort()
    },
    onItem: (item: unknown) => void items.push(item),
  }
  try {
    await toyFinetune.run(job, context)
    return { items, messages, isCancelled: false }
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    return { items, messages, isCancelled: true }
  }
}

/** One hash over the best weights of every stage. */
export const hashRun = (runDir: string): string => {
  const hash = createHash('sha256')
  for (const stage of ['decoder', 'semantic', 'coarse', 'fine'])
    for (const file of ['checkpoint', 'best']) hash.update(readTensorBytes(join(runDir, stage, `${file}.safetensors`)))
  return hash.digest('hex')
}

/** The numbers alone: the header also says how long it took. */
const readTensorBytes = (path: string): Uint8Array => {
  const bytes = readFileSync(path)
  return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)))
}
