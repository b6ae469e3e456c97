import { ApiError } from '#contract/api-error.ts'
import { describeError, ERROR_CATALOGUE, type ErrorCode, type ErrorDetails } from '#contract/errors.ts'
import { sayPhrase } from '#renderer/language/engine-phrases.ts'
import { GERMAN_ERRORS } from '#renderer/language/german-errors.ts'
import { language } from '#renderer/language/locale.svelte.ts'

/** The two sentences and the code of whatever was thrown. */
export interface FailureText {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code)

/** An error of the catalogue in the language of the page. */
export const describeCode = (code: ErrorCode, details: ErrorDetails = {}): FailureText => {
  const german = language() === 'de' ? GERMAN_ERRORS[code] : undefined
  if (german === undefined) return { code, ...describeError(code, details) }
  const [message, remedy] = german
  const inGerman = Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? sayPhrase(value) : value]),
  )
  return { code, ...describeError(code, inGerman, { message, remedy }) }
}

export const describeFailure = (thrown: unknown): FailureText => {
  if (thrown instanceof ApiError) return describeCode(thrown.code, thrown.details)
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown && isCode(thrown.code) ? thrown.code : 'INTERNAL'
  return describeCode(code, code === 'INTERNAL' ? { traceId: thrown instanceof Error ? thrown.message : String(thrown) } : {})
}
