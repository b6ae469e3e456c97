import { isErrorCode } from '#contract/api-error.ts'
import type { WireError } from '#contract/errors.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

export type JobStatus = 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled'

/** A job as the queue remembers it. */
export interface JobRow {
  readonly id: string
  readonly kind: string
  readonly spec: unknown
  readonly status: JobStatus
  readonly progress: number
  readonly message: string
  readonly error: WireError | null
  readonly attempts: number
  readonly position: number
  readonly results: readonly string[]
  readonly createdAt: string
  readonly startAt: string | null
  readonly endedAt: string | null
}

export interface JobRepository {
  insert(job: JobRow): void
  /** Newest first. */
  list(): JobRow[]
  find(id: string): JobRow | null
  /** In the order of the queue. */
  listByStatus(status: JobStatus): JobRow[]
  /** Writes the job only if it still has the status that the writer believes; answers whether it did. */
  update(job: JobRow, expected: JobStatus): boolean
  /** Runs the step as one transaction. */
  transaction<T>(step: () => T): T
}

interface StoredJob {
  id: string
  kind: string
  spec: string
  status: JobStatus
  progress: number
  message: string
  error: string | null
  attempts: number
  position: number
  results: string
  created_at: string
  start_at: string | null
  ended_at: string | null
}

const errorSchema = z.object({
  code: z.string().refine(isErrorCode),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  traceId: z.string().optional(),
})

const readJob = (row: StoredJob): JobRow => ({
  id: row.id,
  kind: row.kind,
  spec: parseColumn(z.unknown(), row.spec, `jobs.${row.id}`),
  status: row.status,
  progress: row.progress,
  message: row.message,
  error: row.error === null ? null : (parseColumn(errorSchema, row.error, `jobs.${row.id}`) as WireError),
  attempts: row.attempts,
  position: row.position,
  results: parseColumn(z.array(z.string()), row.results, `jobs.${row.id}`),
  createdAt: row.created_at,
  startAt: row.start_at,
  endedAt: row.ended_at,
})

export const createJobRepository = (database: Sqlite): JobRepository => {
  const insert = database.prepare(
    'INSERT INTO jobs (id, kind, spec, status, progress, message, error, attempts, position, results, created_at, start_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const list = database.prepare<[], StoredJob>('SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC')
  const find = database.prepare<[string], StoredJob>('SELECT * FROM jobs WHERE id = ?')
  const byStatus = database.prepare<[JobStatus], StoredJob>('SELECT * FROM jobs WHERE status = ? ORDER BY position, created_at, rowid')
  const update = database.prepare(
    'UPDATE jobs SET status = ?, progress = ?, message = ?, error = ?, attempts = ?, position = ?, results = ?, start_at = ?, ended_at = ? WHERE id = ? AND status = ?',
  )
  const errorText = (job: JobRow): string | null => (job.error === null ? null : JSON.stringify(job.error))
  return {
    insert: (job) =>
      void insert.run(
        job.id,
        job.kind,
        JSON.stringify(job.spec),
        job.status,
        job.progress,
        job.message,
        errorText(job),
        job.attempts,
        job.position,
        JSON.stringify(job.results),
        job.createdAt,
        job.startAt,
        job.endedAt,
      ),
    list: () => list.all().map(readJob),
    find: (id) => {
      const row = find.get(id)
      return row === undefined ? null : readJob(row)
    },
    listByStatus: (status) => byStatus.all(status).map(readJob),
    update: (job, expected) =>
      update.run(
        job.status,
        job.progress,
        job.message,
        errorText(job),
        job.attempts,
        job.position,
        JSON.stringify(job.results),
        job.startAt,
        job.endedAt,
        job.id,
        expected,
      ).changes === 1,
    transaction: (step) => database.transaction(step)(),
  }
}
