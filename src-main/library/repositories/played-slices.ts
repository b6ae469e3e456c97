import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

/** What was played in a slice: its measurements and its notes, onsets counted from its start. */
interface PlayedSliceRow {
  readonly durationSeconds: number
  readonly articulation: string | null
  readonly loudnessDb: number | null
  readonly pitchLow: number | null
  readonly pitchHigh: number | null
  readonly notes: readonly PlayedNoteRow[]
}

export interface PlayedNoteRow {
  readonly onsetSeconds: number
  readonly durationSeconds: number
  readonly pitch: number
  /** 0..1 each */
  readonly velocity: number
  readonly confidence: number
}

export interface PlayedSliceReader {
  /** Those of these row numbers that are there. */
  read(seqs: readonly number[]): PlayedSliceRow[]
}

/** Notes as the analysis keeps them: onset, duration, pitch, and what is of no concern here. */
const notesSchema = z.array(z.tuple([z.number(), z.number(), z.number()]).rest(z.number()))

export const createPlayedSliceReader = (database: Sqlite): PlayedSliceReader => {
  const select = database.prepare<[string], Omit<PlayedSliceRow, 'notes'> & { seq: number; notes: string | null }>(
    `SELECT s.seq, s.duration_seconds AS durationSeconds, s.articulation, s.loudness_db AS loudnessDb, s.pitch_low AS pitchLow, s.pitch_high AS pitchHigh,
       json_extract(d.details, '$.notes') AS notes
     FROM slices s LEFT JOIN slice_details d ON d.slice_seq = s.seq WHERE s.seq IN (SELECT value FROM json_each(?))`,
  )
  return {
    read: (seqs) =>
      select.all(JSON.stringify(seqs)).map(({ seq, notes, ...row }) => ({
        ...row,
        notes: (notes === null ? [] : parseColumn(notesSchema, notes, `slices.${seq}`)).map(
          ([onsetSeconds, durationSeconds, pitch, velocity = 0.7, confidence = 1]) => ({
            onsetSeconds,
            durationSeconds,
            pitch,
            velocity,
            confidence,
          }),
        ),
      })),
  }
}
