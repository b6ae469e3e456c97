import { EngineError } from '#main/foundation/engine-error.ts'
import { refuseUnwritable, writeFileAtomically } from '#main/foundation/write-file.ts'
import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A name that every system takes: nothing that leads out of the folder, no leading dot. */
const cleanName = (fileName: string): string =>
  fileName
    .normalize('NFC')
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 160) || 'Fiddlehead'

/**
 * Puts an export into the folder that the person has chosen for them. What is there stays: a second file of a name gets a number.
 *
 * @returns  the path written
 */
export const writeToExportFolder = async (folder: string, fileName: string, bytes: Uint8Array): Promise<string> => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new EngineError('EXPORT_FOLDER_GONE', { path: folder })
  const name = cleanName(fileName)
  const extension = extname(name)
  const stem = name.slice(0, name.length - extension.length)
  let path = join(folder, name)
  for (let number = 2; existsSync(path); number++) path = join(folder, `${stem} (${number})${extension}`)
  await refuseUnwritable(path)
  await writeFileAtomically(path, bytes)
  return path
}
