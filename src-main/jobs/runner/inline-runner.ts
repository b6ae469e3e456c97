import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import type { Runner, TaskHandlers } from './runner.ts'

/** Runs tasks in this very process, one after another. */
export const createInlineRunner = (handlers: TaskHandlers): Runner => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task, spec, context) {
      const work = async (): Promise<unknown> => {
        throwIfCancelled(context.signal)
        const load = handlers[task]
        invariant(load !== undefined, `a handler for ${task}`)
        const result = await (await load()).run(spec, context)
        throwIfCancelled(context.signal)
        return result
      }
      const own = last.then(work, work)
      last = own.catch(() => undefined)
      return own
    },
    close: async () => {
      await last
    },
  }
}
