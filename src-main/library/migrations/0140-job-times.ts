import type { Migration } from './migrate.ts'

/** Jobs that wait for an hour of the day, and jobs that a person laid aside: the check of the states needs the table anew. */
export const jobTimes: Migration = {
  version: 140,
  name: 'job-times',
  sql: `
    CREATE TABLE jobs_anew (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      spec TEXT NOT NULL,             -- JSON, parsed by the kind's handler
      status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
      progress REAL NOT NULL DEFAULT 0,
      message TEXT NOT NULL DEFAULT '',
      error TEXT,                     -- JSON { code, details }
      attempts INTEGER NOT NULL DEFAULT 0,
      results TEXT NOT NULL DEFAULT '[]',
      created_at TEXT NOT NULL,
      start_at TEXT,                  -- not before this moment
      ended_at TEXT
    ) STRICT;
    INSERT INTO jobs_anew (id, kind, spec, status, progress, message, error, attempts, results, created_at)
      SELECT id, kind, spec, status, progress, message, error, attempts, results, created_at FROM jobs ORDER BY rowid;
    DROP TABLE jobs;
    ALTER TABLE jobs_anew RENAME TO jobs;
    CREATE INDEX jobs_by_status ON jobs (status, created_at, id);
  `,
}
