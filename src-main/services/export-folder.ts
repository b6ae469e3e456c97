import { EngineError } from '#main/foundation/engine-error.ts'
import { stripFileName } from '#main/foundation/file-name.ts'
import { refuseUnwritable, writeFileAtomically } from '#main/foundation/write-file.ts'
import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

const LONGEST_NAME = 160

/**
 * Puts an export into the folder that the person has chosen for them. What is there stays: a second file of a name gets a number.
 *
 * @returns  the path written
 */
export const writeToExportFolder = async (folder: string, fileName: string, bytes: Uint8Array): Promise<string> => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new EngineError('EXPORT_FOLDER_GONE', { path: folder })
  const name = stripFileName(fileName).slice(0, LONGEST_NAME) || 'Fiddlehead'
  const extension = extname(name)
  const stem = name.slice(0, name.length - extension.length)
  let path = join(folder, name)
  for (let number = 2; existsSync(path); number++) path = join(folder, `${stem} (${number})${extension}`)
  await refuseUnwritable(path)
  await writeFileAtomically(path, bytes)
  return path
}
