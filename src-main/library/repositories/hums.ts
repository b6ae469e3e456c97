import { draftSchema, humSchema, type Draft, type Hum } from '#contract/api.ts'
import { melodySchema } from '#contract/melody.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

interface HumRow {
  id: string
  name: string
  created_at: string
  source: string
  asset_id: string | null
  melody: string
  warnings: string
}

export interface HumRepository {
  insert(hum: Hum): void
  /** Newest first. */
  list(): Hum[]
  find(id: string): Hum | null
  update(hum: Hum): void
  remove(id: string): void
  findDraft(humId: string): Draft | null
  saveDraft(humId: string, draft: Draft): void
}

const readHum = (row: HumRow): Hum => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  source: humSchema.shape.source.parse(row.source),
  assetId: row.asset_id,
  melody: parseColumn(melodySchema, row.melody, `hums.${row.id}`),
  warnings: parseColumn(z.array(z.string()), row.warnings, `hums.${row.id}`),
})

export const createHumRepository = (database: Sqlite): HumRepository => {
  const insert = database.prepare(
    'INSERT INTO hums (id, name, created_at, source, asset_id, melody, warnings) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const list = database.prepare<[], HumRow>('SELECT * FROM hums ORDER BY created_at DESC, rowid DESC')
  const find = database.prepare<[string], HumRow>('SELECT * FROM hums WHERE id = ?')
  const update = database.prepare('UPDATE hums SET name = ?, melody = ?, warnings = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM hums WHERE id = ?')
  const findDraft = database.prepare<[string], { draft: string }>('SELECT draft FROM drafts WHERE hum_id = ?')
  const saveDraft = database.prepare(
    'INSERT INTO drafts (hum_id, draft) VALUES (?, ?) ON CONFLICT (hum_id) DO UPDATE SET draft = excluded.draft',
  )
  return {
    insert: (hum) =>
      void insert.run(hum.id, hum.name, hum.createdAt, hum.source, hum.assetId, JSON.stringify(hum.melody), JSON.stringify(hum.warnings)),
    list: () => list.all().map(readHum),
    find: (id) => {
      const row = find.get(id)
      return row === undefined ? null : readHum(row)
    },
    update: (hum) => void update.run(hum.name, JSON.stringify(hum.melody), JSON.stringify(hum.warnings), hum.id),
    remove: (id) => void remove.run(id),
    findDraft: (humId) => {
      const row = findDraft.get(humId)
      return row === undefined ? null : parseColumn(draftSchema, row.draft, `drafts.${humId}`)
    },
    saveDraft: (humId, draft) => void saveDraft.run(humId, JSON.stringify(draft)),
  }
}
