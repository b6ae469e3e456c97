import type { Migration } from './migrate.ts'

/** Local copies of public data sets, and what a data set says of a file that is imported from it. */
export const sources: Migration = {
  version: 130,
  name: 'sources',
  sql: `
    CREATE TABLE sources (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      path TEXT NOT NULL UNIQUE,
      evidence TEXT NOT NULL,
      added_at TEXT NOT NULL
    ) STRICT;
    ALTER TABLE import_files ADD COLUMN item TEXT;   -- JSON, title, tags, caption, licence, range
  `,
}
