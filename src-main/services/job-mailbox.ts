import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { jobSchema, type Api, type Job } from '#contract/api.ts'
import { isErrorCode } from '#contract/api-error.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Logger } from '#main/foundation/logger.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'

/**
 * How a terminal speaks to the process that holds the library: a request is a file in the data folder, its answer another. Jobs can be
 * listed, put in another order, paused, gone on with and cancelled; nothing else.
 */

const LOOK_MS = 500
const ANSWER_WITHIN_MS = 10_000

const requestSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('list') }),
  z.object({ method: z.literal('move'), jobId: z.string().max(200), place: z.number().int().min(0).max(10_000) }),
  z.object({ method: z.enum(['pause', 'resume', 'cancel']), jobId: z.string().max(200) }),
])
export type JobRequest = z.infer<typeof requestSchema>

const answerSchema = z.union([
  z.object({ jobs: z.array(jobSchema) }),
  z.object({
    error: z.object({
      code: z.string().refine(isErrorCode),
      details: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  }),
])

const folderOf = (dataDir: string): string => join(dataDir, 'job-requests')

/** The same words whether the library is ours or asked by file. */
export const askJobs = async (jobs: Api['jobs'], request: JobRequest): Promise<Job[]> => {
  if (request.method === 'list') return jobs.list({})
  if (request.method === 'move') return [await jobs.move({ jobId: request.jobId, place: request.place })]
  return [await jobs[request.method]({ jobId: request.jobId })]
}

/** Looks for requests until it is closed. */
export const openJobMailbox = (dataDir: string, jobs: Api['jobs'], logger: Logger): { close(): void } => {
  const folder = folderOf(dataDir)
  const answer = async (name: string): Promise<void> => {
    const path = join(folder, name)
    const answerPath = join(folder, name.replace('.request.', '.answer.'))
    try {
      const request = requestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
      rmSync(path, { force: true })
      writeFileAtomicallySync(answerPath, JSON.stringify({ jobs: await askJobs(jobs, request) }))
    } catch (error) {
      rmSync(path, { force: true })
      const wire = error instanceof EngineError ? error.toWire() : { code: 'INTERNAL', details: { traceId: name } }
      if (!(error instanceof EngineError)) logger.warn('a request for jobs could not be read', { name, error })
      writeFileAtomicallySync(answerPath, JSON.stringify({ error: { code: wire.code, details: wire.details } }))
    }
  }
  const look = (): void => {
    if (!existsSync(folder)) return
    for (const name of readdirSync(folder).filter((entry) => /^[\w-]+\.request\.json$/.test(entry)))
      void answer(name).catch((error: unknown) => logger.warn('a request for jobs could not be answered', { name, error }))
  }
  rmSync(folder, { recursive: true, force: true })
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return { close: () => clearInterval(timer) }
}

/** Asks the process that holds the library. @throws EngineError of the answer; CONNECTION_LOST when none comes */
export const askHolder = async (dataDir: string, request: JobRequest): Promise<Job[]> => {
  const folder = folderOf(dataDir)
  const id = randomUUID()
  const [path, answerPath] = ['request', 'answer'].map((kind) => join(folder, `${id}.${kind}.json`)) as [string, string]
  mkdirSync(folder, { recursive: true })
  writeFileAtomicallySync(path, JSON.stringify(request))
  for (let waitedMs = 0; waitedMs < ANSWER_WITHIN_MS; waitedMs += LOOK_MS / 2) {
    await wait(LOOK_MS / 2)
    if (!existsSync(answerPath)) continue
    const answer = answerSchema.parse(JSON.parse(readFileSync(answerPath, 'utf8')))
    rmSync(answerPath, { force: true })
    if ('error' in answer) throw new EngineError(answer.error.code, answer.error.details)
    return answer.jobs
  }
  rmSync(path, { force: true })
  throw new EngineError('CONNECTION_LOST')
}
