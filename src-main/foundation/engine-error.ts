import { describeError, type ErrorCode, type ErrorDetails, type WireError } from '#contract/errors.ts'

/** A state the user caused or can mend. Bugs use `invariant`; anything else that is thrown is INTERNAL. */
export class EngineError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(describeError(code, details).message, options)
    this.name = 'EngineError'
    this.code = code
    this.details = details
  }

  get remedy(): string {
    return describeError(this.code, this.details).remedy
  }

  toWire(): WireError {
    return { code: this.code, details: this.details }
  }
}

/** Stops on a broken promise between our own lines: a bug, never the user's doing. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new TypeError(`invariant: ${message}`)
}
