import { cleaningChainSchema } from '#contract/cleaning.ts'
import { detailsSchema, markSchema, type Mark, type Measurements } from '#contract/library.ts'
import { melodySchema } from '#contract/melody.ts'
import { z } from 'zod'
import type { Sqlite } from '../sqlite/database.ts'
import type { NewRecording, NewSlice } from './recordings.ts'
import { parseColumn } from './rows.ts'
import type { TagRepository } from './tags.ts'

/** Everything that is stored of a recording but its curves, as it would be inserted into another library. */
export type WholeRecording = Omit<NewRecording, 'signals'>

interface MeasuredColumns {
  seq: number
  caption: string
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
  details: string
}

interface RecordingColumns extends MeasuredColumns {
  id: string
  kind: 'audio' | 'melody'
  asset_id: string
  name: string
  file_name: string
  format: string
  session_id: string | null
  rights_id: string | null
  import_id: string | null
  imported_at: string
  instrument: string
  duration_seconds: number
  sample_rate: number
  channel_count: number
  byte_length: number
  melody: string | null
  cleaning: string | null
  fingerprint: Uint8Array | null
  duplicate_id: string | null
}

interface SliceColumns extends MeasuredColumns {
  start_seconds: number
  end_seconds: number
  is_caption_edited: number
  kept_by_hand: number | null
}

const marksSchema: z.ZodType<Mark[]> = z.array(markSchema)

const readMeasured = (row: MeasuredColumns, place: string): Measurements => ({
  caption: row.caption,
  key: row.key,
  bpm: row.bpm,
  pitchLow: row.pitch_low,
  pitchHigh: row.pitch_high,
  register: row.register,
  articulation: row.articulation,
  dynamics: row.dynamics,
  loudnessDb: row.loudness_db,
  quality: row.quality,
  marks: parseColumn(marksSchema, row.marks, place),
  details: parseColumn(detailsSchema, row.details, place),
})

/** Reads whole recordings, for an archive that another library opens. */
export const createRecordingExporter = (database: Sqlite, tags: TagRepository): ((id: string) => WholeRecording | null) => {
  const find = database.prepare<[string], RecordingColumns>(
    'SELECT r.*, d.id AS duplicate_id FROM recordings r LEFT JOIN recordings d ON d.seq = r.duplicate_of WHERE r.id = ?',
  )
  const slices = database.prepare<[number], SliceColumns>(
    'SELECT s.*, x.details FROM slices s JOIN slice_details x ON x.slice_seq = s.seq WHERE s.recording_seq = ? ORDER BY s.position',
  )
  return (id) => {
    const row = find.get(id)
    if (row === undefined) return null
    const place = `recordings.${id}`
    return {
      ...readMeasured(row, place),
      id: row.id,
      kind: row.kind,
      assetId: row.asset_id,
      name: row.name,
      fileName: row.file_name,
      format: row.format,
      sessionId: row.session_id,
      rightsId: row.rights_id,
      importId: row.import_id,
      importedAt: row.imported_at,
      instrument: row.instrument,
      durationSeconds: row.duration_seconds,
      sampleRate: row.sample_rate,
      channelCount: row.channel_count,
      byteLength: row.byte_length,
      melody: row.melody === null ? null : parseColumn(melodySchema, row.melody, place),
      cleaning: row.cleaning === null ? null : parseColumn(cleaningChainSchema, row.cleaning, place),
      fingerprint: row.fingerprint,
      duplicateOf: row.duplicate_id,
      tags: tags.list('recordings', row.seq),
      slices: slices.all(row.seq).map((slice): NewSlice => ({
        ...readMeasured(slice, place),
        startSeconds: slice.start_seconds,
        endSeconds: slice.end_seconds,
        tags: tags.list('slices', slice.seq),
        isCaptionEdited: slice.is_caption_edited === 1,
        keptByHand: slice.kept_by_hand === null ? null : slice.kept_by_hand === 1,
      })),
    }
  }
}
