import type { Migration } from './migrate.ts'

/** What the person wrote about a take. */
export const takeNotes: Migration = {
  version: 170,
  name: 'take-notes',
  sql: `
    ALTER TABLE takes ADD COLUMN note TEXT NOT NULL DEFAULT '';
  `,
}
