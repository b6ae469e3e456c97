import type { LogLine } from '#main/foundation/logger.ts'
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const LARGEST_BYTES = 5_000_000

/** A sink that appends JSON lines to `fiddlehead.log`; one older file is kept. A full disk costs lines, never the engine. */
export const createLogFile = (folder: string): ((line: LogLine) => void) => {
  const path = join(folder, 'fiddlehead.log')
  return (line) => {
    try {
      mkdirSync(folder, { recursive: true })
      if (existsSync(path) && statSync(path).size > LARGEST_BYTES) renameSync(path, `${path}.old`)
      appendFileSync(path, `${JSON.stringify(line)}\n`)
    } catch (error) {
      process.stderr.write(`${JSON.stringify(line)} (not logged: ${String(error)})\n`)
    }
  }
}
