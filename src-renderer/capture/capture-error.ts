import type { ErrorCode } from '#contract/errors.ts'

/** Why the microphone cannot be used, in the words of the error catalogue. */
export class CaptureError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, cause: unknown) {
    super(code, { cause })
    this.code = code
  }
}

const CODES: Record<string, ErrorCode> = {
  NotFoundError: 'MICROPHONE_MISSING',
  OverconstrainedError: 'MICROPHONE_MISSING',
  NotAllowedError: 'MICROPHONE_DENIED',
  SecurityError: 'MICROPHONE_DENIED',
  NotReadableError: 'MICROPHONE_BUSY',
  AbortError: 'MICROPHONE_BUSY',
}

/** What the browser said about the microphone -> our error. A browser without microphones at all counts as none found. */
export const toCaptureError = (cause: unknown): CaptureError => {
  const name = cause instanceof Error ? cause.name : ''
  return new CaptureError(CODES[name] ?? (cause instanceof TypeError ? 'MICROPHONE_MISSING' : 'MICROPHONE_BUSY'), cause)
}
