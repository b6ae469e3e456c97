import type { Migration } from './migrate.ts'

/** Audio files by content, and hums. */
export const hums: Migration = {
  version: 10,
  name: 'hums',
  sql: `
    CREATE TABLE assets (
      id TEXT PRIMARY KEY,            -- SHA-256 of the bytes, hex
      extension TEXT NOT NULL,
      byte_length INTEGER NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE hums (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL,
      source TEXT NOT NULL CHECK (source IN ('microphone', 'file', 'midi', 'text', 'demo')),
      asset_id TEXT REFERENCES assets (id),
      melody TEXT NOT NULL,           -- JSON, contract/melody
      warnings TEXT NOT NULL          -- JSON list of sentences
    ) STRICT;
    CREATE INDEX hums_by_asset ON hums (asset_id);
  `,
}
