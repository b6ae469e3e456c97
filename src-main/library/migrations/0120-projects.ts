import type { Migration } from './migrate.ts'

/** Arrangements, each whole in one row: a save is one statement, so a kill leaves the last good one. */
export const projects: Migration = {
  version: 120,
  name: 'projects',
  sql: `
    CREATE TABLE projects (
      id TEXT PRIMARY KEY,
      title TEXT NOT NULL,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      track_count INTEGER NOT NULL,
      clip_count INTEGER NOT NULL,
      duration_seconds REAL NOT NULL,
      body TEXT NOT NULL -- JSON, contract/project Project
    ) STRICT;
    -- Every sound that a project has used since it was made: an undo may bring any of them back.
    CREATE TABLE project_assets (
      project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      asset_id TEXT NOT NULL REFERENCES assets (id),
      PRIMARY KEY (project_id, asset_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX project_assets_by_asset ON project_assets (asset_id);
  `,
}
