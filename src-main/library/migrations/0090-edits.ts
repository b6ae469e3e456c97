import type { Migration } from './migrate.ts'

/** What was changed by hand, with the values before and after, so that it can be taken back. */
export const edits: Migration = {
  version: 90,
  name: 'edits',
  sql: `
    CREATE TABLE edits (
      id INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      label TEXT NOT NULL,
      row_count INTEGER NOT NULL,
      changes TEXT NOT NULL,                  -- JSON list of { table, seq, field, before, after }
      is_undone INTEGER NOT NULL DEFAULT 0 CHECK (is_undone IN (0, 1))
    ) STRICT;
  `,
}
