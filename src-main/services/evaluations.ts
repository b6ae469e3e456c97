import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Api } from '#contract/api.ts'
import {
  evaluationReferenceSchema,
  evaluationSchema,
  voiceReportSchema,
  type Evaluation,
  type EvaluationReference,
} from '#contract/evaluation.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { EvaluateVoiceSpec } from '#main/jobs/handlers/evaluate-voice.ts'
import type { JobKind } from '#main/jobs/queue/job-queue.ts'
import { blobPathOf } from '#main/library/blobs/blob-store.ts'
import type { ServiceContext } from './context.ts'
import type { EngineEnv } from './env.ts'
import { voiceFolders } from './voice-folders.ts'

/** The job's specification also says what the page calls the reference. */
const jobSpecSchema = z.looseObject({ asked: evaluationReferenceSchema })

/** Evaluations lie as one JSON file each in the data folder: few, small and worth reading without the program. */
const folderOf = (env: EngineEnv): string => join(env.dataDir, 'evaluations')
const pathOf = (env: EngineEnv, id: string): string => join(folderOf(env), `${id}.json`)

const keep = (env: EngineEnv, evaluation: Evaluation): void => {
  mkdirSync(folderOf(env), { recursive: true })
  const path = pathOf(env, evaluation.id)
  writeFileSync(`${path}.tmp`, `${JSON.stringify(evaluation, null, 1)}\n`)
  renameSync(`${path}.tmp`, path)
}

const readAll = (env: EngineEnv): Evaluation[] => {
  mkdirSync(folderOf(env), { recursive: true })
  return readdirSync(folderOf(env))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const read = z
        .string()
        .transform((text): unknown => JSON.parse(text))
        .pipe(evaluationSchema)
        .safeParse(readFileSync(join(folderOf(env), name), 'utf8'))
      if (!read.success) env.logger.warn('an evaluation cannot be read and is left out', { name })
      return read.success ? [read.data] : []
    })
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

/** What the queue needs to know of evaluating a voice: how the report is kept. */
export const createEvaluationKind = ({ env }: Pick<ServiceContext, 'env'>): JobKind => ({
  resume: (job) => ({ ...jobSpecSchema.parse(job.spec), ...voiceFolders(env) }),
  commitItem(job, item) {
    const evaluation: Evaluation = {
      id: createId('evaluation', env.clock, env.random),
      createdAt: readTimestamp(env.clock),
      reference: jobSpecSchema.parse(job.spec).asked,
      report: voiceReportSchema.parse(item),
    }
    keep(env, evaluation)
    return evaluation.id
  },
})

/** Voices compared with recordings. */
export const createEvaluationsService = (context: ServiceContext): Api['evaluations'] => {
  const { env, library, queue } = context

  /** The person's own sounds as files by name. */
  const listOwn = (kind: 'hums' | 'takes'): { name: string; path: string }[] => {
    const hums = library.hums.list()
    const nameOf = (humId: string): string => hums.find(({ id }) => id === humId)?.name ?? ''
    const sounds =
      kind === 'hums'
        ? hums.map(({ name, assetId }) => ({ name, assetId }))
        : library.takes.list().map(({ humId, seed, assetId }) => ({ name: `${nameOf(humId)} ${seed}`.trim(), assetId }))
    const files = sounds.flatMap(({ name, assetId }) => {
      const asset = assetId === null ? null : library.assets.find(assetId)
      return asset === null ? [] : [{ name, path: blobPathOf(env.dataDir, asset.id, asset.extension) }]
    })
    if (files.length === 0) throw new EngineError('REFERENCE_EMPTY', { path: kind === 'hums' ? 'your hums' : 'your takes' })
    return files
  }

  const describeReference = (reference: EvaluationReference): EvaluateVoiceSpec['reference'] =>
    reference.kind === 'folder' ? { path: reference.path } : { files: listOwn(reference.kind) }

  return {
    async run({ voice, reference, maximumPhrases }) {
      const spec: EvaluateVoiceSpec & { asked: EvaluationReference } = {
        reference: describeReference(reference),
        asked: reference,
        ...(voice === undefined ? {} : { voice }),
        ...(maximumPhrases === undefined ? {} : { maximumPhrases }),
      }
      return { jobId: queue.enqueue('evaluate-voice', spec).id }
    },
    list: async () => readAll(env),
    async remove({ evaluationId }) {
      if (!readAll(env).some(({ id }) => id === evaluationId)) throw new EngineError('NOT_FOUND', { kind: 'evaluation', id: evaluationId })
      rmSync(pathOf(env, evaluationId), { force: true })
      return {}
    },
  }
}
