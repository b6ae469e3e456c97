import type { Migration } from './migrate.ts'

/** Jobs: the queue's only memory. */
export const jobs: Migration = {
  version: 40,
  name: 'jobs',
  sql: `
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      spec TEXT NOT NULL,             -- JSON, parsed by the kind's handler
      status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
      progress REAL NOT NULL DEFAULT 0,
      message TEXT NOT NULL DEFAULT '',
      error TEXT,                     -- JSON { code, details }
      attempts INTEGER NOT NULL DEFAULT 0,
      results TEXT NOT NULL DEFAULT '[]',
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_status ON jobs (status, created_at, id);
  `,
}
