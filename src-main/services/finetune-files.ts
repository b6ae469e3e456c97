import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { finetuneSpecSchema } from '#contract/finetune.ts'
import { idSchema } from '#contract/ids.ts'
import type { Note } from '#contract/melody.ts'
import type { TrainingSlice } from '#main/datasets/judge-training.ts'
import { datasetItemSchema } from '#main/datasets/item.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { F0_FILE, ITEMS_FILE, type FinetuneItems } from '#main/jobs/handlers/finetune-spec.ts'
import type { ServiceContext } from './context.ts'
import type { EngineEnv } from './env.ts'
import { findOriginal } from './library-sound.ts'

/** A training run's folder in the data folder: what was asked, the data set as it was then; its process writes the rest. */

const RUN_FILE = 'run.json'
const FRAME_RATE = 100

const finetuneFileSchema = z.object({
  id: idSchema,
  jobId: idSchema,
  createdAt: z.string(),
  spec: finetuneSpecSchema,
  datasetName: z.string(),
  datasetHash: z.string(),
  datasetSeconds: z.number(),
  licence: z.string(),
  hums: z.array(z.object({ name: z.string(), notes: z.array(z.unknown()) })),
})
export type FinetuneFile = z.infer<typeof finetuneFileSchema>

export const runsDirOf = (env: Pick<EngineEnv, 'dataDir'>): string => join(env.dataDir, 'finetunes')
export const runDirOf = (env: Pick<EngineEnv, 'dataDir'>, id: string): string => join(runsDirOf(env), id)

export const writeRunFile = (env: Pick<EngineEnv, 'dataDir'>, file: FinetuneFile): void => {
  mkdirSync(runDirOf(env, file.id), { recursive: true })
  writeFileAtomicallySync(join(runDirOf(env, file.id), RUN_FILE), JSON.stringify(file, null, 1))
}

export const readRunFile = (env: Pick<EngineEnv, 'dataDir'>, id: string): FinetuneFile => {
  const path = join(runDirOf(env, id), RUN_FILE)
  if (!idSchema.safeParse(id).success || !existsSync(path)) throw new EngineError('NOT_FOUND', { kind: 'training run', id })
  return finetuneFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

/** Ids of all runs, newest first: ids begin with the time. */
export const listRunIds = (env: Pick<EngineEnv, 'dataDir'>): string[] =>
  existsSync(runsDirOf(env))
    ? readdirSync(runsDirOf(env))
        .filter((name) => existsSync(join(runsDirOf(env), name, RUN_FILE)))
        .sort()
        .reverse()
    : []

interface DatasetSlice extends TrainingSlice {
  readonly notes: readonly Note[]
}

/** What a built data set holds, with the notes that the analysis heard. */
export const readTrainingSlices = ({ library }: Pick<ServiceContext, 'library'>, datasetId: string): DatasetSlice[] => {
  const rows = library.datasets.items(datasetId)
  const seqs = library.recordings.findSliceSeqs(rows.map(({ sliceId }) => sliceId))
  return rows.map(({ sliceId, split, item: raw }): DatasetSlice => {
    const item = datasetItemSchema.parse(raw)
    const seq = seqs.get(sliceId)
    const [played] = seq === undefined ? [] : library.playedSlices.read([seq])
    return {
      item,
      split,
      loudnessDb: played === undefined ? -30 : played.loudnessDb,
      notes: played?.notes.map((note) => ({ ...note })) ?? [],
    }
  })
}

/** Writes the data set into a run's folder, so that the run stays the same whatever happens to the library. */
export const writeRunData = (context: Pick<ServiceContext, 'env' | 'library'>, id: string, slices: readonly DatasetSlice[]): void => {
  const { env, library } = context
  const folder = runDirOf(env, id)
  mkdirSync(folder, { recursive: true })
  const curves: Float32Array[] = []
  let at = 0
  const signals = new Map<string, Float32Array>()
  const items: FinetuneItems = slices.map(({ item, split, notes }) => {
    let f0 = signals.get(item.recordingId)
    if (f0 === undefined) {
      f0 = library.recordings.findSignals(item.recordingId)?.f0 ?? new Float32Array()
      signals.clear()
      signals.set(item.recordingId, f0)
    }
    const part = f0.slice(Math.round(item.startSeconds * FRAME_RATE), Math.round(item.endSeconds * FRAME_RATE))
    curves.push(part)
    const span: [number, number] = [at, part.length]
    at += part.length
    return { split, item, path: findOriginal(context, item.assetId), notes: notes.length === 0 ? null : [...notes], f0: span }
  })
  const all = new Float32Array(at)
  let offset = 0
  for (const part of curves) {
    all.set(part, offset)
    offset += part.length
  }
  try {
    writeFileSync(join(folder, F0_FILE), new Uint8Array(all.buffer))
    writeFileAtomicallySync(join(folder, ITEMS_FILE), JSON.stringify(items))
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
    throw new EngineError(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path: folder }, { cause })
  }
}
