import { ApiError } from '#contract/api-error.ts'
import { describeError, ERROR_CATALOGUE, type ErrorCode } from '#contract/errors.ts'

/** The two sentences and the code of whatever was thrown. */
export interface FailureText {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code)

export const describeFailure = (thrown: unknown): FailureText => {
  if (thrown instanceof ApiError) return { code: thrown.code, ...describeError(thrown.code, thrown.details) }
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown && isCode(thrown.code) ? thrown.code : 'INTERNAL'
  return { code, ...describeError(code, code === 'INTERNAL' ? { traceId: thrown instanceof Error ? thrown.message : String(thrown) } : {}) }
}
