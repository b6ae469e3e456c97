import { EngineError } from '#main/foundation/engine-error.ts'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'

/** A file to read, and the recording session that its folder stands for. */
export interface ListedFile {
  readonly path: string
  readonly sessionName: string
  readonly byteLength: number
}

const READABLE = /\.(?:wav|wave|bwf|rf64|aiff?|aifc|flac|mp3|og[ga]|opus|m4a|m4b|aac|midi?|rmi|musicxml|mxl|abc)$/i

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const describeFailure = (path: string, cause: unknown): EngineError => {
  const isMissing = cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
  return new EngineError(isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
}

/** A folder below a root as a name: "Bach/Tuesday", or the root's own name for what lies in it directly. */
const nameFolder = (root: string, folder: string): string => {
  const inside = relative(root, folder).split(/[\\/]/).filter(Boolean)
  return [basename(root) || 'Recordings', ...inside].join('/')
}

/** Depth first, names in order; hidden files, links to folders and the library itself are passed over. */
async function* walk(folder: string, without: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw describeFailure(folder, cause)
  })
  for (const entry of entries.sort((a, b) => order(a.name, b.name))) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.') || entry.name === '__MACOSX' || path === without) continue
    if (entry.isDirectory()) yield* walk(path, without)
    else if (READABLE.test(entry.name)) yield path
  }
}

/**
 * Every file that an import is about, in the same order each time. A file that is named itself is read whatever it is called.
 * Throws FILE_NOT_FOUND, FILE_UNREADABLE, IMPORT_NOTHING_FOUND.
 */
export const listImportFiles = async (
  paths: readonly string[],
  sessionName: string | undefined,
  dataDir: string,
): Promise<ListedFile[]> => {
  const files = new Map<string, ListedFile>()
  const add = async (path: string, ownName: string): Promise<void> => {
    // A link that leads nowhere is listed, so that its reason is told.
    const facts = await stat(path).catch(() => null)
    if (facts === null || facts.isFile()) files.set(path, { path, sessionName: sessionName ?? ownName, byteLength: facts?.size ?? 0 })
  }
  for (const given of paths) {
    const path = resolve(given)
    const facts = await stat(path).catch((cause: unknown) => {
      throw describeFailure(path, cause)
    })
    if (!facts.isDirectory()) await add(path, basename(dirname(path)) || 'Recordings')
    else for await (const found of walk(path, resolve(dataDir))) await add(found, nameFolder(path, dirname(found)))
  }
  if (files.size === 0) throw new EngineError('IMPORT_NOTHING_FOUND', { path: paths.join('", "') })
  return [...files.values()]
}
