import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SavedFile } from '#contract/project-methods.ts'
import { refuseUnwritable, writeFileAtomically } from '#main/foundation/write-file.ts'
import { readZip } from '#main/export/bundle/zip.ts'
import { EngineError } from '#main/foundation/engine-error.ts'

/** Exports by path, for the command line: what the page does with downloads. */

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw new EngineError('FILE_UNREADABLE', { path }, { cause: error })
  }
}

const makeFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true })
  } catch (cause) {
    throw new EngineError('FILE_UNWRITABLE', { path }, { cause })
  }
}

/** A name inside the archive never leads out of the folder. */
const isInside = (path: string): boolean => !path.startsWith('/') && !path.split(/[\\/]/).includes('..')

/**
 * Puts an export where the user asked: several files into a folder that is made, one file under the name, or into the folder that
 * was named. What is there by the same name is replaced, nothing else is touched.
 *
 * @returns  the paths written
 */
export const writeExport = async (saved: SavedFile, bytes: Uint8Array, outPath: string): Promise<string[]> => {
  if (!saved.isArchive) {
    const path = (await isFolder(outPath)) ? join(outPath, saved.fileName) : outPath
    await refuseUnwritable(path)
    await writeFileAtomically(path, bytes)
    return [path]
  }
  const paths: string[] = []
  for (const [name, contents] of readZip(bytes, saved.fileName, isInside)) {
    const path = join(outPath, name)
    await makeFolder(dirname(path))
    await writeFileAtomically(path, contents)
    paths.push(path)
  }
  return paths
}
