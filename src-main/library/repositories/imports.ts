import { isErrorCode } from '#contract/api-error.ts'
import type { WireError } from '#contract/errors.ts'
import { importStatusSchema, type ImportReport } from '#contract/imports.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

export type ImportStatus = ImportReport['status']
export type ImportFileStatus = 'pending' | 'added' | 'duplicate' | 'failed'

/** What was asked for. */
export const importOptionsSchema = z.object({
  paths: z.array(z.string()),
  sessionName: z.string().optional(),
  rightsId: z.string().optional(),
  tags: z.array(z.string()),
  instrument: z.string(),
  /** The public source that the files belong to. */
  source: z.string().optional(),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>

/** What a public data set says of a file. */
export const importItemSchema = z.object({
  title: z.string(),
  tags: z.array(z.string()),
  caption: z.string().optional(),
  range: z.object({ fromSeconds: z.number(), toSeconds: z.number() }).optional(),
  rightsId: z.string(),
  /** What plays; empty where the data set does not say. Absent in lists from before this was noted. */
  instrument: z.string().optional(),
  /** Its id in that data set. */
  sourceItem: z.string(),
})
export type ImportItem = z.infer<typeof importItemSchema>

export interface ImportRow {
  readonly id: string
  readonly createdAt: string
  readonly options: ImportOptions
  readonly status: ImportStatus
  readonly workSeconds: number
  readonly error: WireError | null
}

export interface ImportFileRow {
  readonly position: number
  readonly path: string
  readonly sessionName: string
  readonly byteLength: number
  readonly status: ImportFileStatus
  readonly recordingId: string | null
  readonly soundsLike: string | null
  readonly error: WireError | null
  readonly item: ImportItem | null
}

export interface ImportCounts {
  readonly fileCount: number
  readonly doneCount: number
  readonly addedCount: number
  readonly duplicateCount: number
  readonly soundsLikeCount: number
  readonly failedCount: number
  readonly byteLength: number
  readonly doneBytes: number
  readonly audioSeconds: number
}

export interface ImportRepository {
  insert(row: ImportRow): void
  /** Newest first. */
  list(): ImportRow[]
  find(id: string): ImportRow | null
  setStatus(id: string, status: ImportStatus, error?: WireError | null): void
  addWork(id: string, seconds: number): void
  /** The whole list at once, in place of what an earlier listing left. */
  setFiles(id: string, files: readonly { path: string; sessionName: string; byteLength: number; item?: ImportItem }[]): void
  count(id: string): ImportCounts
  listFiles(id: string, status: ImportFileStatus | null, offset: number, limit: number): ImportFileRow[]
  /** The next files to read, in order, from a position on. */
  listPending(id: string, fromPosition: number, limit: number): ImportFileRow[]
  finishFile(
    id: string,
    position: number,
    end: {
      status: ImportFileStatus
      recordingId?: string | null
      soundsLike?: string | null
      audioSeconds?: number
      error?: WireError | null
    },
  ): void
}

export const wireErrorSchema = z.object({
  code: z.string().refine(isErrorCode),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
})
const readError = (text: string | null, place: string): WireError | null =>
  text === null ? null : (parseColumn(wireErrorSchema, text, place) as WireError)
const writeError = (error: WireError | null | undefined): string | null =>
  error === null || error === undefined ? null : JSON.stringify({ code: error.code, details: error.details })

interface StoredImport {
  id: string
  created_at: string
  options: string
  status: string
  work_seconds: number
  error: string | null
}

interface StoredFile {
  position: number
  path: string
  session_name: string
  byte_length: number
  status: ImportFileStatus
  recording_id: string | null
  sounds_like: string | null
  error: string | null
  item: string | null
}

const readImport = (row: StoredImport): ImportRow => ({
  id: row.id,
  createdAt: row.created_at,
  options: parseColumn(importOptionsSchema, row.options, `imports.${row.id}`),
  status: importStatusSchema.parse(row.status),
  workSeconds: row.work_seconds,
  error: readError(row.error, `imports.${row.id}`),
})

const readFile = (row: StoredFile): ImportFileRow => ({
  position: row.position,
  path: row.path,
  sessionName: row.session_name,
  byteLength: row.byte_length,
  status: row.status,
  recordingId: row.recording_id,
  soundsLike: row.sounds_like,
  error: readError(row.error, `import_files.${row.position}`),
  item: row.item === null ? null : parseColumn(importItemSchema, row.item, `import_files.${row.position}`),
})

export const createImportRepository = (database: Sqlite): ImportRepository => {
  const insert = database.prepare('INSERT INTO imports (id, created_at, options, status, work_seconds, error) VALUES (?, ?, ?, ?, ?, ?)')
  const list = database.prepare<[], StoredImport>('SELECT * FROM imports ORDER BY created_at DESC, rowid DESC')
  const find = database.prepare<[string], StoredImport>('SELECT * FROM imports WHERE id = ?')
  const setStatus = database.prepare('UPDATE imports SET status = ?, error = ? WHERE id = ?')
  const addWork = database.prepare('UPDATE imports SET work_seconds = work_seconds + ? WHERE id = ?')
  const clearFiles = database.prepare('DELETE FROM import_files WHERE import_id = ?')
  const addFile = database.prepare(
    'INSERT INTO import_files (import_id, position, path, session_name, byte_length, item) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const count = database.prepare<[string], Record<keyof ImportCounts, number>>(
    `SELECT count(*) AS fileCount, coalesce(sum(status <> 'pending'), 0) AS doneCount, coalesce(sum(status = 'added'), 0) AS addedCount,
       coalesce(sum(status = 'duplicate'), 0) AS duplicateCount, coalesce(sum(sounds_like IS NOT NULL), 0) AS soundsLikeCount,
       coalesce(sum(status = 'failed'), 0) AS failedCount, coalesce(sum(byte_length), 0) AS byteLength,
       coalesce(sum(iif(status <> 'pending', byte_length, 0)), 0) AS doneBytes, coalesce(sum(audio_seconds), 0) AS audioSeconds
     FROM import_files WHERE import_id = ?`,
  )
  const files = database.prepare<[string, number, number], StoredFile>(
    'SELECT * FROM import_files WHERE import_id = ? ORDER BY position LIMIT ? OFFSET ?',
  )
  const filesByStatus = database.prepare<[string, string, number, number], StoredFile>(
    'SELECT * FROM import_files WHERE import_id = ? AND status = ? ORDER BY position LIMIT ? OFFSET ?',
  )
  const pending = database.prepare<[string, number, number], StoredFile>(
    `SELECT * FROM import_files WHERE import_id = ? AND status = 'pending' AND position >= ? ORDER BY position LIMIT ?`,
  )
  const finish = database.prepare(
    'UPDATE import_files SET status = ?, recording_id = ?, sounds_like = ?, audio_seconds = ?, error = ? WHERE import_id = ? AND position = ?',
  )
  return {
    insert: (row) =>
      void insert.run(row.id, row.createdAt, JSON.stringify(row.options), row.status, row.workSeconds, writeError(row.error)),
    list: () => list.all().map(readImport),
    find: (id) => {
      const row = find.get(id)
      return row === undefined ? null : readImport(row)
    },
    setStatus: (id, status, error = null) => void setStatus.run(status, writeError(error), id),
    addWork: (id, seconds) => void addWork.run(seconds, id),
    setFiles(id, wanted) {
      clearFiles.run(id)
      wanted.forEach(({ path, sessionName, byteLength, item }, position) =>
        addFile.run(id, position, path, sessionName, byteLength, item === undefined ? null : JSON.stringify(item)),
      )
    },
    count: (id) => ({ ...(count.get(id) as ImportCounts) }),
    listFiles: (id, status, offset, limit) =>
      (status === null ? files.all(id, limit, offset) : filesByStatus.all(id, status, limit, offset)).map(readFile),
    listPending: (id, fromPosition, limit) => pending.all(id, fromPosition, limit).map(readFile),
    finishFile: (id, position, { status, recordingId = null, soundsLike = null, audioSeconds = 0, error = null }) =>
      void finish.run(status, recordingId, soundsLike, audioSeconds, writeError(error), id, position),
  }
}
