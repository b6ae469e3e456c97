import { EngineError } from '#main/foundation/engine-error.ts'

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What SQLite or the file system said, as an error with a remedy. Bugs and errors that have a code of ours pass through. */
export const translateStorageError = (error: unknown, path: string): unknown => {
  if (error instanceof EngineError) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code.startsWith('SQLITE_FULL'))
    return new EngineError('DISK_FULL', { path }, { cause: error })
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code.startsWith('SQLITE_READONLY')) {
    return new EngineError('LIBRARY_READ_ONLY', { path }, { cause: error })
  }
  if (code === 'SQLITE_CONSTRAINT' || code.startsWith('SQLITE_CONSTRAINT_') || code === 'SQLITE_ERROR') return error
  if (code.startsWith('SQLITE_')) return new EngineError('DATABASE_UNUSABLE', { path, reason: reasonOf(error) }, { cause: error })
  if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR' || code === 'ENOENT' || code === 'EIO') {
    return new EngineError('DATABASE_UNUSABLE', { path, reason: reasonOf(error) }, { cause: error })
  }
  return error
}

/** Runs a storage step and translates what it throws. */
export const withStorageErrors = <T>(path: string, step: () => T): T => {
  try {
    return step()
  } catch (error) {
    throw translateStorageError(error, path)
  }
}
