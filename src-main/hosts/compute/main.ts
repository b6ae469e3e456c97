/**
 * The compute process: one heavy task at a time, models kept warm in between. Forked and, if need be, killed by the engine,
 * which keeps a second one as its ears.
 */
import type { ComputeReply } from '#main/jobs/runner/compute-messages.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { TASK_HANDLERS } from '#main/jobs/handlers/task-handlers.ts'
import { serveCompute } from '#main/jobs/runner/serve-compute.ts'

process.on('disconnect', () => process.exit(0))
// Ctrl+C in a terminal reaches every process of the group; the engine decides when this one ends.
process.on('SIGINT', () => undefined)

serveCompute(
  {
    post: (message: ComputeReply) => {
      if (process.connected) process.send?.(message)
    },
    onMessage: (listener) => void process.on('message', listener),
  },
  { ...TASK_HANDLERS, ...EAR_HANDLERS },
)
