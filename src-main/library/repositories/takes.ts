import { matchScoreSchema, type Take } from '#contract/api.ts'
import { lanesSchema } from '#contract/expression.ts'
import { noteSchema } from '#contract/melody.ts'
import { recipeSchema } from '#contract/recipe.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

interface TakeRow {
  id: string
  hum_id: string
  created_at: string
  prompt: string
  lanes: string
  notes: string
  seed: number
  voice: string
  model_hash: string
  asset_id: string
  duration_seconds: number
  true_peak_db: number
  score: string
  is_favourite: number
  note: string
  peaks: string
  recipe: string | null
}

export interface TakeRepository {
  insert(take: Take): void
  /** Newest first; of one hum, or all. */
  list(humId?: string): Take[]
  find(id: string): Take | null
  setFavourite(id: string, isFavourite: boolean): void
  setNote(id: string, note: string): void
  remove(id: string): void
}

const readTake = (row: TakeRow): Take => {
  const place = `takes.${row.id}`
  return {
    id: row.id,
    humId: row.hum_id,
    createdAt: row.created_at,
    prompt: row.prompt,
    lanes: parseColumn(lanesSchema, row.lanes, place),
    notes: parseColumn(z.array(noteSchema), row.notes, place),
    seed: row.seed,
    voice: row.voice,
    modelHash: row.model_hash,
    assetId: row.asset_id,
    durationSeconds: row.duration_seconds,
    truePeakDb: row.true_peak_db,
    score: parseColumn(matchScoreSchema, row.score, place),
    isFavourite: row.is_favourite === 1,
    note: row.note,
    peaks: parseColumn(z.array(z.number()), row.peaks, place),
    recipe: row.recipe === null ? null : parseColumn(recipeSchema, row.recipe, place),
  }
}

export const createTakeRepository = (database: Sqlite): TakeRepository => {
  const insert = database.prepare(
    `INSERT INTO takes (id, hum_id, created_at, prompt, lanes, notes, seed, voice, model_hash, asset_id, duration_seconds, true_peak_db, score, is_favourite, note, peaks, recipe)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const listAll = database.prepare<[], TakeRow>('SELECT * FROM takes ORDER BY created_at DESC, rowid DESC')
  const listOfHum = database.prepare<[string], TakeRow>('SELECT * FROM takes WHERE hum_id = ? ORDER BY created_at DESC, rowid DESC')
  const find = database.prepare<[string], TakeRow>('SELECT * FROM takes WHERE id = ?')
  const setFavourite = database.prepare('UPDATE takes SET is_favourite = ? WHERE id = ?')
  const setNote = database.prepare('UPDATE takes SET note = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM takes WHERE id = ?')
  return {
    insert: (take) =>
      void insert.run(
        take.id,
        take.humId,
        take.createdAt,
        take.prompt,
        JSON.stringify(take.lanes),
        JSON.stringify(take.notes),
        take.seed,
        take.voice,
        take.modelHash,
        take.assetId,
        take.durationSeconds,
        take.truePeakDb,
        JSON.stringify(take.score),
        take.isFavourite ? 1 : 0,
        take.note,
        JSON.stringify(take.peaks),
        take.recipe === null ? null : JSON.stringify(take.recipe),
      ),
    list: (humId) => (humId === undefined ? listAll.all() : listOfHum.all(humId)).map(readTake),
    find: (id) => {
      const row = find.get(id)
      return row === undefined ? null : readTake(row)
    },
    setFavourite: (id, isFavourite) => void setFavourite.run(isFavourite ? 1 : 0, id),
    setNote: (id, note) => void setNote.run(note, id),
    remove: (id) => void remove.run(id),
  }
}
