import type { Sqlite } from '../sqlite/database.ts'

export interface SourceRow {
  readonly id: string
  readonly kind: string
  readonly path: string
  /** What tells that the folder is a copy of that data set. */
  readonly evidence: string
  readonly addedAt: string
}

export interface SourceRepository {
  /** One row a folder: adding it again answers the row that is there. */
  add(row: SourceRow): SourceRow
  list(): SourceRow[]
  find(id: string): SourceRow | null
  remove(id: string): void
}

export const createSourceRepository = (database: Sqlite): SourceRepository => {
  const columns = 'id, kind, path, evidence, added_at AS addedAt'
  const add = database.prepare(
    'INSERT INTO sources (id, kind, path, evidence, added_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, evidence = excluded.evidence',
  )
  const byPath = database.prepare<[string], SourceRow>(`SELECT ${columns} FROM sources WHERE path = ?`)
  const list = database.prepare<[], SourceRow>(`SELECT ${columns} FROM sources ORDER BY added_at, path`)
  const find = database.prepare<[string], SourceRow>(`SELECT ${columns} FROM sources WHERE id = ?`)
  const remove = database.prepare('DELETE FROM sources WHERE id = ?')
  return {
    add(row) {
      add.run(row.id, row.kind, row.path, row.evidence, row.addedAt)
      return byPath.get(row.path) ?? row
    },
    list: () => list.all(),
    find: (id) => find.get(id) ?? null,
    remove: (id) => void remove.run(id),
  }
}
