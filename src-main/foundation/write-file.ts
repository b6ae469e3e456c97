import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { access, constants, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EngineError } from './engine-error.ts'

const explain = (path: string, cause: unknown): EngineError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new EngineError(['ENOSPC', 'EDQUOT'].includes(code) ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path }, { cause })
}

/**
 * Refuses a path where no file can be written, so that long work is not done for nothing. Writes nothing.
 *
 * @throws  EngineError FILE_IS_FOLDER, FILE_UNWRITABLE
 */
export const refuseUnwritable = async (path: string): Promise<void> => {
  const there = await stat(path).catch(() => undefined)
  if (there?.isDirectory() === true) throw new EngineError('FILE_IS_FOLDER', { path })
  try {
    await access(dirname(path), constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw explain(path, cause)
  }
}

let written = 0

/** In the folder of the file itself: a rename is atomic only within one file system. */
const nameTemporary = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}-${++written}.part`)

/**
 * Writes a file so that its path holds either the old contents or all of the new ones, whatever is interrupted.
 *
 * @throws  EngineError DISK_FULL, FILE_UNWRITABLE; nothing is left behind then
 */
export const writeFileAtomically = async (path: string, contents: Uint8Array | string): Promise<void> => {
  const temporary = nameTemporary(path)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(contents)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw explain(path, cause)
  }
}

/** The same, done when it returns: for loops that must not go on before their checkpoint is on disk. */
export const writeFileAtomicallySync = (path: string, contents: Uint8Array | string): void => {
  const temporary = nameTemporary(path)
  try {
    const file = openSync(temporary, 'wx')
    try {
      writeFileSync(file, contents)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw explain(path, cause)
  }
}
