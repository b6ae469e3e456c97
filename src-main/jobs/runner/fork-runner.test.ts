import { isCancelled } from '#main/foundation/cancellation.ts'
import { silentLogger } from '#main/foundation/logger.ts'
import { describe, expect, it } from 'vitest'
import type { ComputeLink, ComputeRequest } from './compute-messages.ts'
import { createForkRunner } from './fork-runner.ts'
import { serveCompute } from './serve-compute.ts'
import type { TaskContext, TaskHandlers } from './runner.ts'

/** A compute process that lives in this one: messages are cloned, and `kill` makes it deaf and dumb. */
const createFakeProcesses = (handlers: TaskHandlers) => {
  let spawned = 0
  let living = 0
  const spawn = (): ComputeLink => {
    spawned++
    living++
    let isAlive = true
    const toChild: ((message: unknown) => void)[] = []
    const toParent: ((message: unknown) => void)[] = []
    const exits: (() => void)[] = []
    const carry = (listeners: ((message: unknown) => void)[], message: unknown): void => {
      const clone: unknown = structuredClone(message)
      queueMicrotask(() => {
        if (isAlive) for (const listener of listeners) listener(clone)
      })
    }
    serveCompute({ post: (message) => carry(toParent, message), onMessage: (listener) => void toChild.push(listener) }, handlers)
    return {
      post: (message: ComputeRequest) => carry(toChild, message),
      onMessage: (listener) => void toParent.push(listener),
      onExit: (listener) => void exits.push(listener),
      kill: () => {
        if (!isAlive) return
        isAlive = false
        living--
        for (const listener of exits) listener()
      },
    }
  }
  return { spawn, count: () => spawned, alive: () => living }
}

const createContext = (): TaskContext & { controller: AbortController; items: unknown[]; progress: number[] } => {
  const controller = new AbortController()
  const items: unknown[] = []
  const progress: number[] = []
  return { controller, signal: controller.signal, items, progress, onItem: (item) => items.push(item), onProgress: (x) => progress.push(x) }
}

const handlers: TaskHandlers = {
  good: async () => ({
    async run(spec, { onItem, onProgress }) {
      onProgress(0.5, 'half')
      onItem({ pcm: new Float32Array([0.25]), spec })
      return 'done'
    },
  }),
  deaf: async () => ({ run: () => new Promise(() => undefined) }),
  polite: async () => ({ run: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))) }),
  broken: async () => ({
    run: async () => {
      throw new RangeError('off by one')
    },
  }),
}

describe('the fork runner', () => {
  it('keeps the process warm between tasks and carries pieces and progress', async () => {
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: processes.spawn, logger: silentLogger })
    const context = createContext()
    expect(await runner.run('good', { a: 1 }, context)).toBe('done')
    expect(await runner.run('good', { a: 2 }, context)).toBe('done')
    expect(context.items).toEqual([
      { pcm: new Float32Array([0.25]), spec: { a: 1 } },
      { pcm: new Float32Array([0.25]), spec: { a: 2 } },
    ])
    expect(context.progress).toEqual([0.5, 0.5])
    expect(processes.count()).toBe(1)
  })

  it('gives the memory back after each task where that is wanted', async () => {
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: processes.spawn, logger: silentLogger, isKeptWarm: false, graceMs: 10_000 })
    expect(await runner.run('good', {}, createContext())).toBe('done')
    expect(processes.alive()).toBe(0)
    const context = createContext()
    const run = runner.run('polite', {}, context).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(processes.alive()).toBe(1)
    context.controller.abort()
    expect(isCancelled(await run)).toBe(true)
    expect([processes.count(), processes.alive()]).toEqual([2, 0])
  })

  it('cancels a task that listens without killing its process', async () => {
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: processes.spawn, logger: silentLogger, graceMs: 10_000 })
    const context = createContext()
    const run = runner.run('polite', {}, context).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 10))
    context.controller.abort()
    expect(isCancelled(await run)).toBe(true)
    expect(await runner.run('good', {}, createContext())).toBe('done')
    expect(processes.count()).toBe(1)
  })

  it('kills the process of a task that does not listen, and starts a fresh one', async () => {
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: processes.spawn, logger: silentLogger, graceMs: 5 })
    const context = createContext()
    const run = runner.run('deaf', {}, context).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 10))
    context.controller.abort()
    expect(isCancelled(await run)).toBe(true)
    expect(await runner.run('good', {}, createContext())).toBe('done')
    expect(processes.count()).toBe(2)
  })

  it('calls a process that dies by itself an interruption', async () => {
    let last: ComputeLink | null = null
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: () => (last = processes.spawn()), logger: silentLogger })
    const run = runner.run('deaf', {}, createContext()).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 10))
    ;(last as ComputeLink | null)?.kill()
    expect(await run).toMatchObject({ code: 'JOB_INTERRUPTED' })
  })

  it('brings a bug home with its message', async () => {
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: processes.spawn, logger: silentLogger })
    await expect(runner.run('broken', {}, createContext())).rejects.toMatchObject({ name: 'ComputeCrash', message: 'off by one' })
    await expect(runner.run('unknown', {}, createContext())).rejects.toMatchObject({
      message: expect.stringContaining('a handler for unknown'),
    })
  })

  it('ends its process on close', async () => {
    const processes = createFakeProcesses(handlers)
    const runner = createForkRunner({ spawn: processes.spawn, logger: silentLogger })
    const run = runner.run('deaf', {}, createContext()).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 10))
    await runner.close()
    expect(await run).toMatchObject({ code: 'JOB_INTERRUPTED' })
  })
})
