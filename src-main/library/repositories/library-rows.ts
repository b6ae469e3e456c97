import { LICENCES, markSchema, type RecordingRow, type SliceRow } from '#contract/library.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import { parseColumn } from './rows.ts'

/** Rows by number, in the order that they are asked for; those that are gone are left out. */
export interface RowReader {
  recordings(seqs: readonly number[]): RecordingRow[]
  slices(seqs: readonly number[]): SliceRow[]
}

interface SharedColumns {
  seq: number
  id: string
  name: string
  caption: string
  tags: string
  session_id: string | null
  session_name: string | null
  licence: string | null
  instrument: string
  duration_seconds: number
  key: string | null
  bpm: number | null
  pitch_low: number | null
  pitch_high: number | null
  register: string | null
  articulation: string | null
  dynamics: string | null
  loudness_db: number | null
  quality: number
  marks: string
}

interface RecordingColumns extends SharedColumns {
  kind: 'audio' | 'melody'
  format: string
  file_name: string
  asset_id: string
  imported_at: string
  sample_rate: number
  channel_count: number
  byte_length: number
  slice_count: number
  kept_slice_count: number
  duplicate_id: string | null
  rights_id: string | null
}

interface SliceColumns extends SharedColumns {
  recording_id: string
  position: number
  start_seconds: number
  end_seconds: number
  is_caption_edited: number
  kept_by_hand: number | null
  is_kept: number
  has_vector: number
}

const marksSchema = z.array(markSchema)
const namesSchema = z.array(z.string())

const readShared = (
  row: SharedColumns,
): Omit<SliceRow, 'recordingId' | 'index' | 'startSeconds' | 'endSeconds' | 'isCaptionEdited' | 'keptByHand' | 'hasVector' | 'isKept'> => ({
  seq: row.seq,
  id: row.id,
  name: row.name,
  caption: row.caption,
  tags: parseColumn(namesSchema, row.tags, row.id),
  sessionId: row.session_id,
  sessionName: row.session_name,
  licence: LICENCES.find((licence) => licence === row.licence) ?? 'unknown',
  instrument: row.instrument,
  durationSeconds: row.duration_seconds,
  key: row.key,
  bpm: row.bpm,
  pitchLow: row.pitch_low,
  pitchHigh: row.pitch_high,
  register: row.register,
  articulation: row.articulation,
  dynamics: row.dynamics,
  loudnessDb: row.loudness_db,
  quality: row.quality,
  marks: row.marks === '[]' ? [] : parseColumn(marksSchema, row.marks, row.id),
})

const inOrder = <T extends { seq: number }>(seqs: readonly number[], rows: readonly T[]): T[] => {
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  return seqs.flatMap((seq) => bySeq.get(seq) ?? [])
}

const WANTED = 'IN (SELECT value FROM json_each(?))'

export const createRowReader = (database: Sqlite): RowReader => {
  const recordings = database.prepare<[string], RecordingColumns>(
    `SELECT r.*, e.name AS session_name, g.licence, d.id AS duplicate_id,
       (SELECT json_group_array(name) FROM (SELECT t.name FROM recording_tags x JOIN tags t ON t.id = x.tag_id WHERE x.recording_seq = r.seq ORDER BY t.name)) AS tags,
       (SELECT count(*) FROM slices WHERE recording_seq = r.seq) AS slice_count,
       (SELECT count(*) FROM slices WHERE recording_seq = r.seq AND is_kept = 1) AS kept_slice_count
     FROM recordings r LEFT JOIN sessions e ON e.id = r.session_id LEFT JOIN rights g ON g.id = r.rights_id
       LEFT JOIN recordings d ON d.seq = r.duplicate_of
     WHERE r.seq ${WANTED}`,
  )
  const slices = database.prepare<[string], SliceColumns>(
    `SELECT s.*, r.id AS recording_id, r.name, r.instrument, r.session_id, e.name AS session_name, g.licence,
       EXISTS (SELECT 1 FROM slice_vectors WHERE slice_seq = s.seq) AS has_vector,
       (SELECT json_group_array(name) FROM (SELECT t.name FROM tags t WHERE t.id IN (
          SELECT tag_id FROM recording_tags WHERE recording_seq = r.seq UNION SELECT tag_id FROM slice_tags WHERE slice_seq = s.seq) ORDER BY t.name)) AS tags
     FROM slices s JOIN recordings r ON r.seq = s.recording_seq LEFT JOIN sessions e ON e.id = r.session_id LEFT JOIN rights g ON g.id = r.rights_id
     WHERE s.seq ${WANTED}`,
  )
  return {
    recordings: (seqs) =>
      inOrder(seqs, recordings.all(JSON.stringify(seqs))).map((row) => ({
        ...readShared(row),
        kind: row.kind,
        format: row.format,
        fileName: row.file_name,
        assetId: row.asset_id,
        importedAt: row.imported_at,
        sampleRate: row.sample_rate,
        channelCount: row.channel_count,
        byteLength: row.byte_length,
        sliceCount: row.slice_count,
        keptSliceCount: row.kept_slice_count,
        duplicateOf: row.duplicate_id,
        rightsId: row.rights_id,
        isKept: row.kind === 'melody' || row.kept_slice_count > 0,
      })),
    slices: (seqs) =>
      inOrder(seqs, slices.all(JSON.stringify(seqs))).map((row) => ({
        ...readShared(row),
        recordingId: row.recording_id,
        index: row.position,
        startSeconds: row.start_seconds,
        endSeconds: row.end_seconds,
        isCaptionEdited: row.is_caption_edited === 1,
        keptByHand: row.kept_by_hand === null ? null : row.kept_by_hand === 1,
        isKept: row.is_kept === 1,
        hasVector: row.has_vector === 1,
      })),
  }
}
