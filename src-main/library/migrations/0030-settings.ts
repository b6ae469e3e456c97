import type { Migration } from './migrate.ts'

/** Settings: one JSON value per key; a key that is absent has its default. */
export const settings: Migration = {
  version: 30,
  name: 'settings',
  sql: `
    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;
  `,
}
