import { EngineError } from '#main/foundation/engine-error.ts'
import type Database from 'better-sqlite3'
import { existsSync, unlinkSync } from 'node:fs'

/** One step of the schema. Numbers go up in tens, and a step that was released is never edited. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export const readVersion = (database: Database.Database): number => Number(database.pragma('user_version', { simple: true }))

/** Where the copy of a database goes before it is changed. */
export const backupPathOf = (databasePath: string, version: number): string => `${databasePath}.before-${version}.bak`

/**
 * Brings a database to the newest version, each step in a transaction of its own. A database that exists is copied
 * first; one that a newer Fiddlehead wrote is left alone.
 */
export const migrate = (database: Database.Database, migrations: readonly Migration[], existingPath: string | null): void => {
  const known = migrations.at(-1)?.version ?? 0
  const found = readVersion(database)
  if (found > known) throw new EngineError('DATABASE_NEWER', { found, known })
  const due = migrations.filter(({ version }) => version > found)
  if (due.length === 0) return
  if (existingPath !== null && found > 0) {
    const backupPath = backupPathOf(existingPath, known)
    if (existsSync(backupPath)) unlinkSync(backupPath)
    database.prepare('VACUUM INTO ?').run(backupPath)
  }
  for (const { version, sql } of due) {
    database.transaction(() => {
      database.exec(sql)
      database.pragma(`user_version = ${version}`)
    })()
  }
}
