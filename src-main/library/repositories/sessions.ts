import { LICENCES, rightsSchema, type RecordingSession, type Rights } from '#contract/library.ts'
import type { Sqlite } from '../sqlite/database.ts'

/** Recording sessions and notes of rights: what recordings share. */
export interface SessionRepository {
  list(): RecordingSession[]
  find(id: string): RecordingSession | null
  findByName(name: string): RecordingSession | null
  save(session: { id: string; name: string; note: string; createdAt: string }): void
  listRights(): Rights[]
  findRights(id: string): Rights | null
  saveRights(rights: Rights): void
  /** Row numbers of what belongs to a session, whose words change with its name. */
  listMembers(sessionId: string): { recordings: number[]; slices: number[] }
}

const SELECT = `SELECT e.id, e.name, e.note, e.created_at AS createdAt, (SELECT count(*) FROM recordings WHERE session_id = e.id) AS recordingCount FROM sessions e`

interface RightsRow {
  id: string
  licence: string
  holder: string
  note: string
  is_shareable: number
}

const readRights = (row: RightsRow): Rights =>
  rightsSchema.parse({
    id: row.id,
    licence: LICENCES.find((licence) => licence === row.licence) ?? 'other',
    holder: row.holder,
    note: row.note,
    isShareable: row.is_shareable === 1,
  })

export const createSessionRepository = (database: Sqlite): SessionRepository => {
  const list = database.prepare<[], RecordingSession>(`${SELECT} ORDER BY e.created_at, e.name`)
  const find = database.prepare<[string], RecordingSession>(`${SELECT} WHERE e.id = ?`)
  const findByName = database.prepare<[string], RecordingSession>(`${SELECT} WHERE e.name = ? ORDER BY e.created_at LIMIT 1`)
  const save = database.prepare(
    'INSERT INTO sessions (id, name, note, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, note = excluded.note',
  )
  const listRights = database.prepare<[], RightsRow>('SELECT * FROM rights ORDER BY licence, holder, id')
  const findRights = database.prepare<[string], RightsRow>('SELECT * FROM rights WHERE id = ?')
  const saveRights = database.prepare(
    `INSERT INTO rights (id, licence, holder, note, is_shareable) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET licence = excluded.licence, holder = excluded.holder, note = excluded.note, is_shareable = excluded.is_shareable`,
  )
  const recordings = database.prepare<[string], number>('SELECT seq FROM recordings WHERE session_id = ?').pluck()
  const slices = database
    .prepare<[string], number>('SELECT s.seq FROM slices s JOIN recordings r ON r.seq = s.recording_seq WHERE r.session_id = ?')
    .pluck()
  return {
    list: () => list.all(),
    find: (id) => find.get(id) ?? null,
    findByName: (name) => findByName.get(name) ?? null,
    save: ({ id, name, note, createdAt }) => void save.run(id, name, note, createdAt),
    listRights: () => listRights.all().map(readRights),
    findRights: (id) => {
      const row = findRights.get(id)
      return row === undefined ? null : readRights(row)
    },
    saveRights: ({ id, licence, holder, note, isShareable }) => void saveRights.run(id, licence, holder, note, isShareable ? 1 : 0),
    listMembers: (sessionId) => ({ recordings: recordings.all(sessionId), slices: slices.all(sessionId) }),
  }
}
