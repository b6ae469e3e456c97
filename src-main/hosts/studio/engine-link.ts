import { ApiError } from '#contract/api-error.ts'
import { METHODS, PUSH_NAMES, type Api, type MethodName } from '#contract/api.ts'
import { isEngineReport } from '#contract/host-messages.ts'
import { connect, type Connection } from '#rpc/connect.ts'
import { createProcessPort } from '#rpc/process-port.ts'
import type { PushSource } from '#rpc/serve.ts'
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The engine lies beside this host: `engine.js` in a build, `../engine/main.ts` in the sources. */
const findEngineEntry = (): string => {
  const built = join(import.meta.dirname, 'engine.js')
  return existsSync(built) ? built : join(import.meta.dirname, '../engine/main.ts')
}

/** The studio's hold on its engine: starts it, passes calls and pushes on, and starts it again when it dies. */
export interface EngineLink {
  readonly api: Api
  readonly pushes: PushSource
  close(): Promise<void>
}

export interface EngineLinkOptions {
  readonly dataDir: string
  readonly computePath?: string | undefined
  readonly onRestart?: (attempt: number) => void
  /** The engine died too often: nothing works any more. */
  readonly onGiveUp?: () => void
}

const MAXIMUM_RESTARTS = 3
const STOP_GRACE_MS = 4000

const forkEngine = ({ dataDir, computePath }: EngineLinkOptions): ChildProcess =>
  fork(findEngineEntry(), [dataDir, ...(computePath === undefined ? [] : [computePath])], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

const connectChild = (child: ChildProcess): Connection =>
  connect(
    createProcessPort({
      send: (message) => {
        if (child.connected) child.send(message as object)
      },
      onMessage: (listener) => void child.on('message', listener),
      onEnd: (listener) => void child.once('exit', listener),
      end: () => {
        if (child.connected) child.disconnect()
      },
    }),
  )

/** Resolves when the engine serves; rejects with what it reported, e.g. that another engine holds the library. */
const waitUntilReady = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject: (error: ApiError) => void) => {
    child.on('message', (message) => {
      if (!isEngineReport(message)) return
      if (message.type === 'ready') resolve()
      if (message.type === 'failed') reject(new ApiError(message.error))
    })
    child.once('exit', () => reject(new ApiError({ code: 'CONNECTION_LOST', details: {} })))
  })

export const startEngine = async (options: EngineLinkOptions): Promise<EngineLink> => {
  const listeners = new Set<Parameters<PushSource['subscribe']>[0]>()
  let child: ChildProcess
  let connection: Connection
  let restarts = 0
  let isClosing = false

  const launch = async (): Promise<void> => {
    child = forkEngine(options)
    connection = connectChild(child)
    for (const name of PUSH_NAMES) {
      connection.on(name, (payload) => {
        for (const listener of listeners) listener(name, payload)
      })
    }
    await waitUntilReady(child)
    child.once('exit', () => void revive())
  }

  const revive = async (): Promise<void> => {
    if (isClosing) return
    if (++restarts > MAXIMUM_RESTARTS) {
      options.onGiveUp?.()
      return
    }
    options.onRestart?.(restarts)
    try {
      await launch()
    } catch {
      await revive()
    }
  }

  const call = (method: MethodName, input: unknown): Promise<unknown> => {
    const [namespace, name] = method.split('.') as [keyof Api, string]
    const methods = connection.api[namespace] as unknown as Record<string, (input: unknown) => Promise<unknown>>
    const target = methods[name]
    return target === undefined ? Promise.reject(new ApiError({ code: 'CONNECTION_LOST', details: {} })) : target(input)
  }

  const api: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {}
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const [namespace, name] = method.split('.') as [string, string]
    ;(api[namespace] ??= {})[name] = (input) => call(method, input)
  }

  await launch()
  return {
    api: api as unknown as Api,
    pushes: {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    close: () =>
      new Promise((resolve) => {
        isClosing = true
        if (child.exitCode !== null || child.signalCode !== null) {
          resolve()
          return
        }
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS)
        child.once('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        connection.close()
      }),
  }
}
