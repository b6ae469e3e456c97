import type { Clock } from './clock.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface LogLine extends LogFields {
  readonly time: string
  readonly level: LogLevel
  readonly message: string
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Errors keep their code, stack and causes; other values are left to JSON. */
const describeValue = (value: unknown): unknown =>
  value instanceof Error
    ? {
        name: value.name,
        message: value.message,
        stack: value.stack,
        ...('code' in value ? { code: value.code } : {}),
        ...(value.cause === undefined ? {} : { cause: describeValue(value.cause) }),
      }
    : value

/** A logger over a sink of finished lines; lines below `level` are dropped. */
export const createLogger = (sink: (line: LogLine) => void, clock: Clock, level: LogLevel = 'info'): Logger => {
  const least = ORDER.indexOf(level)
  const write =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (ORDER.indexOf(own) < least) return
      const described = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, describeValue(value)]))
      sink({ ...described, time: new Date(clock.now()).toISOString(), level: own, message })
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** For callers that want no log. */
export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
