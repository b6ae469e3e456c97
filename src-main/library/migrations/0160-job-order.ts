import type { Migration } from './migrate.ts'

/** The order of the queue, which a person may change: jobs that wait begin in the order of their positions. */
export const jobOrder: Migration = {
  version: 160,
  name: 'job-order',
  sql: `
    ALTER TABLE jobs ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    UPDATE jobs SET position = (SELECT count(*) FROM jobs AS earlier WHERE (earlier.created_at, earlier.rowid) <= (jobs.created_at, jobs.rowid));
  `,
}
