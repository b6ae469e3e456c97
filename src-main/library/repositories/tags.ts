import type { Statement } from 'better-sqlite3'
import type { Sqlite } from '../sqlite/database.ts'

export type Tagged = 'recordings' | 'slices'

/** Tags by name, written with or without capitals; a tag that nothing carries is forgotten. */
export interface TagRepository {
  list(of: Tagged, seq: number): string[]
  /** Makes these the tags, and no others. */
  set(of: Tagged, seq: number, names: readonly string[]): void
  prune(): void
}

export const createTagRepository = (database: Sqlite): TagRepository => {
  const make = database.prepare('INSERT INTO tags (name) VALUES (?) ON CONFLICT (name) DO NOTHING')
  const statements = (table: string, column: string): Record<'list' | 'clear' | 'add', Statement<unknown[]>> => ({
    list: database.prepare<unknown[]>(`SELECT name FROM tags JOIN ${table} ON tag_id = id WHERE ${column} = ? ORDER BY name`).pluck(),
    clear: database.prepare<unknown[]>(`DELETE FROM ${table} WHERE ${column} = ?`),
    add: database.prepare<unknown[]>(`INSERT OR IGNORE INTO ${table} (tag_id, ${column}) SELECT id, ? FROM tags WHERE name = ?`),
  })
  const of = { recordings: statements('recording_tags', 'recording_seq'), slices: statements('slice_tags', 'slice_seq') }
  const prune = database.prepare(
    `DELETE FROM tags WHERE NOT EXISTS (SELECT 1 FROM recording_tags WHERE tag_id = id) AND NOT EXISTS (SELECT 1 FROM slice_tags WHERE tag_id = id)`,
  )
  return {
    list: (unit, seq) => of[unit].list.all(seq) as string[],
    set(unit, seq, names) {
      of[unit].clear.run(seq)
      for (const name of names) {
        make.run(name)
        of[unit].add.run(seq, name)
      }
    },
    prune: () => void prune.run(),
  }
}
