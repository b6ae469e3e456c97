import type { Migration } from './migrate.ts'

/** Data sets: a query and a split, and what the latest build fixed. */
export const datasets: Migration = {
  version: 100,
  name: 'datasets',
  sql: `
    CREATE TABLE datasets (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL,
      query TEXT NOT NULL,                    -- JSON, contract/library LibraryQuery
      split TEXT NOT NULL,                    -- JSON
      content_hash TEXT,
      built_at TEXT,
      statistics TEXT                         -- JSON
    ) STRICT;
    CREATE TABLE dataset_items (
      dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      slice_id TEXT NOT NULL,                 -- no foreign key: a removed slice leaves a gap that is told
      split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
      item TEXT NOT NULL,                     -- JSON, the slice as it was built in
      PRIMARY KEY (dataset_id, position)
    ) STRICT, WITHOUT ROWID;
  `,
}
