import { isCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { computeRequestSchema, type ComputeReply } from './compute-messages.ts'
import { createInlineRunner } from './inline-runner.ts'
import type { TaskHandlers } from './runner.ts'

/** The compute process's side: runs the tasks that arrive, one at a time, and keeps what they loaded warm in between. */
export const serveCompute = (
  link: { post(message: ComputeReply): void; onMessage(listener: (message: unknown) => void): void },
  handlers: TaskHandlers,
): void => {
  const runner = createInlineRunner(handlers)
  const controllers = new Map<number, AbortController>()

  const describeFailure = (id: number, error: unknown): ComputeReply => {
    if (isCancelled(error)) return { type: 'cancelled', id }
    if (error instanceof EngineError) return { type: 'failed', id, code: error.code, details: { ...error.details } }
    const message = error instanceof Error ? error.message : String(error)
    return { type: 'crashed', id, message, stack: error instanceof Error ? (error.stack ?? '') : '' }
  }

  const run = async (id: number, task: string, spec: unknown): Promise<void> => {
    const controller = new AbortController()
    controllers.set(id, controller)
    try {
      const result = await runner.run(task, spec, {
        signal: controller.signal,
        onProgress: (fraction, message) => link.post({ type: 'progress', id, fraction, message }),
        onItem: (item) => link.post({ type: 'item', id, item }),
      })
      link.post({ type: 'done', id, result })
    } catch (error) {
      link.post(describeFailure(id, error))
    } finally {
      controllers.delete(id)
    }
  }

  link.onMessage((message) => {
    const request = computeRequestSchema.safeParse(message)
    if (!request.success) return
    if (request.data.type === 'cancel') controllers.get(request.data.id)?.abort()
    else void run(request.data.id, request.data.task, request.data.spec)
  })
}
