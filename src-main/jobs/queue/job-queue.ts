import type { ErrorCode, WireError } from '#contract/errors.ts'
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
  /** Jobs of one lane run one after the other, those of different lanes side by side. */
  readonly lane?: string
  /** Where it runs; the queue's own runner unless told. */
  readonly runner?: Runner
  /** Its work can be laid aside and gone on with: when its signal aborts it keeps what it has and ends as cancelled. */
  readonly isPausable?: boolean
  /** Failures that the person can mend: the job is laid aside with its error, and goes on when they say so. */
  readonly pausingErrors?: readonly ErrorCode[]
  /** How often a job is begun whose process died; 2 unless told. */
  readonly maximumAttempts?: number
}

export interface JobQueueOptions {
  readonly store: JobStore
  readonly runner: Runner
  readonly kinds: Readonly<Record<string, JobKind>>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly onChange: (job: JobRecord) => void
  /** A guest of the library, such as the terminal: it runs what it is asked for, and leaves the rest to the studio. */
  readonly isGuest?: boolean
}

export interface JobQueue {
  /** With `startAt` it waits until that moment. */
  enqueue(kind: string, spec: unknown, options?: { startAt?: string | null }): JobRecord
  /** A queued or paused job ends at once, a running one as soon as it stops; one that has ended stays as it is. */
  cancel(id: string): JobRecord
  /** Lays a job aside. Only kinds that can go on later are paused while they run. */
  pause(id: string): JobRecord
  /** Queues a paused job again, or one that waits for its hour now. */
  resume(id: string): JobRecord
  /** Gives a job that waits another place among those of its lane that wait: 0 is the next to begin. Others stay as they are. */
  move(id: string, place: number): JobRecord
  /** Newest first, with the progress of the moment. */
  list(): JobRecord[]
  /** Call once at the start: what an earlier process left running is queued again, then given up. */
  recover(): void
  /** Resolves when nothing runs and nothing that is due is queued. */
  settle(): Promise<void>
  /** Stops working. A job that runs stays `running` in the store, for `recover` to find. */
  close(): Promise<void>
}

const MAXIMUM_ATTEMPTS = 2
const LEAST_PROGRESS_STEP = 0.005
const STUDIO_LANE = 'studio'
/** How often the clock is looked at while a job waits for its hour: a computer that slept wakes late. */
const LONGEST_WAIT_MS = 20_000

/** A job under way. */
interface Running {
  readonly id: string
  readonly controller: AbortController
  isPausing: boolean
  done: Promise<void>
}

