import { EngineError } from '#main/foundation/engine-error.ts'
import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { translateStorageError } from './storage-error.ts'

/**
 * Holds the data folder for one engine. The lock is SQLite's own file lock, which the system drops when the process
 * dies in whatever way, so that no stale lock is ever left behind.
 */
export const lockLibrary = (dataDir: string, hint = ''): { release(): void } => {
  const path = join(dataDir, 'library.lock')
  let database: Database.Database | null = null
  try {
    mkdirSync(dataDir, { recursive: true })
    database = new Database(path, { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    const code = error instanceof Database.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) throw new EngineError('LIBRARY_IN_USE', { path: dataDir, hint }, { cause: error })
    throw translateStorageError(error, dataDir)
  }
  const held = database
  return { release: () => void held.close() }
}
