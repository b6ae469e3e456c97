import type { OpenedFile } from '#contract/desktop-bridge.ts'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'

/** The files that open the program; the package says the same to the system. */
export const OPENED_EXTENSIONS = ['.fiddlehead', '.fiddlehead-voice'] as const

const MOST_BYTES = 2_000_000_000

/** The files named on a command line that are ours to open, as full paths; switches and folders are not. */
export const findOpenedPaths = (args: readonly string[], folder = process.cwd()): string[] =>
  args.flatMap((arg) => {
    if (arg.startsWith('-') || !OPENED_EXTENSIONS.some((extension) => extname(arg).toLowerCase() === extension)) return []
    const path = resolve(folder, arg)
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() === true && found.size <= MOST_BYTES ? [path] : []
  })

/** Files wait here until there is a page to take them; each is handed over once. */
export const createOpenedFiles = () => {
  const waiting: string[] = []
  let give: ((file: OpenedFile) => void) | null = null
  const flush = (): void => {
    if (give === null) return
    for (const path of waiting.splice(0)) {
      // Taken away while it waited for the page: nothing to open.
      if (existsSync(path)) give({ fileName: basename(path), bytes: new Uint8Array(readFileSync(path)) })
    }
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