/** The one writer of job status: queued -> running -> succeeded | failed | cancelled, with `paused` between. One job runs at a time in each lane. */
export const createJobQueue = ({ store, runner, kinds, clock, random, logger, onChange, isGuest = false }: JobQueueOptions): JobQueue => {
  const live = new Map<string, { progress: number; message: string }>()
  const lanes = new Map<string, Running>()
  const own = new Set<string>()
  let alarm: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  const withLive = (job: JobRecord): JobRecord => (job.status === 'running' ? { ...job, ...live.get(job.id) } : job)
  const announce = (job: JobRecord): void => {
    if (!isClosed) onChange(withLive(job))
  }
  const laneOf = (kind: string): string => kinds[kind]?.lane ?? STUDIO_LANE
  const isPausable = ({ kind }: JobRecord): boolean => kinds[kind]?.isPausable === true
  const attemptsOf = (kind: string): number => kinds[kind]?.maximumAttempts ?? MAXIMUM_ATTEMPTS
  const findRunning = (id: string): Running | undefined => [...lanes.values()].find((running) => running.id === id)

  /** Its process is gone; only a guest sees such a job. */
  const isLeftRunning = (job: JobRecord): boolean => isGuest && job.status === 'running' && findRunning(job.id) === undefined

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

  const leave = (id: string, change: Partial<JobRecord>): void => {
    const job = store.find(id)
    if (job === null || job.status !== 'running') return
    const moved = move(job, change)
    live.delete(id)
    if (moved !== null) announce(moved)
  }
  const end = (id: string, change: Partial<JobRecord>): void => leave(id, { ...change, message: '', endedAt: readTimestamp(clock) })

  /** How a job that threw goes on: laid aside, begun again after its process died, cancelled or failed. */
  const leaveFailed = (job: JobRecord, running: Running, error: unknown): void => {
    const hasDied = error instanceof EngineError && error.code === 'JOB_INTERRUPTED'
    if (isCancelled(error) && !running.isPausing) end(job.id, { status: 'cancelled' })
    else if (isCancelled(error) || (hasDied && running.isPausing)) leave(job.id, { status: 'paused', ...live.get(job.id) })
    else if (hasDied && isPausable(job) && job.attempts < attemptsOf(job.kind)) leave(job.id, { status: 'queued', ...live.get(job.id) })
    else if (error instanceof EngineError && kinds[job.kind]?.pausingErrors?.includes(error.code) === true)
      leave(job.id, { status: 'paused', error: error.toWire(), ...live.get(job.id) })
    else end(job.id, { status: 'failed', error: describeFailure(job, error) })
  }

  const runJob = async (job: JobRecord, running: Running): Promise<void> => {
    const kind = kinds[job.kind]
    const { controller } = running
    const keeping: { failure: Error | null } = { failure: null }
    try {
      invariant(kind !== undefined, `a kind of job called ${job.kind}`)
      await (kind.runner ?? runner).run(job.kind, kind.resume(job), {
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
      if (!isClosed) end(job.id, { status: 'succeeded', progress: 1 })
    } catch (error) {
      if (!isClosed) leaveFailed(job, running, keeping.failure ?? error)
    }
  }

  const start = (lane: string, next: JobRecord): void => {
    const job = move(next, { status: 'running', attempts: next.attempts + 1, progress: isPausable(next) ? next.progress : 0, message: '' })
    if (job === null) return
    const running: Running = { id: job.id, controller: new AbortController(), isPausing: false, done: Promise.resolve() }
    lanes.set(lane, running)
    running.done = runJob(job, running)
      .catch((error: unknown) => logger.error('the job store failed', { job: job.id, error }))
      .then(() => {
        lanes.delete(lane)
        // A failing store would make this spin: leave the rest for the next call or the next start.
        if (store.find(job.id)?.status !== 'running') pump()
      })
      .catch((error: unknown) => logger.error('the job queue stopped', { error }))
    announce(job)
  }

  const pump = (): void => {
    clearTimeout(alarm)
    if (isClosed) return
    const waits: number[] = []
    for (const job of store.listByStatus('queued')) {
      if (isGuest && !own.has(job.id)) continue
      const waitMs = job.startAt === null ? 0 : Date.parse(job.startAt) - clock.now()
      if (waitMs > 0) waits.push(waitMs)
      else if (!lanes.has(laneOf(job.kind))) start(laneOf(job.kind), job)
    }
    if (waits.length === 0) return
    alarm = setTimeout(pump, Math.min(LONGEST_WAIT_MS, ...waits))
    alarm.unref()
  }

  return {
    enqueue(kind, spec, { startAt = null } = {}) {
      const job: JobRecord = {
        id: createId('job', clock, random),
        kind,
        spec,
        status: 'queued',
        progress: 0,
        message: '',
        error: null,
        attempts: 0,
        position: 1 + Math.max(0, ...store.list().map(({ position }) => position)),
        results: [],
        createdAt: readTimestamp(clock),
        startAt,
        endedAt: null,
      }
      store.insert(job)
      own.add(job.id)
      announce(job)
      pump()
      return find(job.id)
    },
    cancel(id) {
      const job = find(id)
      const running = findRunning(id)
      if (job.status === 'queued' || job.status === 'paused' || isLeftRunning(job)) {
        const moved = move(job, { status: 'cancelled', endedAt: readTimestamp(clock) })
        if (moved !== null) announce(moved)
      } else if (running !== undefined) {
        running.isPausing = false
        running.controller.abort()
      }
      return withLive(find(id))
    },
    pause(id) {
      const job = find(id)
      const running = findRunning(id)
      if (job.status === 'queued' || isLeftRunning(job)) {
        const moved = move(job, { status: 'paused' })
        if (moved !== null) announce(moved)
      } else if (running !== undefined && isPausable(job)) {
        running.isPausing = true
        running.controller.abort()
      }
      return withLive(find(id))
    },
    resume(id) {
      const job = find(id)
      if (job.status === 'paused' || job.status === 'queued' || isLeftRunning(job)) {
        own.add(id)
        const moved = move(job, { status: 'queued', startAt: null, error: null })
        if (moved !== null) announce(moved)
        pump()
      }
      return withLive(find(id))
    },
    move(id, place) {
      const job = find(id)
      if (job.status !== 'queued') return withLive(job)
      const waiting = store.listByStatus('queued').filter(({ kind }) => laneOf(kind) === laneOf(job.kind))
      const others = waiting.filter((other) => other.id !== id)
      const at = Math.min(Math.max(0, place), others.length)
      const positions = waiting.map(({ position }) => position).sort((a, b) => a - b)
      const ordered = [...others.slice(0, at), job, ...others.slice(at)]
      const changed = store.transaction(() =>
        ordered.flatMap((other, i) => {
          const position = positions[i] ?? other.position
          const moved = position === other.position ? null : move(other, { position })
          return moved === null ? [] : [moved]
        }),
      )
      changed.forEach(announce)
      pump()
      return withLive(find(id))
    },
    list: () => store.list().map((job) => (isLeftRunning(job) ? { ...job, status: 'queued' } : withLive(job))),
    recover() {
      if (isGuest) return
      for (const job of store.listByStatus('running')) {
        if (findRunning(job.id) !== undefined) continue
        const change: Partial<JobRecord> =
          job.attempts < attemptsOf(job.kind)
            ? { status: 'queued' }
            : { status: 'failed', error: { code: 'JOB_INTERRUPTED', details: {} }, endedAt: readTimestamp(clock) }
        const moved = move(job, change)
        if (moved !== null) announce(moved)
      }
      pump()
    },
    async settle() {
      for (let running = [...lanes.values()]; running.length > 0; running = [...lanes.values()])
        await Promise.all(running.map(({ done }) => done))
    },
    async close() {
      isClosed = true
      clearTimeout(alarm)
      const running = [...lanes.values()]
      for (const { controller } of running) controller.abort()
      await Promise.all(running.map(({ done }) => done))
    },
  }
}
