import { describeError, ERROR_CATALOGUE, type ErrorCode, type ErrorDetails, type WireError } from './errors.ts'

/** A failure as the client sees it: rebuilt from the wire, where classes do not survive. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly traceId: string | undefined

  constructor(wire: WireError, options: { cause?: unknown } = {}) {
    const details = wire.traceId === undefined ? wire.details : { traceId: wire.traceId, ...wire.details }
    super(describeError(wire.code, details).message, options)
    this.name = 'ApiError'
    this.code = wire.code
    this.details = details
    this.traceId = wire.traceId
  }

  get remedy(): string {
    return describeError(this.code, this.details).remedy
  }

  get isRetryable(): boolean {
    return ERROR_CATALOGUE[this.code].retryable
  }
}

/** True for a code of the catalogue. */
export const isErrorCode = (value: unknown): value is ErrorCode => typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value)
