import type { Library } from '#main/library/open-library.ts'
import type { JobQueue } from '#main/jobs/queue/job-queue.ts'
import type { EngineEnv } from './env.ts'
import type { PushHub } from './pushes.ts'
import type { Understanding } from './understanding.ts'

/** What every service is made from. */
export interface ServiceContext {
  readonly env: EngineEnv
  readonly library: Library
  readonly queue: JobQueue
  readonly pushes: PushHub
  readonly understanding: Understanding
}
