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
    write: `INSERT INTO takes (id, hum_id, created_at, prompt, lanes, notes, seed, voice, model_hash, asset_id, duration_seconds, true_peak_db, score, is_favourite, peaks) VALUES ('take-1', 'hum-1', 't', 'tender', '{}', '[]', 7, 'violin', 'hash', 'aa', 1.5, -1, '{}', 1, '[]')`,
    read: `SELECT seed, is_favourite FROM takes WHERE id = 'take-1'`,
    expected: [{ seed: 7, is_favourite: 1 }],
  },
  30: { write: `INSERT INTO settings VALUES ('bpm', '120')`, read: 'SELECT * FROM settings', expected: [{ key: 'bpm', value: '120' }] },
  40: {
    write: `INSERT INTO jobs (id, kind, spec, status, created_at) VALUES ('job-1', 'render', '{}', 'queued', 't')`,
    read: `SELECT status, results, attempts FROM jobs WHERE id = 'job-1'`,
    expected: [{ status: 'queued', results: '[]', attempts: 0 }],
  },
  170: {
    write: `UPDATE takes SET note = 'the warm one' WHERE id = 'take-1'`,
    read: `SELECT note FROM takes WHERE id = 'take-1'`,
    expected: [{ note: 'the warm one' }],
  },
  50: { write: `INSERT INTO drafts VALUES ('hum-1', '{}')`, read: 'SELECT hum_id FROM drafts', expected: [{ hum_id: 'hum-1' }] },
  60: {
    write: `
      INSERT INTO sessions (id, name, created_at) VALUES ('session-1', 'Tuesday', 't'); INSERT INTO rights (id, licence) VALUES ('rights-1', 'own');
      INSERT INTO assets VALUES ('bb', 'flac', 9, 't');
      INSERT INTO recordings (id, kind, asset_id, name, file_name, format, session_id, rights_id, imported_at, duration_seconds, sample_rate, channel_count, byte_length)
        VALUES ('recording-1', 'audio', 'bb', 'Air', 'air.flac', 'flac', 'session-1', 'rights-1', 't', 12.5, 44100, 1, 9);
      INSERT INTO slices (id, recording_seq, position, start_seconds, end_seconds, duration_seconds, caption, kept_by_hand, is_sound)
        VALUES ('recording-1-0', 1, 0, 0, 4, 4, 'a soft violin', 1, 0);
      INSERT INTO slice_details VALUES (1, '{}'); INSERT INTO slice_vectors VALUES (1, x'00'); INSERT INTO recording_signals VALUES (1, 512, x'', x'', x'');
      INSERT INTO tags (name) VALUES ('soft'); INSERT INTO slice_tags VALUES (1, 1); INSERT INTO recording_tags VALUES (1, 1);
      INSERT INTO provenance VALUES (1, '/air.flac', 't', NULL)`,
    read: `SELECT r.name, e.name AS session, g.licence, s.caption, s.is_kept, t.name AS tag FROM recordings r JOIN sessions e ON e.id = r.session_id
      JOIN rights g ON g.id = r.rights_id JOIN slices s ON s.recording_seq = r.seq JOIN slice_tags x ON x.slice_seq = s.seq JOIN tags t ON t.id = x.tag_id`,
    expected: [{ name: 'Air', session: 'Tuesday', licence: 'own', caption: 'a soft violin', is_kept: 1, tag: 'soft' }],
  },
  70: {
    write: `INSERT INTO slice_words (rowid, caption) VALUES (1, 'a soft violin'); INSERT INTO recording_words (rowid, name) VALUES (1, 'Air')`,
    read: `SELECT (SELECT rowid FROM slice_words WHERE slice_words MATCH 'viol*') AS slice, (SELECT rowid FROM recording_words WHERE recording_words MATCH 'air') AS recording`,
    expected: [{ slice: 1, recording: 1 }],
  },
  80: {
    write: `INSERT INTO imports (id, created_at, options, status) VALUES ('import-1', 't', '{}', 'running');
      INSERT INTO import_files (import_id, position, path, session_name, byte_length) VALUES ('import-1', 0, '/air.flac', 'Tuesday', 9)`,
    read: 'SELECT i.status AS import, f.status AS file FROM imports i JOIN import_files f ON f.import_id = i.id',
    expected: [{ import: 'running', file: 'pending' }],
  },
  90: {
    write: `INSERT INTO edits (at, label, row_count, changes) VALUES ('t', 'Tags of 1 slice', 1, '[]')`,
    read: 'SELECT label, is_undone FROM edits',
    expected: [{ label: 'Tags of 1 slice', is_undone: 0 }],
  },
  100: {
    write: `INSERT INTO datasets (id, name, created_at, query, split) VALUES ('dataset-1', 'Soft', 't', '{}', '{}');
      INSERT INTO dataset_items VALUES ('dataset-1', 0, 'recording-1-0', 'train', '{}')`,
    read: 'SELECT d.name, i.slice_id FROM datasets d JOIN dataset_items i ON i.dataset_id = d.id',
    expected: [{ name: 'Soft', slice_id: 'recording-1-0' }],
  },
  130: {
    write: `INSERT INTO sources VALUES ('source-1', 'fma', '/fma', 'tracks.csv', 't'); UPDATE import_files SET item = '{}'`,
    read: 'SELECT s.kind, f.item FROM sources s JOIN import_files f',
    expected: [{ kind: 'fma', item: '{}' }],
  },
  140: {
    write: `INSERT INTO jobs (id, kind, spec, status, progress, attempts, created_at, start_at) VALUES ('job-3', 'render', '{}', 'paused', 0.5, 1, 't', '2026-01-01T23:00:00.000Z')`,
    read: `SELECT status, start_at FROM jobs WHERE id = 'job-3'`,
    expected: [{ status: 'paused', start_at: '2026-01-01T23:00:00.000Z' }],
  },
  150: {
    write: `INSERT INTO asset_holders VALUES ('run-1', 'aa')`,
    read: 'SELECT holder, asset_id FROM asset_holders',
    expected: [{ holder: 'run-1', asset_id: 'aa' }],
  },
  160: {
    write: `INSERT INTO jobs (id, kind, spec, status, created_at, position) VALUES ('job-4', 'finetune', '{}', 'queued', 't', 9)`,
    // The jobs of earlier versions keep the order in which they were made.
    read: 'SELECT id FROM jobs ORDER BY position, rowid',
    expected: [{ id: 'job-1' }, { id: 'job-3' }, { id: 'job-4' }],
  },
  120: {
    write: `INSERT INTO projects VALUES ('project-1', 'Song', 't', 'u', 1, 2, 3.5, '{}'); INSERT INTO project_assets VALUES ('project-1', 'aa')`,
    read: 'SELECT p.title, p.clip_count, a.asset_id FROM projects p JOIN project_assets a ON a.project_id = p.id',
    expected: [{ title: 'Song', clip_count: 2, asset_id: 'aa' }],
  },
  110: {
    write: `INSERT INTO takes VALUES ('take-2', 'hum-1', 't', 'calm', '{}', '[]', 8, 'violin', 'hash', 'aa', 1.5, -1, '{}', 0, '[]', '{"seed":8}')`,
    read: `SELECT recipe FROM takes WHERE id = 'take-2'`,
    expected: [{ recipe: '{"seed":8}' }],
  },
}

describe('migrations', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-migrate-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are numbered in tens, in order', () => {
    const versions = MIGRATIONS.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    for (const version of versions) expect(version % 10).toBe(0)
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
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({ code: 'DATABASE_NEWER', details: { found: 9990, known: MIGRATIONS.at(-1)?.version } }),
    )
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
