import { EngineError } from '#main/foundation/engine-error.ts'
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLibrary } from '../open-library.ts'
import { openDatabase } from './database.ts'
import { lockLibrary } from './library-lock.ts'
import { translateStorageError, withStorageErrors } from './storage-error.ts'

const inFolder = (use: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-storage-'))
  try {
    use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const codeFrom = (step: () => unknown): string => {
  try {
    step()
  } catch (error) {
    return error instanceof EngineError ? error.code : `untranslated: ${String(error)}`
  }
  return 'nothing thrown'
}

describe('storage errors', () => {
  it('name a full disk, keeping what was committed', () => {
    inFolder((folder) => {
      const path = join(folder, 'library.sqlite')
      const library = openLibrary(path, folder)
      library.settings.set({ bpm: 111 })
      const database = openDatabase(path)
      // SQLite's own way to run out of room.
      database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`)
      const write = (): unknown =>
        withStorageErrors(path, () => database.prepare('INSERT INTO settings VALUES (?, ?)').run('big', 'x'.repeat(500_000)))
      expect(codeFrom(write)).toBe('DISK_FULL')
      database.close()
      expect(library.settings.get().bpm).toBe(111)
      library.close()
    })
  })

  it('name a database that may not be written to', () => {
    inFolder((folder) => {
      const path = join(folder, 'library.sqlite')
      openDatabase(path).close()
      const database = new Database(path, { readonly: true })
      expect(codeFrom(() => withStorageErrors(path, () => database.exec(`INSERT INTO settings VALUES ('a', '1')`)))).toBe(
        'LIBRARY_READ_ONLY',
      )
      database.close()
    })
  })

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EACCES', 'LIBRARY_READ_ONLY'],
    ['EROFS', 'LIBRARY_READ_ONLY'],
    ['EIO', 'DATABASE_UNUSABLE'],
  ])('translate %s to %s', (system, code) => {
    const error = Object.assign(new Error('from the system'), { code: system })
    expect(translateStorageError(error, '/x')).toMatchObject({ code, cause: error })
  })

  it('leave bugs as they are', () => {
    const bug = new TypeError('x is undefined')
    expect(translateStorageError(bug, '/x')).toBe(bug)
    expect(codeFrom(() => withStorageErrors('/x', () => openDatabase(':memory:').exec('SELECT nonsense')))).toContain('untranslated')
  })

  it('say that a path below a file cannot hold a library', () => {
    inFolder((folder) => {
      const path = join(folder, 'library.sqlite')
      openDatabase(path).close()
      expect(codeFrom(() => openDatabase(join(path, 'deeper', 'library.sqlite')))).toBe('DATABASE_UNUSABLE')
    })
  })
})

describe('the lock of a library', () => {
  it('lets one in, tells the second, and opens again on release', () => {
    inFolder((folder) => {
      const first = lockLibrary(folder)
      expect(codeFrom(() => lockLibrary(folder))).toBe('LIBRARY_IN_USE')
      first.release()
      lockLibrary(folder).release()
    })
  })
})
