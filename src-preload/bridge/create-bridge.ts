import { ApiError } from '#contract/api-error.ts'
import { METHODS, PUSH_NAMES, type MethodName, type PushEvents } from '#contract/api.ts'
import type { CallOutcome, DesktopBridge, DesktopFiles } from '#contract/desktop-bridge.ts'
import { connect, type Connection } from '#rpc/connect.ts'
import type { Port } from '#rpc/port.ts'

const isMethod = (name: unknown): name is MethodName => typeof name === 'string' && Object.hasOwn(METHODS, name)

const toOutcome = (error: unknown): CallOutcome => {
  if (!(error instanceof ApiError)) return { error: { code: 'INTERNAL', details: { traceId: String(error) } } }
  const { code, details, traceId } = error
  return { error: { code, details, ...(traceId === undefined ? {} : { traceId }) } }
}

const nothing = (): Promise<null> => Promise.resolve(null)
const NO_FILES: DesktopFiles = { startDrag: () => undefined, copyPath: nothing, reveal: nothing, saveAs: nothing }

/**
 * The functions that the page gets, over whichever port the shell handed over last: a restarted engine brings a new one.
 * Only methods of the contract can be called.
 */
export const createBridge = (
  pathOf: DesktopBridge['pathOf'] = () => '',
  files: DesktopFiles = NO_FILES,
  onOpenFile: DesktopBridge['onOpenFile'] = () => () => undefined,
): { bridge: DesktopBridge; usePort(port: Port): void } => {
  const listeners = new Map<keyof PushEvents, Set<(payload: never) => void>>(PUSH_NAMES.map((event) => [event, new Set()]))
  let connection: Connection | null = null
  let waiting: (() => void)[] = []

  const usePort = (port: Port): void => {
    connection?.close()
    const fresh = connect(port)
    connection = fresh
    for (const event of PUSH_NAMES) {
      fresh.on(event, (payload) => {
        for (const listener of listeners.get(event) ?? []) listener(payload as never)
      })
    }
    const open = waiting
    waiting = []
    for (const resolve of open) resolve()
  }

  const bridge: DesktopBridge = {
    pathOf,
    files,
    onOpenFile,
    ready: () => (connection?.isOpen === true ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async call(method, input) {
      if (!isMethod(method)) return { error: { code: 'INVALID_ARGUMENT', details: { what: 'There is no such method.' } } }
      if (connection === null) return { error: { code: 'CONNECTION_LOST', details: {} } }
      const [namespace, name] = method.split('.') as [string, string]
      const api = connection.api as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
      try {
        return { output: await api[namespace]?.[name]?.(input) }
      } catch (error) {
        return toOutcome(error)
      }
    },
    on(event, listener) {
      const own = listeners.get(event)
      own?.add(listener)
      return () => void own?.delete(listener)
    },
    onClose(listener) {
      if (connection === null) listener()
      else connection.onClose(listener)
    },
  }
  return { bridge, usePort }
}
