import type { BlobExtension, BlobStore } from '../blobs/blob-store.ts'
import { BLOB_EXTENSIONS } from '../blobs/blob-store.ts'
import type { Sqlite } from '../sqlite/database.ts'

export interface AssetRow {
  readonly id: string
  readonly extension: BlobExtension
  readonly byteLength: number
  readonly createdAt: string
}

/** Rows and files of the library's audio, kept in step: the file is whole on the disk before its row is. */
export interface AssetRepository {
  /** Keeps the bytes and answers the asset's id; the same bytes give the same id. */
  save(bytes: Uint8Array, extension: BlobExtension, createdAt: string): string
  /** Notes a file that the store has already, so that it is kept. */
  note(id: string, extension: BlobExtension, byteLength: number, createdAt: string): void
  find(id: string): AssetRow | null
  read(asset: AssetRow): Uint8Array
  /** Keeps an asset for as long as its holder is there: a training run, a voice, a comparison. */
  hold(id: string, holder: string): void
  /** The holder needs its assets no more. */
  release(holder: string): void
  /** Forgets every asset that no hum, take, recording, project or holder uses, except those in `keep`. Answers how many. */
  prune(keep?: ReadonlySet<string>): number
}

const readExtension = (text: string): BlobExtension => BLOB_EXTENSIONS.find((known) => known === text) ?? 'wav'

export const createAssetRepository = (database: Sqlite, blobs: BlobStore): AssetRepository => {
  const insert = database.prepare(
    'INSERT INTO assets (id, extension, byte_length, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const find = database.prepare<[string], { id: string; extension: string; byte_length: number; created_at: string }>(
    'SELECT * FROM assets WHERE id = ?',
  )
  const unused = database.prepare<[], { id: string; extension: string }>(
    `SELECT id, extension FROM assets a
     WHERE NOT EXISTS (SELECT 1 FROM hums WHERE asset_id = a.id) AND NOT EXISTS (SELECT 1 FROM takes WHERE asset_id = a.id)
       AND NOT EXISTS (SELECT 1 FROM recordings WHERE asset_id = a.id) AND NOT EXISTS (SELECT 1 FROM project_assets WHERE asset_id = a.id)
       AND NOT EXISTS (SELECT 1 FROM asset_holders WHERE asset_id = a.id)`,
  )
  const hold = database.prepare('INSERT INTO asset_holders (holder, asset_id) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const release = database.prepare('DELETE FROM asset_holders WHERE holder = ?')
  const remove = database.prepare('DELETE FROM assets WHERE id = ?')
  return {
    save(bytes, extension, createdAt) {
      const id = blobs.put(bytes, extension)
      insert.run(id, extension, bytes.length, createdAt)
      return id
    },
    note: (id, extension, byteLength, createdAt) => void insert.run(id, extension, byteLength, createdAt),
    find(id) {
      const row = find.get(id)
      return row === undefined
        ? null
        : { id: row.id, extension: readExtension(row.extension), byteLength: row.byte_length, createdAt: row.created_at }
    },
    hold: (id, holder) => void hold.run(holder, id),
    release: (holder) => void release.run(holder),
    read: (asset) => blobs.read(asset.id, asset.extension),
    prune(keep = new Set()) {
      const rows = unused.all().filter(({ id }) => !keep.has(id))
      for (const { id, extension } of rows) {
        remove.run(id)
        blobs.remove(id, readExtension(extension))
      }
      return rows.length
    },
  }
}
