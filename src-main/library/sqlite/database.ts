import { EngineError } from '#main/foundation/engine-error.ts'
import Database from 'better-sqlite3'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { MIGRATIONS } from '../migrations/all.ts'
import { migrate, type Migration } from '../migrations/migrate.ts'
import { translateStorageError } from './storage-error.ts'

export type Sqlite = Database.Database

/** better-sqlite3 13 needs Node-API 10 and kills an older Node without a word, so ask before loading it. */
const requireNodeApi = (path: string): void => {
  if (Number(process.versions.napi) < 10) {
    throw new EngineError('DATABASE_UNUSABLE', { path, reason: `Node ${process.versions.node} is too old, 22.14 or newer is needed` })
  }
}

/** Opens (or makes) the database, durable against a kill at any moment, and brings its tables up to date. */
export const openDatabase = (path: string, migrations: readonly Migration[] = MIGRATIONS): Sqlite => {
  requireNodeApi(path)
  let database: Sqlite | null = null
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    const isNew = path === ':memory:' || !existsSync(path)
    database = new Database(path, { timeout: 5000 })
    if (path !== ':memory:') database.pragma('journal_mode = WAL')
    // FULL: a commit is on the disk before it returns, so that not even a power cut takes it back.
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    migrate(database, migrations, isNew ? null : path)
    return database
  } catch (error) {
    database?.close()
    throw translateStorageError(error, path)
  }
}
