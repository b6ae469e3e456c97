import type { Api, Job, PushEvents } from '#contract/api.ts'
import { systemClock } from '#main/foundation/clock.ts'
import { createDisposables } from '#main/foundation/disposables.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createLogger } from '#main/foundation/logger.ts'
import { readProgramVersion } from '#main/foundation/project-root.ts'
import { createRandom } from '#main/foundation/random.ts'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDataDir } from '../data-dir.ts'

/** The services for one command: in this process, on a library that is gone afterwards. The studio's library stays untouched. */
export interface Session {
  readonly api: Api
  /** Waits for a job; a failed one throws. */
  finishJob(jobId: string, onProgress: (job: Job) => void): Promise<Job>
  readAsset(assetId: string, extension: 'wav' | 'mid'): Uint8Array
  close(): Promise<void>
}

export const openSession = async (): Promise<Session> => {
  const { createServices } = await import('#main/services/create-services.ts')
  const { voiceFolders } = await import('#main/services/voice-folders.ts')
  const { createInlineRunner } = await import('#main/jobs/runner/inline-runner.ts')
  const { EAR_HANDLERS } = await import('#main/jobs/handlers/ear-handlers.ts')
  const { TASK_HANDLERS } = await import('#main/jobs/handlers/task-handlers.ts')
  const disposables = createDisposables()
  const dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
  disposables.add(() => rmSync(dataDir, { recursive: true, force: true }))
  const isDebug = process.env['FIDDLEHEAD_DEBUG'] === '1'
  const logger = createLogger((line) => void process.stderr.write(`${JSON.stringify(line)}\n`), systemClock, isDebug ? 'debug' : 'warn')
  let bug: unknown
  const services = createServices({
    dataDir,
    // The person's voices, whatever library the command works on.
    voicesDir: voiceFolders({ dataDir: findDataDir(process.env) }).voicesDir,
    databasePath: ':memory:',
    runner: createInlineRunner(TASK_HANDLERS),
    ears: createInlineRunner(EAR_HANDLERS),
    logger: {
      ...logger,
      // A bug in a job reaches the user through the job's end; its cause is kept for that moment.
      error: (message, fields) => {
        bug = fields?.['error']
        if (isDebug) logger.error(message, fields)
      },
    },
    clock: systemClock,
    random: createRandom(randomInt(2 ** 32 - 1)),
    version: readProgramVersion(),
  })
  disposables.add(() => services.close())

  const finishJob = (jobId: string, onProgress: (job: Job) => void): Promise<Job> =>
    new Promise((resolve, reject: (error: Error) => void) => {
      const look = (job: Job): void => {
        if (job.id !== jobId) return
        onProgress(job)
        if (job.status === 'succeeded') resolve(job)
        if (job.status === 'cancelled') reject(new EngineError('JOB_INTERRUPTED'))
        if (job.status === 'failed') {
          const record = services.queue.list().find(({ id }) => id === jobId)
          const wire = record?.error ?? { code: 'INTERNAL' as const, details: {} }
          reject(wire.code === 'INTERNAL' && bug instanceof Error ? bug : new EngineError(wire.code, wire.details))
        }
      }
      services.pushes.subscribe((event, payload) => {
        if (event === 'jobs.changed') look(payload as PushEvents['jobs.changed'])
      })
      void services.api.jobs.list({}).then((jobs) => jobs.forEach(look), reject)
    })

  return {
    api: services.api,
    finishJob,
    readAsset: (assetId, extension) => readFileSync(join(dataDir, 'blobs', assetId.slice(0, 2), `${assetId}.${extension}`)),
    close: () => disposables.dispose(),
  }
}

/** A file that the user named, or the sentence that says why not. */
export const readInputFile = (path: string): Uint8Array => {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EISDIR') throw new EngineError('FILE_IS_FOLDER', { path }, { cause: error })
    throw new EngineError(code === 'ENOENT' || code === 'ENOTDIR' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause: error })
  }
}
