import { isErrorCode } from '#contract/api-error.ts'
import { METHODS, type Api, type MethodName, type PushEvents } from '#contract/api.ts'
import type { WireError } from '#contract/errors.ts'
import type { z } from 'zod'
import type { Port } from './port.ts'
import { callMessageSchema, type CallMessage, type ReplyMessage } from './wire.ts'

/** Where pushes come from: `subscribe` returns the way to stop hearing them. */
export interface PushSource {
  subscribe(listener: <E extends keyof PushEvents>(event: E, payload: PushEvents[E]) => void): () => void
}

export interface ServeOptions {
  readonly pushes?: PushSource
  /** Anything that is no error of the catalogue ends here; the other side learns only the trace id. */
  readonly onInternalError?: (error: unknown, traceId: string, method: string) => void
  readonly createTraceId?: () => string
}

const isMethod = (name: string): name is MethodName => Object.hasOwn(METHODS, name)

/** Errors of the catalogue are told by shape, not class: EngineError here, ApiError where calls are passed on. */
const readWireError = (error: unknown): WireError | null => {
  if (typeof error !== 'object' || error === null || !('code' in error) || !isErrorCode(error.code)) return null
  const details = 'details' in error && typeof error.details === 'object' && error.details !== null ? error.details : {}
  const traceId = 'traceId' in error && typeof error.traceId === 'string' ? { traceId: error.traceId } : {}
  return { code: error.code, details: details as WireError['details'], ...traceId }
}

const describeIssues = (method: string, error: z.ZodError): WireError => {
  const issue = error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? '' : `, ${issue.path.join('.')}`
  return { code: 'INVALID_ARGUMENT', details: { what: `${method}${where}: ${issue?.message ?? 'not what it takes'}.` } }
}

let traceCount = 0
const createDefaultTraceId = (): string => `t-${Math.random().toString(36).slice(2, 8)}-${(traceCount++).toString(36)}`

/** Answers the calls that arrive at a port with the services, and passes their pushes on, until the port closes. */
export const serve = (port: Port, api: Api, options: ServeOptions = {}): { close(): void } => {
  const createTraceId = options.createTraceId ?? createDefaultTraceId
  const post = (message: ReplyMessage): void => port.post(message)

  const fail = (call: CallMessage, error: unknown): void => {
    let wire = readWireError(error)
    if (wire === null) {
      const traceId = createTraceId()
      options.onInternalError?.(error, traceId, call.method)
      wire = { code: 'INTERNAL', details: { traceId }, traceId }
    }
    post({ type: 'error', id: call.id, error: { ...wire, details: { ...wire.details } } })
  }

  const answer = async (call: CallMessage): Promise<void> => {
    if (!isMethod(call.method)) {
      fail(call, { code: 'INVALID_ARGUMENT', details: { what: `There is no method "${call.method}".` } })
      return
    }
    const input = METHODS[call.method].input.safeParse(call.input)
    if (!input.success) {
      fail(call, describeIssues(call.method, input.error))
      return
    }
    try {
      const [namespace, name] = call.method.split('.') as [keyof Api, string]
      const methods = api[namespace] as unknown as Record<string, (input: unknown) => Promise<unknown>>
      const method = methods[name]
      if (method === undefined) throw new TypeError(`the services lack ${call.method}`)
      post({ type: 'result', id: call.id, output: await method(input.data) })
    } catch (error) {
      fail(call, error)
    }
  }

  const unsubscribe = options.pushes?.subscribe((event, payload) => post({ type: 'push', event, payload }))
  port.onMessage((message) => {
    const call = callMessageSchema.safeParse(message)
    // Not a call: another sender's message, or nonsense. There is nobody to answer.
    if (call.success) void answer(call.data as CallMessage)
  })
  port.onClose(() => unsubscribe?.())
  return {
    close: () => {
      unsubscribe?.()
      port.close()
    },
  }
}
