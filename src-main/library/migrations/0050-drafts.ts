import type { Migration } from './migrate.ts'

/** Drafts: the prompt and the lanes that the person has written for a hum, rendered or not. */
export const drafts: Migration = {
  version: 50,
  name: 'drafts',
  sql: `
    CREATE TABLE drafts (
      hum_id TEXT PRIMARY KEY REFERENCES hums (id) ON DELETE CASCADE,
      draft TEXT NOT NULL             -- JSON, contract/api Draft
    ) STRICT;
  `,
}
