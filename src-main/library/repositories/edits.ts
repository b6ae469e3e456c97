import type { LibraryChanges, LibraryEdit } from '#contract/library.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import type { Unit } from './library-conditions.ts'
import { createWordIndex } from './library-words.ts'
import { parseColumn } from './rows.ts'
import type { TagRepository } from './tags.ts'

/** One value of one row, before and after. */
const changeSchema = z.object({
  table: z.enum(['recordings', 'slices']),
  seq: z.number().int(),
  field: z.enum(['name', 'caption', 'is_caption_edited', 'kept_by_hand', 'session_id', 'rights_id', 'instrument', 'cleaning', 'tags']),
  before: z.union([z.string(), z.number(), z.null(), z.array(z.string())]),
  after: z.union([z.string(), z.number(), z.null(), z.array(z.string())]),
})
type Change = z.infer<typeof changeSchema>
type Field = Change['field']
type Value = Change['before']

/** Changes by hand, one after the other, each of which can be taken back and done again. Call in a transaction. */
export interface EditRepository {
  /** Null where nothing changes. What had been undone can no longer be done again. */
  apply(unit: Unit, seqs: readonly number[], changes: LibraryChanges, at: string): LibraryEdit | null
  undo(): LibraryEdit | null
  redo(): LibraryEdit | null
  /** Newest first. */
  list(): LibraryEdit[]
}

const KEPT_EDITS = 200

interface EditRow {
  id: number
  at: string
  label: string
  row_count: number
  changes: string
  is_undone: number
}

const readEdit = ({ id, at, label, row_count: count, is_undone: isUndone }: EditRow): LibraryEdit => ({
  id,
  at,
  label,
  count,
  isUndone: isUndone === 1,
})

const FIELD_NAMES: Readonly<Record<Field, string>> = {
  name: 'Name',
  caption: 'Caption',
  is_caption_edited: 'Caption',
  kept_by_hand: 'Choice',
  session_id: 'Session',
  rights_id: 'Rights',
  instrument: 'Instrument',
  cleaning: 'Cleaning',
  tags: 'Tags',
}

const isSame = (a: Value, b: Value): boolean => a === b || (Array.isArray(a) && JSON.stringify(a) === JSON.stringify(b))

/** Which fields are the recording's, so that a change of slices reaches their recordings. */
const changesOfRecording = (changes: LibraryChanges): Partial<Record<Field, Value>> => ({
  ...(changes.name === undefined ? {} : { name: changes.name }),
  ...(changes.sessionId === undefined ? {} : { session_id: changes.sessionId }),
  ...(changes.rightsId === undefined ? {} : { rights_id: changes.rightsId }),
  ...(changes.instrument === undefined ? {} : { instrument: changes.instrument }),
  ...(changes.cleaning === undefined ? {} : { cleaning: changes.cleaning === null ? null : JSON.stringify(changes.cleaning) }),
})

const editCaption = (caption: string, { caption: whole, replaceInCaption, appendToCaption }: LibraryChanges): string => {
  let text = whole ?? caption
  if (replaceInCaption !== undefined) text = text.replaceAll(replaceInCaption.find, () => replaceInCaption.replacement)
  if (appendToCaption !== undefined) text = `${text}${appendToCaption}`
  return text
}

const editTags = (tags: readonly string[], { addTags = [], removeTags = [] }: LibraryChanges): string[] => {
  const removed = new Set(removeTags.map((tag) => tag.toLowerCase()))
  const kept = tags.filter((tag) => !removed.has(tag.toLowerCase()))
  const known = new Set(kept.map((tag) => tag.toLowerCase()))
  const added = addTags.filter((tag) => !known.has(tag.toLowerCase()) && known.add(tag.toLowerCase()).size > 0)
  return [...kept, ...added].sort()
}

/** Writes values and keeps the words in step. */
const createWriter = (database: Sqlite, tags: TagRepository): ((changes: readonly Change[], side: 'before' | 'after') => void) => {
  const words = createWordIndex(database)
  const fields: Record<Change['table'], readonly Field[]> = {
    recordings: ['name', 'caption', 'session_id', 'rights_id', 'instrument', 'cleaning'],
    slices: ['caption', 'is_caption_edited', 'kept_by_hand'],
  }
  const writers = new Map(
    (['recordings', 'slices'] as const).flatMap((table) =>
      fields[table].map((field) => [`${table}.${field}`, database.prepare(`UPDATE ${table} SET ${field} = ? WHERE seq = ?`)] as const),
    ),
  )
  const slicesOf = database
    .prepare<[string], number>('SELECT seq FROM slices WHERE recording_seq IN (SELECT value FROM json_each(?))')
    .pluck()
  const exists = {
    recordings: database.prepare('SELECT 1 FROM recordings WHERE seq = ?'),
    slices: database.prepare('SELECT 1 FROM slices WHERE seq = ?'),
  }
  return (changes, side) => {
    const touched = { recordings: new Set<number>(), slices: new Set<number>() }
    for (const change of changes) {
      const { table, seq, field } = change
      // A row that has been removed since has nothing to take back.
      if (exists[table].get(seq) === undefined) continue
      const value = change[side]
      if (Array.isArray(value)) tags.set(table, seq, value)
      else writers.get(`${table}.${field}`)?.run(value, seq)
      if (field !== 'kept_by_hand' && field !== 'cleaning' && field !== 'is_caption_edited') touched[table].add(seq)
    }
    const recordings = [...touched.recordings]
    if (recordings.length > 0) words.indexRecordings(recordings)
    words.indexSlices([...new Set([...touched.slices, ...(recordings.length > 0 ? slicesOf.all(JSON.stringify(recordings)) : [])])])
    tags.prune()
  }
}

