import { type ProjectSummary, type StoredProject } from '#contract/project-methods.ts'
import { type Project, projectSchema } from '#contract/project.ts'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

interface SummaryRow {
  id: string
  title: string
  created_at: string
  updated_at: string
  track_count: number
  clip_count: number
  duration_seconds: number
}

export interface ProjectRepository {
  insert(id: string, project: Project, createdAt: string): ProjectSummary
  /** Replaces the arrangement; null where there is no such project. */
  update(id: string, project: Project, updatedAt: string): ProjectSummary | null
  /** Worked on last first. */
  list(): ProjectSummary[]
  find(id: string): StoredProject | null
  /** Keeps a sound for a project before any of its clips plays it. */
  noteAsset(id: string, assetId: string): void
  remove(id: string): void
}

const readSummary = (row: SummaryRow): ProjectSummary => ({
  id: row.id,
  title: row.title,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  trackCount: row.track_count,
  clipCount: row.clip_count,
  durationSeconds: row.duration_seconds,
})

const measureSeconds = ({ clips }: Project): number =>
  clips.reduce((end, clip) => Math.max(end, clip.startSeconds + clip.durationSeconds), 0)

const SUMMARY = 'id, title, created_at, updated_at, track_count, clip_count, duration_seconds'

export const createProjectRepository = (database: Sqlite): ProjectRepository => {
  const insert = database.prepare<[string, string, string, string, number, number, number, string], SummaryRow>(
    `INSERT INTO projects (${SUMMARY}, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${SUMMARY}`,
  )
  const update = database.prepare<[string, string, number, number, number, string, string], SummaryRow>(
    `UPDATE projects SET title = ?, updated_at = ?, track_count = ?, clip_count = ?, duration_seconds = ?, body = ? WHERE id = ?
     RETURNING ${SUMMARY}`,
  )
  const list = database.prepare<[], SummaryRow>(`SELECT ${SUMMARY} FROM projects ORDER BY updated_at DESC, rowid DESC`)
  const find = database.prepare<[string], SummaryRow & { body: string }>('SELECT * FROM projects WHERE id = ?')
  const remove = database.prepare('DELETE FROM projects WHERE id = ?')
  // A sound that this library does not have cannot be kept; the arrangement is, and says so when it is played.
  const noteAsset = database.prepare(
    'INSERT INTO project_assets (project_id, asset_id) SELECT ?, id FROM assets WHERE id = ? ON CONFLICT DO NOTHING',
  )
  const noteAll = (id: string, { sources }: Project): void => {
    for (const { assetId } of sources) if (assetId !== null) noteAsset.run(id, assetId)
  }
  return {
    insert(id, project, createdAt) {
      const { title, tracks, clips } = project
      const body = JSON.stringify(project)
      const row = insert.get(id, title, createdAt, createdAt, tracks.length, clips.length, measureSeconds(project), body)
      noteAll(id, project)
      return readSummary(row as SummaryRow)
    },
    update(id, project, updatedAt) {
      const { title, tracks, clips } = project
      const row = update.get(title, updatedAt, tracks.length, clips.length, measureSeconds(project), JSON.stringify(project), id)
      if (row === undefined) return null
      noteAll(id, project)
      return readSummary(row)
    },
    list: () => list.all().map(readSummary),
    find(id) {
      const row = find.get(id)
      return row === undefined ? null : { ...readSummary(row), project: parseColumn(projectSchema, row.body, `projects.${id}`) }
    },
    noteAsset: (id, assetId) => void noteAsset.run(id, assetId),
    remove: (id) => void remove.run(id),
  }
}
