import { EngineError } from '#main/foundation/engine-error.ts'
import Database from 'better-sqlite3'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../sqlite/database.ts'
import { MIGRATIONS } from './all.ts'
import { backupPathOf, migrate, readVersion } from './migrate.ts'

/** What each version can hold, written by that very version: later steps must carry it along. */
const ROWS: Record<number, { write: string; read: string; expected: unknown }> = {
  10: {
    write: `INSERT INTO assets VALUES ('aa', 'wav', 3, 't'); INSERT INTO hums VALUES ('hum-1', 'tune', 't', 'file', 'aa', '{}', '[]')`,
    read: 'SELECT name, asset_id FROM hums',
    expected: [{ name: 'tune', asset_id: 'aa' }],
  },
  20: {
    write: `INSERT INTO takes VALUES ('take-1', 'hum-1', 't', 'tender', '{}', '[]', 7, 'violin', 'hash', 'aa', 1.5, -1, '{}', 1, '[]')`,
    read: 'SELECT seed, is_favourite FROM takes',
    expected: [{ seed: 7, is_favourite: 1 }],
  },
  30: { write: `INSERT INTO settings VALUES ('bpm', '120')`, read: 'SELECT * FROM settings', expected: [{ key: 'bpm', value: '120' }] },
  40: {
    write: `INSERT INTO jobs (id, kind, spec, status, created_at) VALUES ('job-1', 'render', '{}', 'queued', 't')`,
    read: 'SELECT status, results, attempts FROM jobs',
    expected: [{ status: 'queued', results: '[]', attempts: 0 }],
  },
  50: { write: `INSERT INTO drafts VALUES ('hum-1', '{}')`, read: 'SELECT hum_id FROM drafts', expected: [{ hum_id: 'hum-1' }] },
}

describe('migrations', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-migrate-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are numbered in tens, in order', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => 10 * (i + 1)))
  })

  it.each(MIGRATIONS.map(({ version, name }, i) => ({ version, name, i })))(
    'step $version ($name) keeps what the version before it wrote',
    ({ i }) => {
      const path = join(folder, 'library.sqlite')
      const before = MIGRATIONS.slice(0, i)
      const old = openDatabase(path, before)
      for (const { version } of before) old.exec(ROWS[version]?.write ?? '')
      old.close()

      const now = openDatabase(path, MIGRATIONS.slice(0, i + 1))
      const own = MIGRATIONS[i]
      now.exec(ROWS[own?.version ?? 0]?.write ?? '')
      for (const { version } of MIGRATIONS.slice(0, i + 1)) {
        const { read = '', expected } = ROWS[version] ?? {}
        expect(now.prepare(read).all()).toEqual(expected)
      }
      expect(readVersion(now)).toBe(own?.version)
      expect(now.pragma('foreign_key_check')).toEqual([])
      now.close()
      expect(existsSync(backupPathOf(path, own?.version ?? 0))).toBe(i > 0)
    },
  )

  it('leave a copy that the old version can still read', () => {
    const path = join(folder, 'library.sqlite')
    const old = openDatabase(path, MIGRATIONS.slice(0, 1))
    old.exec(ROWS[10]?.write ?? '')
    old.close()
    openDatabase(path).close()
    const copy = new Database(backupPathOf(path, MIGRATIONS.at(-1)?.version ?? 0), { readonly: true })
    expect(readVersion(copy)).toBe(10)
    expect(copy.prepare(ROWS[10]?.read ?? '').all()).toEqual(ROWS[10]?.expected)
    copy.close()
  })

  it('take a failing step back whole', () => {
    const database = new Database(':memory:')
    const broken = [...MIGRATIONS.slice(0, 1), { version: 20, name: 'broken', sql: 'CREATE TABLE half (id TEXT) STRICT; CREATE NONSENSE' }]
    expect(() => migrate(database, broken, null)).toThrow()
    expect(readVersion(database)).toBe(10)
    expect(database.prepare(`SELECT name FROM sqlite_master WHERE name = 'half'`).all()).toEqual([])
  })

  it('refuse a library that a newer version wrote, and leave it alone', () => {
    const path = join(folder, 'library.sqlite')
    const newer = openDatabase(path)
    newer.pragma('user_version = 9990')
    newer.close()
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'DATABASE_NEWER', details: { found: 9990, known: 50 } }))
    const after = new Database(path, { readonly: true })
    expect(readVersion(after)).toBe(9990)
    after.close()
  })

  it('say what is wrong with a file that is no database', async () => {
    const path = join(folder, 'library.sqlite')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(path, 'this is a letter to my aunt, not a database, and it is long enough to be one '.repeat(20))
    expect(() => openDatabase(path)).toThrow(EngineError)
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'DATABASE_UNUSABLE' }))
  })
})