export const createEditRepository = (database: Sqlite, tags: TagRepository): EditRepository => {
  const write = createWriter(database, tags)
  const insert = database.prepare('INSERT INTO edits (at, label, row_count, changes) VALUES (?, ?, ?, ?)')
  const forgetUndone = database.prepare('DELETE FROM edits WHERE is_undone = 1')
  const forgetOld = database.prepare(`DELETE FROM edits WHERE id <= (SELECT max(id) FROM edits) - ${KEPT_EDITS}`)
  const latest = database.prepare<[], EditRow>('SELECT * FROM edits WHERE is_undone = 0 ORDER BY id DESC LIMIT 1')
  const nextUndone = database.prepare<[], EditRow>('SELECT * FROM edits WHERE is_undone = 1 ORDER BY id LIMIT 1')
  const setUndone = database.prepare('UPDATE edits SET is_undone = ? WHERE id = ?')
  const list = database.prepare<[], EditRow>(`SELECT id, at, label, row_count, '' AS changes, is_undone FROM edits ORDER BY id DESC`)
  const read = {
    recordings: database.prepare<[string], Record<string, string | number | null>>(
      'SELECT seq, name, caption, session_id, rights_id, instrument, cleaning FROM recordings WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq',
    ),
    slices: database.prepare<[string], Record<string, string | number | null>>(
      'SELECT seq, caption, is_caption_edited, kept_by_hand, recording_seq FROM slices WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq',
    ),
  }

  const plan = (unit: Unit, seqs: readonly number[], changes: LibraryChanges): Change[] => {
    const planned: Change[] = []
    const put = (table: Change['table'], seq: number, field: Field, before: Value, after: Value): void => {
      if (!isSame(before, after)) planned.push({ table, seq, field, before, after })
    }
    const rows = read[unit].all(JSON.stringify(seqs))
    const touchesTags = changes.addTags !== undefined || changes.removeTags !== undefined
    const touchesCaption = changes.caption !== undefined || changes.replaceInCaption !== undefined || changes.appendToCaption !== undefined
    for (const row of rows) {
      const seq = Number(row['seq'])
      if (touchesCaption) {
        const before = String(row['caption'])
        const after = editCaption(before, changes)
        put(unit, seq, 'caption', before, after)
        if (unit === 'slices' && after !== before) put(unit, seq, 'is_caption_edited', row['is_caption_edited'] ?? 0, 1)
      }
      if (unit === 'slices' && changes.keptByHand !== undefined) {
        put(unit, seq, 'kept_by_hand', row['kept_by_hand'] ?? null, changes.keptByHand === null ? null : Number(changes.keptByHand))
      }
      if (touchesTags) {
        const before = tags.list(unit, seq)
        put(unit, seq, 'tags', before, editTags(before, changes))
      }
    }
    const wanted = Object.entries(changesOfRecording(changes)) as [Field, Value][]
    if (wanted.length > 0) {
      const recordings =
        unit === 'recordings' ? rows : read.recordings.all(JSON.stringify([...new Set(rows.map((row) => row['recording_seq']))]))
      for (const row of recordings)
        for (const [field, after] of wanted) put('recordings', Number(row['seq']), field, row[field] ?? null, after)
    }
    return planned
  }

  const step = (row: EditRow | undefined, side: 'before' | 'after'): LibraryEdit | null => {
    if (row === undefined) return null
    const changes = parseColumn(z.array(changeSchema), row.changes, `edits.${row.id}`)
    write(side === 'before' ? changes.reverse() : changes, side)
    setUndone.run(side === 'before' ? 1 : 0, row.id)
    return { ...readEdit(row), isUndone: side === 'before' }
  }

  return {
    apply(unit, seqs, changes, at) {
      const planned = plan(unit, seqs, changes)
      if (planned.length === 0) return null
      write(planned, 'after')
      const count = new Set(planned.map(({ table, seq }) => `${table}.${seq}`)).size
      const fields = [...new Set(planned.map(({ field }) => FIELD_NAMES[field]))].join(', ')
      const label = `${fields} of ${count} ${count === 1 ? unit.slice(0, -1) : unit}`
      forgetUndone.run()
      const { lastInsertRowid } = insert.run(at, label, count, JSON.stringify(planned))
      forgetOld.run()
      return { id: Number(lastInsertRowid), at, label, count, isUndone: false }
    },
    undo: () => step(latest.get(), 'before'),
    redo: () => step(nextUndone.get(), 'after'),
    list: () => list.all().map(readEdit),
  }
}
