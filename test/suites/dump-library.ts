import { openDatabase } from '#main/library/sqlite/database.ts'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const QUERIES = [
  'SELECT seq, id, kind, asset_id, name, file_name, format, session_id, instrument, duration_seconds, caption, key, bpm, quality, marks, duplicate_of FROM recordings ORDER BY seq',
  'SELECT seq, id, recording_seq, position, start_seconds, end_seconds, caption, is_kept, quality, marks FROM slices ORDER BY seq',
  'SELECT slice_seq, details FROM slice_details ORDER BY slice_seq',
  'SELECT recording_seq, samples_per_peak, hex(peaks) AS peaks, hex(f0) AS f0 FROM recording_signals ORDER BY recording_seq',
  'SELECT recording_seq, path FROM provenance ORDER BY recording_seq, path',
  'SELECT position, path, session_name, status, recording_id, sounds_like, error FROM import_files ORDER BY position',
  'SELECT id, name FROM sessions ORDER BY id',
  'SELECT status FROM imports',
]

/** Everything of a library that an import makes, without its times; and whether each sound is what its name says. */
export const dumpLibrary = (dataDir: string): { rows: unknown[]; blobs: string[] } => {
  const database = openDatabase(join(dataDir, 'library.sqlite'))
  const rows = QUERIES.map((sql) => database.prepare(sql).all())
  const broken = database.pragma('foreign_key_check') as unknown[]
  database.close()
  const blobs = readdirSync(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => {
      const hash = createHash('sha256')
        .update(readFileSync(join(parentPath, name)))
        .digest('hex')
      return hash === name.split('.')[0] ? name : `${name} is not what its name says`
    })
    .sort()
  return { rows: [...rows, broken], blobs }
}
