import type { WireError } from '#contract/errors.ts'
import { isCancelled } from '#main/foundation/cancellation.ts'
import { readTimestamp, type Clock } from '#main/foundation/clock.ts'
import { EngineError, invariant } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { Logger } from '#main/foundation/logger.ts'
import type { Random } from '#main/foundation/random.ts'
import type { Runner } from '../runner/runner.ts'
import type { JobRecord, JobStore } from './job-store.ts'

/** What the queue must know of one kind of job. */
export interface JobKind {
  /** Keeps one finished piece and answers its id. Runs inside the transaction that also notes the id in the job. */
  commitItem(job: JobRecord, item: unknown): string
  /** The spec to run, given how many pieces an interrupted attempt already kept. */
  resume(job: JobRecord): unknown
}

export interface JobQueueOptions {
  readonly store: JobStore
  readonly runner: Runner
  readonly kinds: Readonly<Record<string, JobKind>>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly onChange: (job: JobRecord) => void
}

export interface JobQueue {
  enqueue(kind: string, spec: unknown): JobRecord
  /** A queued job ends at once, a running one as soon as it stops; one that has ended stays as it is. */
  cancel(id: string): JobRecord
  /** Newest first, with the progress of the moment. */
  list(): JobRecord[]
  /** Call once at the start: what an earlier process left running is queued again once, then given up. */
  recover(): void
  /** Resolves when nothing is queued or running. */
  settle(): Promise<void>
  /** Stops working. A job that runs stays `running` in the store, for `recover` to find. */
  close(): Promise<void>
}

const MAXIMUM_ATTEMPTS = 2
const LEAST_PROGRESS_STEP = 0.005

/** The one writer of job status: queued -> running -> succeeded | failed | cancelled. One job runs at a time. */
export const createJobQueue = ({ store, runner, kinds, clock, random, logger, onChange }: JobQueueOptions): JobQueue => {
  const live = new Map<string, { progress: number; message: string }>()
  let current: { id: string; controller: AbortController; done: Promise<void> } | null = null
  let isClosed = false

  const withLive = (job: JobRecord): JobRecord => (job.status === 'running' ? { ...job, ...live.get(job.id) } : job)
  const announce = (job: JobRecord): void => {
    if (!isClosed) onChange(withLive(job))
  }

  const find = (id: string): JobRecord => {
    const job = store.find(id)
    if (job === null) throw new EngineError('NOT_FOUND', { kind: 'job', id })
    return job
  }

  /** Moves a job on if it still stands where we think. */
  const move = (job: JobRecord, change: Partial<JobRecord>): JobRecord | null => {
    const next = { ...job, ...change }
    return store.update(next, job.status) ? next : null
  }

  const describeFailure = (job: JobRecord, error: unknown): WireError => {
    if (error instanceof EngineError) return error.toWire()
    const traceId = createId('trace', clock, random)
    logger.error('a job failed by a bug', { job: job.id, kind: job.kind, traceId, error })
    return { code: 'INTERNAL', details: { traceId }, traceId }
  }

  const commit = (id: string, kind: JobKind, item: unknown): void => {
    const job = store.transaction(() => {
      const found = find(id)
      invariant(found.status === 'running', 'pieces come from running jobs')
      const result = kind.commitItem(found, item)
      const next = move(found, { results: [...found.results, result] })
      invariant(next !== null, 'a job changes hands only between transactions')
      return next
    })
    announce(job)
  }

  const finish = (id: string, change: Partial<JobRecord>): void => {
    const job = store.find(id)
    if (job === null || job.status !== 'running') return
    const moved = move(job, change)
    live.delete(id)
    if (moved !== null) announce(moved)
  }

  const runJob = async (job: JobRecord, controller: AbortController): Promise<void> => {
    const kind = kinds[job.kind]
    const keeping: { failure: Error | null } = { failure: null }
    try {
      invariant(kind !== undefined, `a kind of job called ${job.kind}`)
      await runner.run(job.kind, kind.resume(job), {
        signal: controller.signal,
        onProgress: (progress, message) => {
          const before = live.get(job.id)
          if (before !== undefined && before.message === message && Math.abs(progress - before.progress) < LEAST_PROGRESS_STEP) return
          live.set(job.id, { progress: Math.min(1, Math.max(0, progress)), message })
          announce(job)
        },
        onItem: (item) => {
          if (keeping.failure !== null) return
          try {
            commit(job.id, kind, item)
          } catch (error) {
            keeping.failure = error instanceof Error ? error : new TypeError(String(error))
            controller.abort()
          }
        },
      })
      if (keeping.failure !== null) throw keeping.failure
      if (!isClosed) finish(job.id, { status: 'succeeded', progress: 1, message: '' })
    } catch (error) {
      if (isClosed) return
      const cause = keeping.failure ?? error
      if (isCancelled(cause)) finish(job.id, { status: 'cancelled', message: '' })
      else finish(job.id, { status: 'failed', message: '', error: describeFailure(job, cause) })
    }
  }

  const pump = (): void => {
    if (current !== null || isClosed) return
    const next = store.listByStatus('queued')[0]
    if (next === undefined) return
    const running = move(next, { status: 'running', attempts: next.attempts + 1, progress: 0, message: '' })
    if (running === null) return
    const controller = new AbortController()
    const done = runJob(running, controller)
      .catch((error: unknown) => logger.error('the job store failed', { job: running.id, error }))
      .then(() => {
        current = null
        // A failing store would make this spin: leave the rest for the next call or the next start.
        if (store.find(running.id)?.status !== 'running') pump()
      })
      .catch((error: unknown) => logger.error('the job queue stopped', { error }))
    current = { id: running.id, controller, done }
    announce(running)
  }

  return {
    enqueue(kind, spec) {
      const job: JobRecord = {
        id: createId('job', clock, random),
        kind,
        spec,
        status: 'queued',
        progress: 0,
        message: '',
        error: null,
        attempts: 0,
        results: [],
        createdAt: readTimestamp(clock),
      }
      store.insert(job)
      announce(job)
      pump()
      return find(job.id)
    },
    cancel(id) {
      const job = find(id)
      if (job.status === 'queued') {
        const moved = move(job, { status: 'cancelled' })
        if (moved !== null) announce(moved)
      } else if (job.status === 'running' && current?.id === id) current.controller.abort()
      return withLive(find(id))
    },
    list: () => store.list().map(withLive),
    recover() {
      for (const job of store.listByStatus('running')) {
        if (current?.id === job.id) continue
        const change: Partial<JobRecord> =
          job.attempts < MAXIMUM_ATTEMPTS ? { status: 'queued' } : { status: 'failed', error: { code: 'JOB_INTERRUPTED', details: {} } }
        const moved = move(job, change)
        if (moved !== null) announce(moved)
      }
      pump()
    },
    async settle() {
      while (current !== null) await current.done
    },
    async close() {
      isClosed = true
      const running = current
      running?.controller.abort()
      await running?.done
    },
  }
}
