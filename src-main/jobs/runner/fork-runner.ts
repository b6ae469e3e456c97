import { Cancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Logger } from '#main/foundation/logger.ts'
import { computeReplySchema, type ComputeLink, type ComputeReply } from './compute-messages.ts'
import type { Runner, TaskContext } from './runner.ts'

export interface ForkRunnerOptions {
  /** Starts a compute process. */
  readonly spawn: () => ComputeLink
  readonly logger: Logger
  /** How long a cancelled task may take to stop by itself before its process is killed. */
  readonly graceMs?: number
  /** Whether the process stays for the next task, with what it has loaded; one that trains gives its memory back. True unless told. */
  readonly isKeptWarm?: boolean
}

/** A bug in the compute process, with that process's stack. */
export class ComputeCrash extends Error {
  constructor(message: string, stack: string) {
    super(message)
    this.name = 'ComputeCrash'
    if (stack !== '') this.stack = stack
  }
}

interface OpenTask {
  readonly context: TaskContext
  resolve(result: unknown): void
  reject(error: unknown): void
}

/**
 * Runs tasks in a process of their own, one at a time. The process stays alive between tasks, so that a model is
 * loaded once, unless told otherwise; it is killed when a cancelled task does not stop in time, and the next task starts a fresh one.
 */
export const createForkRunner = ({ spawn, logger, graceMs = 2000, isKeptWarm = true }: ForkRunnerOptions): Runner => {
  const open = new Map<number, OpenTask>()
  let link: ComputeLink | null = null
  let nextId = 1
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  const settle = (id: number, finish: (task: OpenTask) => void): void => {
    const task = open.get(id)
    if (task === undefined) return
    open.delete(id)
    finish(task)
  }

  const hear = (reply: ComputeReply): void => {
    const task = open.get(reply.id)
    if (task === undefined) return
    switch (reply.type) {
      case 'progress':
        return task.context.onProgress(reply.fraction, reply.message)
      case 'item':
        return task.context.onItem(reply.item)
      case 'done':
        return settle(reply.id, ({ resolve }) => resolve(reply.result))
      case 'cancelled':
        return settle(reply.id, ({ reject }) => reject(new Cancelled()))
      case 'failed':
        return settle(reply.id, ({ reject }) => reject(new EngineError(reply.code, reply.details)))
      case 'crashed':
        return settle(reply.id, ({ reject }) => reject(new ComputeCrash(reply.message, reply.stack)))
    }
  }

  const start = (): ComputeLink => {
    const fresh = spawn()
    fresh.onMessage((message) => {
      const reply = computeReplySchema.safeParse(message)
      if (reply.success) hear(reply.data)
      else logger.warn('the compute process said something unknown', { issues: reply.error.issues })
    })
    fresh.onExit(() => {
      if (link === fresh) link = null
      for (const id of [...open.keys()]) {
        settle(id, ({ reject, context }) => reject(context.signal.aborted ? new Cancelled() : new EngineError('JOB_INTERRUPTED')))
      }
    })
    return fresh
  }

  const runOne = (task: string, spec: unknown, context: TaskContext): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (context.signal.aborted || isClosed) {
        reject(new Cancelled())
        return
      }
      link ??= start()
      const own = link
      const id = nextId++
      let timer: ReturnType<typeof setTimeout> | undefined
      const cancel = (): void => {
        own.post({ type: 'cancel', id })
        timer = setTimeout(() => {
          if (open.has(id)) own.kill()
        }, graceMs)
      }
      const release = (): void => {
        clearTimeout(timer)
        context.signal.removeEventListener('abort', cancel)
        if (isKeptWarm) return
        if (link === own) link = null
        own.kill()
      }
      open.set(id, {
        context,
        resolve: (result) => {
          release()
          resolve(result)
        },
        reject: (error) => {
          release()
          reject(error)
        },
      })
      context.signal.addEventListener('abort', cancel, { once: true })
      own.post({ type: 'run', id, task, spec })
    })

  return {
    run(task, spec, context) {
      const own = last.then(() => runOne(task, spec, context))
      last = own.catch(() => undefined)
      return own
    },
    close: async () => {
      isClosed = true
      link?.kill()
      await last
    },
  }
}
