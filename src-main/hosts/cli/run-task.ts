import type { TaskContext } from '#main/jobs/runner/runner.ts'
import { createProgress } from './terminal.ts'

/** Runs one task of the jobs room in this process. Ctrl+C asks it to stop; the second one ends it. */
export const runTask = async (task: string, spec: unknown, options: { onItem?: (item: unknown) => void } = {}): Promise<unknown> => {
  const { createInlineRunner } = await import('#main/jobs/runner/inline-runner.ts')
  const { TASK_HANDLERS } = await import('#main/jobs/handlers/task-handlers.ts')
  const controller = new AbortController()
  const progress = createProgress()
  const cancel = (): void => controller.abort()
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  const context: TaskContext = {
    signal: controller.signal,
    onProgress: progress.show,
    onItem: (item) => options.onItem?.(item),
  }
  try {
    return await createInlineRunner(TASK_HANDLERS).run(task, spec, context)
  } finally {
    progress.end()
    process.off('SIGINT', cancel)
    process.off('SIGTERM', cancel)
  }
}
