import { ApiError, isErrorCode } from '#contract/api-error.ts'
import { METHODS, type Api, type MethodName, type PushEvents } from '#contract/api.ts'
import type { WireError } from '#contract/errors.ts'
import type { Port } from './port.ts'
import { replyMessageSchema, type CallMessage } from './wire.ts'

export interface Connection {
  readonly api: Api
  /** Hears one kind of push; returns the way to stop. */
  on<E extends keyof PushEvents>(event: E, listener: (payload: PushEvents[E]) => void): () => void
  onClose(listener: () => void): void
  close(): void
  readonly isOpen: boolean
}

interface OpenCall {
  resolve(output: unknown): void
  reject(error: ApiError): void
}

const lostConnection = (): ApiError => new ApiError({ code: 'CONNECTION_LOST', details: {} })

const rebuildError = (wire: { code: string; details: Record<string, string | number>; traceId?: string | undefined }): ApiError => {
  // A newer engine may know codes that this side does not.
  const code = isErrorCode(wire.code) ? wire.code : 'INTERNAL'
  const rebuilt: WireError = { code, details: wire.details, ...(wire.traceId === undefined ? {} : { traceId: wire.traceId }) }
  return new ApiError(rebuilt)
}

/** The client's end: an `Api` whose calls travel over the port. When the port closes, open calls fail with CONNECTION_LOST. */
export const connect = (port: Port): Connection => {
  const openCalls = new Map<number, OpenCall>()
  const listeners = new Map<string, Set<(payload: never) => void>>()
  let nextId = 1
  let isOpen = true

  const call = (method: MethodName, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject: (error: ApiError) => void) => {
      if (!isOpen) {
        reject(lostConnection())
        return
      }
      const id = nextId++
      openCalls.set(id, { resolve, reject })
      port.post({ type: 'call', id, method, input } satisfies CallMessage)
    })

  port.onMessage((message) => {
    const parsed = replyMessageSchema.safeParse(message)
    if (!parsed.success) return
    const reply = parsed.data
    if (reply.type === 'push') {
      for (const listener of listeners.get(reply.event) ?? []) listener(reply.payload as never)
      return
    }
    const open = openCalls.get(reply.id)
    if (open === undefined) return
    openCalls.delete(reply.id)
    if (reply.type === 'result') open.resolve(reply.output)
    else open.reject(rebuildError(reply.error))
  })
  port.onClose(() => {
    isOpen = false
    const calls = [...openCalls.values()]
    openCalls.clear()
    for (const open of calls) open.reject(lostConnection())
  })

  const api: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {}
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const [namespace, name] = method.split('.') as [string, string]
    ;(api[namespace] ??= {})[name] = (input) => call(method, input)
  }

  return {
    api: api as unknown as Api,
    on: (event, listener) => {
      const own = listeners.get(event) ?? new Set()
      listeners.set(event, own)
      own.add(listener)
      return () => void own.delete(listener)
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
    get isOpen() {
      return isOpen
    },
  }
}
