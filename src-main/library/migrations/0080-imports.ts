import type { Migration } from './migrate.ts'

/** Imports and the state of each of their files: what a kill leaves behind, the next start goes on with. */
export const imports: Migration = {
  version: 80,
  name: 'imports',
  sql: `
    CREATE TABLE imports (
      id TEXT PRIMARY KEY,
      created_at TEXT NOT NULL,
      options TEXT NOT NULL,                  -- JSON, as it was asked for
      status TEXT NOT NULL CHECK (status IN ('listing', 'running', 'paused', 'succeeded', 'cancelled', 'failed')),
      work_seconds REAL NOT NULL DEFAULT 0,
      error TEXT                              -- JSON { code, details }
    ) STRICT;
    CREATE TABLE import_files (
      import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      path TEXT NOT NULL,
      session_name TEXT NOT NULL,
      byte_length INTEGER NOT NULL,
      status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'added', 'duplicate', 'failed')),
      recording_id TEXT,
      sounds_like TEXT,                       -- id of the recording that it sounds like
      audio_seconds REAL NOT NULL DEFAULT 0,
      error TEXT,                             -- JSON { code, details }
      PRIMARY KEY (import_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX import_files_by_status ON import_files (import_id, status, position);
  `,
}
