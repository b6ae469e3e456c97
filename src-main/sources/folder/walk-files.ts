import type { Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { SourceProblem } from '../source.ts'

/** Deeper folders are a loop of links or no data set. */
const MAXIMUM_DEPTH = 12

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT') return 'it does not exist'
  if (code === 'ENOTDIR') return 'it is a file'
  return code === 'EACCES' || code === 'EPERM' ? 'access is denied' : `the system says ${code || 'no'}`
}

/** Names in a folder by kind, sorted; links count as what they lead to. Throws SOURCE_FOLDER_UNREADABLE. */
export const listFolder = async (path: string): Promise<{ files: string[]; folders: string[] }> => {
  let entries: Dirent[]
  try {
    entries = await readdir(path, { withFileTypes: true })
  } catch (cause) {
    throw new EngineError('SOURCE_FOLDER_UNREADABLE', { path, reason: reasonOf(cause) }, { cause })
  }
  const files: string[] = []
  const folders: string[] = []
  for (const entry of entries) {
    const facts = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => undefined) : entry
    if (facts?.isFile() === true) files.push(entry.name)
    else if (facts?.isDirectory() === true) folders.push(entry.name)
  }
  return { files: files.sort(), folders: folders.sort() }
}

/** The names of a folder, or none where it cannot be opened. */
export const peekFolder = async (path: string): Promise<{ files: string[]; folders: string[] }> =>
  listFolder(path).catch(() => ({ files: [], folders: [] }))

/**
 * Every file below a folder whose name fits, folder by folder in order of name; holds one listing per level at a time.
 * A folder below that cannot be opened is reported and left out; the top one throws SOURCE_FOLDER_UNREADABLE.
 */
export async function* walkFiles(
  dir: string,
  fits: (name: string) => boolean,
  onProblem: (problem: SourceProblem) => void = () => undefined,
  depth = 0,
): AsyncGenerator<string, void, undefined> {
  const { files, folders } = await listFolder(dir)
  for (const name of files) if (fits(name)) yield join(dir, name)
  for (const name of folders) {
    if (name.startsWith('.')) continue
    const path = join(dir, name)
    if (depth >= MAXIMUM_DEPTH) {
      onProblem({ path, reason: `it lies more than ${MAXIMUM_DEPTH} folders deep and was left out` })
      continue
    }
    try {
      yield* walkFiles(path, fits, onProblem, depth + 1)
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'SOURCE_FOLDER_UNREADABLE' || error.details.path !== path) throw error
      onProblem({ path, reason: `the folder could not be opened: ${error.details.reason}` })
    }
  }
}

/** The first file below a folder whose name fits, looking at no more than `limit` files and folders. */
export const findFile = async (dir: string, fits: (name: string) => boolean, limit = 2000): Promise<string | undefined> => {
  const queue = [dir]
  let seen = 0
  for (let path = queue.shift(); path !== undefined && seen < limit; path = queue.shift()) {
    const { files, folders } = await peekFolder(path)
    const found = files.find(fits)
    if (found !== undefined) return join(path, found)
    seen += files.length + folders.length + 1
    queue.push(...folders.filter((name) => !name.startsWith('.')).map((name) => join(path ?? dir, name)))
  }
  return undefined
}

/** The first bytes of a file as text; '' where it cannot be read. */
export const readHead = async (path: string, bytes = 2048): Promise<string> => {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return ''
    throw cause
  } finally {
    await file.close()
  }
}
