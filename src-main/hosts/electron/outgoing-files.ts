import { outgoingFileSchema, type OutgoingFile } from '#contract/desktop-bridge.ts'
import { stripFileName } from '#main/foundation/file-name.ts'
import { randomUUID } from 'node:crypto'
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { findAssetFile } from '../site-files.ts'

/**
 * Sounds and projects on their way out of the window. The page names an asset and what it is to be called, never a path; here it
 * becomes a file of that name that other programs may link to, so it stays while the program runs.
 */

const LONGEST_NAME = 120
const KEPT_DAYS = 14
const DAY_MS = 86_400_000

/** A name for every system: no separators, no reserved characters, no leading dot; the asset's own extension. */
export const cleanFileName = (name: string, extension: string): string => {
  const plain = stripFileName(name)
  const stem = extname(plain) === extension ? plain.slice(0, plain.length - extension.length) : plain
  return `${stem.slice(0, LONGEST_NAME) || 'Fiddlehead'}${extension}`
}

/** Puts an asset under its name into a folder of its own; null where there is no such asset. Asked again, the same path. */
export const prepareOutgoingFile = (
  folders: { dataDir: string; outgoingDir: string },
  { assetId, fileName }: OutgoingFile,
): string | null => {
  const from = findAssetFile(folders.dataDir, assetId)
  if (from === null || !existsSync(from)) return null
  const folder = join(folders.outgoingDir, assetId.slice(0, 16))
  const path = join(folder, cleanFileName(fileName, extname(from)))
  if (existsSync(path) && statSync(path).size === statSync(from).size) return path
  mkdirSync(folder, { recursive: true })
  rmSync(path, { force: true })
  // A copy, cloned where the disk can: a program that writes into its file never reaches the library.
  copyFileSync(from, path, constants.COPYFILE_FICLONE)
  return path
}

/** Takes away what went out long ago; whoever links to a file has had two weeks. */
export const sweepOutgoingFiles = (outgoingDir: string, nowMs: number): void => {
  if (!existsSync(outgoingDir)) return
  for (const name of readdirSync(outgoingDir)) {
    const path = join(outgoingDir, name)
    if (nowMs - statSync(path).mtimeMs > KEPT_DAYS * DAY_MS) rmSync(path, { recursive: true, force: true })
  }
}

/** What of Electron is used, so that the rest is tested without it. */
export interface FileShell {
  startDrag(paths: readonly string[]): void
  copyText(text: string): void
  reveal(path: string): void
  /** The path that the person chose, or null. */
  choosePath(suggestion: string): Promise<string | null>
}

/** What the window's messages about files do. Anything that is not such a message does nothing. */
export const createFileActions = (folders: { dataDir: string; outgoingDir: string }, shell: FileShell) => ({
  drag(message: unknown): void {
    const files = outgoingFileSchema.array().min(1).max(200).safeParse(message)
    if (!files.success) return
    const paths = files.data.flatMap((file) => prepareOutgoingFile(folders, file) ?? [])
    if (paths.length > 0) shell.startDrag(paths)
  },
  /** Answers the path that was copied, shown or written; null where nothing was. */
  async act(action: unknown, message: unknown): Promise<string | null> {
    const file = outgoingFileSchema.safeParse(message)
    const path = file.success ? prepareOutgoingFile(folders, file.data) : null
    if (path === null) return null
    if (action === 'copyPath') shell.copyText(path)
    else if (action === 'reveal') shell.reveal(path)
    else if (action === 'saveAs') return saveAs(path, shell)
    else return null
    return path
  },
})

/** Written beside its place first, so that a full disk leaves what was there. */
const saveAs = async (path: string, shell: FileShell): Promise<string | null> => {
  const chosen = await shell.choosePath(path)
  if (chosen === null) return null
  const partial = `${chosen}.${randomUUID().slice(0, 8)}.part`
  try {
    copyFileSync(path, partial)
    renameSync(partial, chosen)
  } finally {
    rmSync(partial, { force: true })
  }
  return chosen
}
