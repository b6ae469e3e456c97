import type { Migration } from './migrate.ts'

/** Takes: the renditions of a hum. */
export const takes: Migration = {
  version: 20,
  name: 'takes',
  sql: `
    CREATE TABLE takes (
      id TEXT PRIMARY KEY,
      hum_id TEXT NOT NULL REFERENCES hums (id) ON DELETE CASCADE,
      created_at TEXT NOT NULL,
      prompt TEXT NOT NULL,
      lanes TEXT NOT NULL,            -- JSON, contract/expression
      notes TEXT NOT NULL,            -- JSON, as played
      seed INTEGER NOT NULL,
      voice TEXT NOT NULL,
      model_hash TEXT NOT NULL,
      asset_id TEXT NOT NULL REFERENCES assets (id),
      duration_seconds REAL NOT NULL,
      true_peak_db REAL NOT NULL,
      score TEXT NOT NULL,            -- JSON, contract/api MatchScore
      is_favourite INTEGER NOT NULL DEFAULT 0 CHECK (is_favourite IN (0, 1)),
      peaks TEXT NOT NULL             -- JSON list of 0..1
    ) STRICT;
    CREATE INDEX takes_by_hum ON takes (hum_id, created_at);
    CREATE INDEX takes_by_asset ON takes (asset_id);
  `,
}
