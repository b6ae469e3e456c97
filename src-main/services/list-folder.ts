import type { MethodOutput } from '#contract/api.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, parse, resolve } from 'node:path'

const MOST_ENTRIES = 2000
const PLACES = ['Music', 'Musik', 'Documents', 'Dokumente', 'Downloads', 'Desktop', 'Schreibtisch']

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )

const findFolder = async (path: string): Promise<string> =>
  (await isFolder(path)) || dirname(path) === path ? path : findFolder(dirname(path))

const kindOf = async (entry: Dirent): Promise<'folder' | 'file' | null> => {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  // Drives and collections are often links.
  return entry.isSymbolicLink() && (await isFolder(join(entry.parentPath, entry.name))) ? 'folder' : null
}

const byName = (a: { name: string }, b: { name: string }): number =>
  a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: 'base' })

/** What lies in a folder, for choosing in it. Throws FILE_UNREADABLE where the system does not let us look. */
export const listFolder = async (wanted: string, home = homedir()): Promise<MethodOutput<'system.folder'>> => {
  const text = wanted.trim()
  const path = await findFolder(text === '' ? home : resolve(text === '~' || text.startsWith('~/') ? join(home, text.slice(1)) : text))
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw new EngineError('FILE_UNREADABLE', { path }, { cause })
  })
  const shown = entries.filter(({ name }) => !name.startsWith('.')).sort(byName)
  const listing: Record<'folder' | 'file', { name: string; path: string }[]> = { folder: [], file: [] }
  for (const entry of shown) {
    const kind = await kindOf(entry)
    if (kind !== null && listing[kind].length < MOST_ENTRIES) listing[kind].push({ name: entry.name, path: join(path, entry.name) })
  }
  const { root } = parse(path)
  const places = [
    { name: parse(home).base, path: home },
    ...PLACES.map((name) => ({ name, path: join(home, name) })),
    { name: root, path: root },
  ]
  const isThere = await Promise.all(places.map((place) => isFolder(place.path)))
  return {
    path,
    parent: path === root ? null : dirname(path),
    folders: listing.folder,
    files: listing.file,
    isCut: Math.max(listing.folder.length, listing.file.length) >= MOST_ENTRIES,
    places: places.filter((_, i) => isThere[i]),
  }
}
