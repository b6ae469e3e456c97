import { jobSchema, type Api, type Job } from '#contract/api.ts'
import { describeError } from '#contract/errors.ts'
import type { JobRecord } from '#main/jobs/queue/job-store.ts'
import type { ServiceContext } from './context.ts'

const KINDS = jobSchema.shape.kind

/** A job as the client sees it: without its spec, its error in words. */
export const describeJob = (job: JobRecord): Job => ({
  id: job.id,
  kind: KINDS.options.find((kind) => kind === job.kind) ?? 'render',
  status: job.status,
  progress: job.progress,
  message: job.message,
  error: job.error === null ? null : { code: job.error.code, ...describeError(job.error.code, job.error.details) },
  position: job.position,
  createdAt: job.createdAt,
  startAt: job.startAt,
  endedAt: job.endedAt,
  results: [...job.results],
})

export const createJobsService = ({ queue }: ServiceContext): Api['jobs'] => ({
  list: async () => queue.list().map(describeJob),
  cancel: async ({ jobId }) => describeJob(queue.cancel(jobId)),
  pause: async ({ jobId }) => describeJob(queue.pause(jobId)),
  move: async ({ jobId, place }) => describeJob(queue.move(jobId, place)),
  resume: async ({ jobId }) => describeJob(queue.resume(jobId)),
})
