import type { OpenedFile } from '#contract/desktop-bridge.ts'
import { readFileSync, statSync } from 'node:fs'
import { basename, extname } from 'node:path'

/** The files that open the program; the package says the same to the system. */
export const OPENED_EXTENSIONS = ['.fiddlehead', '.fiddlehead-voice'] as const

const MOST_BYTES = 2_000_000_000

/** The files named on a command line that are ours to open; switches and folders are not. */
export const findOpenedPaths = (args: readonly string[]): string[] =>
  args.filter((arg) => {
    if (arg.startsWith('-') || !OPENED_EXTENSIONS.some((extension) => extname(arg).toLowerCase() === extension)) return false
    const found = statSync(arg, { throwIfNoEntry: false })
    return found?.isFile() === true && found.size <= MOST_BYTES
  })

/** Files wait here until there is a page to take them; each is handed over once. */
export const createOpenedFiles = () => {
  const waiting: string[] = []
  let give: ((file: OpenedFile) => void) | null = null
  const flush = (): void => {
    if (give === null) return
    for (const path of waiting.splice(0)) give({ fileName: basename(path), bytes: new Uint8Array(readFileSync(path)) })
  }
  return {
    add(paths: readonly string[]): void {
      waiting.push(...paths)
      flush()
    },
    /** The page that takes files from now on, or null where it went away. */
    setPage(taker: ((file: OpenedFile) => void) | null): void {
      give = taker
      flush()
    },
  }
}
