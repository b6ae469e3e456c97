import { DATASET_SPLITS, datasetStatisticsSchema, splitSchema, type DatasetStatistics } from '#contract/datasets.ts'
import { libraryQuerySchema, type LibraryQuery } from '#contract/library.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

export type DatasetSplit = z.infer<typeof splitSchema>

export interface DatasetRow {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly query: LibraryQuery
  readonly split: DatasetSplit
  readonly build: { readonly contentHash: string; readonly builtAt: string; readonly statistics: DatasetStatistics } | null
}

/** A slice as a build fixed it. */
export interface DatasetItemRow {
  readonly sliceId: string
  readonly split: (typeof DATASET_SPLITS)[number]
  readonly item: Readonly<Record<string, unknown>>
}

export interface DatasetRepository {
  insert(row: Omit<DatasetRow, 'build'>): void
  /** Changes what was asked for; the build stays until the next one. */
  update(id: string, changes: { name: string; query: LibraryQuery; split: DatasetSplit }): void
  list(): DatasetRow[]
  find(id: string): DatasetRow | null
  saveBuild(id: string, build: NonNullable<DatasetRow['build']>, items: readonly DatasetItemRow[]): void
  items(id: string, offset?: number, limit?: number): DatasetItemRow[]
  remove(id: string): void
}

interface StoredDataset {
  id: string
  name: string
  created_at: string
  query: string
  split: string
  content_hash: string | null
  built_at: string | null
  statistics: string | null
}

const readDataset = (row: StoredDataset): DatasetRow => {
  const place = `datasets.${row.id}`
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    query: parseColumn(libraryQuerySchema, row.query, place),
    split: parseColumn(splitSchema, row.split, place),
    build:
      row.content_hash === null || row.built_at === null || row.statistics === null
        ? null
        : { contentHash: row.content_hash, builtAt: row.built_at, statistics: parseColumn(datasetStatisticsSchema, row.statistics, place) },
  }
}

export const createDatasetRepository = (database: Sqlite): DatasetRepository => {
  const insert = database.prepare('INSERT INTO datasets (id, name, created_at, query, split) VALUES (?, ?, ?, ?, ?)')
  const update = database.prepare('UPDATE datasets SET name = ?, query = ?, split = ? WHERE id = ?')
  const list = database.prepare<[], StoredDataset>('SELECT * FROM datasets ORDER BY created_at DESC, rowid DESC')
  const find = database.prepare<[string], StoredDataset>('SELECT * FROM datasets WHERE id = ?')
  const saveBuild = database.prepare('UPDATE datasets SET content_hash = ?, built_at = ?, statistics = ? WHERE id = ?')
  const clearItems = database.prepare('DELETE FROM dataset_items WHERE dataset_id = ?')
  const addItem = database.prepare('INSERT INTO dataset_items (dataset_id, position, slice_id, split, item) VALUES (?, ?, ?, ?, ?)')
  const items = database.prepare<[string, number, number], { slice_id: string; split: string; item: string }>(
    'SELECT slice_id, split, item FROM dataset_items WHERE dataset_id = ? ORDER BY position LIMIT ? OFFSET ?',
  )
  const remove = database.prepare('DELETE FROM datasets WHERE id = ?')
  const itemSchema = z.record(z.string(), z.unknown())
  return {
    insert: (row) => void insert.run(row.id, row.name, row.createdAt, JSON.stringify(row.query), JSON.stringify(row.split)),
    update: (id, { name, query, split }) => void update.run(name, JSON.stringify(query), JSON.stringify(split), id),
    list: () => list.all().map(readDataset),
    find: (id) => {
      const row = find.get(id)
      return row === undefined ? null : readDataset(row)
    },
    saveBuild(id, build, wanted) {
      saveBuild.run(build.contentHash, build.builtAt, JSON.stringify(build.statistics), id)
      clearItems.run(id)
      wanted.forEach(({ sliceId, split, item }, position) => addItem.run(id, position, sliceId, split, JSON.stringify(item)))
    },
    items: (id, offset = 0, limit = -1) =>
      items.all(id, limit, offset).map((row) => ({
        sliceId: row.slice_id,
        split: DATASET_SPLITS.find((split) => split === row.split) ?? 'train',
        item: parseColumn(itemSchema, row.item, `dataset_items.${row.slice_id}`),
      })),
    remove: (id) => void remove.run(id),
  }
}
