import type { WireError } from '#contract/errors.ts'

export type JobStatus = 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled'

/** A job as it is remembered. `results` are the ids of what it has made so far. */
export interface JobRecord {
  readonly id: string
  readonly kind: string
  readonly spec: unknown
  readonly status: JobStatus
  readonly progress: number
  readonly message: string
  readonly error: WireError | null
  readonly attempts: number
  /** Jobs that wait begin in the order of their positions. */
  readonly position: number
  readonly results: readonly string[]
  readonly createdAt: string
  /** A queued job waits until then. */
  readonly startAt: string | null
  readonly endedAt: string | null
}

/** The queue's memory. `update` is a compare-and-set on the status, so that no job ends twice. */
export interface JobStore {
  insert(job: JobRecord): void
  /** Newest first. */
  list(): JobRecord[]
  find(id: string): JobRecord | null
  /** In the order of the queue. */
  listByStatus(status: JobStatus): JobRecord[]
  update(job: JobRecord, expected: JobStatus): boolean
  transaction<T>(step: () => T): T
}
