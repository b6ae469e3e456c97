import { isCancelled } from '#main/foundation/cancellation.ts'
import { ApiError } from '#contract/api-error.ts'
import { EngineError } from '#main/foundation/engine-error.ts'

/** Success, failure, wrong use; stopped, by the number that shells give to Ctrl+C. */
export const EXIT = { ok: 0, failure: 1, usage: 2, stopped: 130 } as const

export interface CommonOptions {
  readonly json?: boolean
}

/** The command's result: one JSON value with --json, lines for people without. */
export const printResult = (options: CommonOptions, value: unknown, lines: readonly string[]): void => {
  process.stdout.write(options.json === true ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''))
}

export const warn = (text: string): void => void process.stderr.write(`${text}\n`)

/** One line that is written over, on a terminal only. */
export const createProgress = (): { show(fraction: number, message: string): void; end(): void } => {
  const { stderr } = process
  let isShown = false
  return {
    show: (fraction, message) => {
      if (!stderr.isTTY) return
      isShown = true
      stderr.write(`\r\u001b[K${message} ${Math.round(100 * fraction)} %`)
    },
    end: () => {
      if (isShown) stderr.write('\r\u001b[K')
      isShown = false
    },
  }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

const describeFailure = (error: unknown): Failure => {
  if (error instanceof EngineError || error instanceof ApiError) {
    return { code: error.code, message: error.message, remedy: error.remedy }
  }
  const what = error instanceof Error ? error.message : String(error)
  return {
    code: 'INTERNAL',
    message: `Something went wrong inside Fiddlehead: ${what}.`,
    remedy: 'Run it again with FIDDLEHEAD_DEBUG=1 for the details.',
  }
}

/** Says what went wrong in two sentences and answers the exit code. */
export const reportFailure = (error: unknown, isJson: boolean): number => {
  if (isCancelled(error)) {
    warn('Stopped.')
    return EXIT.stopped
  }
  const failure = describeFailure(error)
  warn(`${failure.message} ${failure.remedy}`)
  if (isJson) process.stdout.write(`${JSON.stringify({ error: failure })}\n`)
  if (process.env['FIDDLEHEAD_DEBUG'] === '1') warn(error instanceof Error ? (error.stack ?? '') : String(error))
  return failure.code === 'INVALID_ARGUMENT' ? EXIT.usage : EXIT.failure
}
