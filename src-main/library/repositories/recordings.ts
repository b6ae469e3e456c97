import type { Mark, Measurements, Recording, RecordingRow, SliceRow } from '#contract/library.ts'
import { cleaningChainSchema, type CleaningChain } from '#contract/cleaning.ts'
import { detailsSchema, rightsSchema } from '#contract/library.ts'
import { melodySchema } from '#contract/melody.ts'
import type { Statement } from 'better-sqlite3'
import type { Sqlite } from '../sqlite/database.ts'
import type { Unit } from './library-conditions.ts'
import { createRowReader, type RowReader } from './library-rows.ts'
import { createWordIndex, type WordIndex } from './library-words.ts'
import { parseColumn } from './rows.ts'
import type { TagRepository } from './tags.ts'

export interface NewSlice extends Readonly<Measurements>, Readonly<Pick<SliceRow, 'startSeconds' | 'endSeconds'>> {
  readonly tags?: readonly string[]
  /** A caption that a person wrote, and a decision by hand: where a slice comes from another library. */
  readonly isCaptionEdited?: boolean
  readonly keptByHand?: boolean | null
}

/** Outline and curves, as they are stored. */
export interface RecordingSignals {
  readonly samplesPerPeak: number
  /** Minimum and maximum in turn, 127 = full scale. */
  readonly peaks: Int8Array
  /** Hz at 100 Hz, 0 = unvoiced. */
  readonly f0: Float32Array
  readonly loudnessDb: Float32Array
}

export interface NewRecording
  extends
    Readonly<Measurements>,
    Readonly<
      Omit<RecordingRow, keyof Measurements | 'seq' | 'tags' | 'sessionName' | 'licence' | 'isKept' | 'sliceCount' | 'keptSliceCount'>
    >,
    Readonly<Pick<Recording, 'melody' | 'cleaning'>> {
  readonly importId: string | null
  readonly fingerprint: Uint8Array | null
  readonly signals: RecordingSignals | null
  readonly tags: readonly string[]
  readonly slices: readonly NewSlice[]
}

export interface RecordingHead {
  readonly assetId: string
  readonly fileName: string
  readonly duplicateOf: string | null
  readonly isShareable: boolean
  readonly cleaning: CleaningChain | null
}

/** What a list draws of a row. */
export interface Outline extends Pick<RecordingSignals, 'samplesPerPeak' | 'peaks'> {
  readonly seq: number
  readonly startSeconds: number
  readonly endSeconds: number
}

export interface RecordingRepository extends RowReader {
  /** Call in a transaction. Ids of slices follow from the recording's: `<recording>-<position>`. */
  insert(recording: NewRecording): void
  /** One more place where a recording's bytes were found. */
  addProvenance(recordingId: string, path: string, foundAt: string, source: string | null): void
  /** What a data set says of a recording that is there already: tags are added; of the rest, only what nobody has said yet. */
  complete(recordingId: string, known: { instrument: string; rightsId: string; tags: readonly string[] }): void
  findIdByAsset(assetId: string): string | null
  find(id: string): Recording | null
  /** The little of a recording that its slices do not say. */
  findHead(id: string): RecordingHead | null
  /** Row numbers of slices by their ids; those that are gone are left out. */
  findSliceSeqs(ids: readonly string[]): ReadonlyMap<string, number>
  findSignals(id: string): RecordingSignals | null
  /** Outlines with the span that each row means, of those that have one. */
  listOutlines(unit: Unit, seqs: readonly number[]): Outline[]
  /** Of every recording that has one, in order of import. */
  listFingerprints(): { id: string; fingerprint: Uint8Array }[]
  remove(ids: readonly string[]): number
}

export const codesOf = (marks: readonly Mark[]): string =>
  ` ${[...new Set(marks.map(({ code }) => code))].sort().join(' ')} `.replace('  ', ' ')

const bytesOf = (array: Float32Array | Int8Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
/** A blob's bytes lie anywhere; a float array needs them aligned. */
const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)

const measuredValues = (measured: Measurements): unknown[] => [
  measured.caption,
  measured.key,
  measured.bpm,
  measured.pitchLow,
  measured.pitchHigh,
  measured.register,
  measured.articulation,
  measured.dynamics,
  measured.loudnessDb,
  measured.quality,
  JSON.stringify(measured.marks),
  codesOf(measured.marks),
]

const MEASURED_COLUMNS =
  'caption, key, bpm, pitch_low, pitch_high, register, articulation, dynamics, loudness_db, quality, marks, mark_codes'

const createInsert = (database: Sqlite, tags: TagRepository, words: WordIndex): RecordingRepository['insert'] => {
  const insertRecording = database.prepare(
    `INSERT INTO recordings (${MEASURED_COLUMNS}, details, id, kind, asset_id, name, file_name, format, session_id, rights_id, import_id, imported_at,
       instrument, duration_seconds, sample_rate, channel_count, byte_length, melody, cleaning, fingerprint, duplicate_of)
     VALUES (${Array(31).fill('?').join(', ')}, (SELECT seq FROM recordings WHERE id = ?))`,
  )
  const insertSignals = database.prepare('INSERT INTO recording_signals VALUES (?, ?, ?, ?, ?)')
  const insertSlice = database.prepare(
    `INSERT INTO slices (${MEASURED_COLUMNS}, id, recording_seq, position, start_seconds, end_seconds, duration_seconds, is_sound, is_caption_edited, kept_by_hand)
     VALUES (${Array(21).fill('?').join(', ')})`,
  )
  const insertDetails = database.prepare('INSERT INTO slice_details VALUES (?, ?)')
  return (recording) => {
    const { slices, signals } = recording
    const { lastInsertRowid } = insertRecording.run(
      ...measuredValues(recording),
      JSON.stringify(recording.details),
      recording.id,
      recording.kind,
      recording.assetId,
      recording.name,
      recording.fileName,
      recording.format,
      recording.sessionId,
      recording.rightsId,
      recording.importId,
      recording.importedAt,
      recording.instrument,
      recording.durationSeconds,
      recording.sampleRate,
      recording.channelCount,
      recording.byteLength,
      recording.melody === null ? null : JSON.stringify(recording.melody),
      recording.cleaning === null ? null : JSON.stringify(recording.cleaning),
      recording.fingerprint,
      recording.duplicateOf,
    )
    const seq = Number(lastInsertRowid)
    tags.set('recordings', seq, recording.tags)
    if (signals !== null)
      insertSignals.run(seq, signals.samplesPerPeak, bytesOf(signals.peaks), bytesOf(signals.f0), bytesOf(signals.loudnessDb))
    const sliceSeqs = slices.map((slice, position) => {
      const { startSeconds, endSeconds, keptByHand = null, isCaptionEdited = false } = slice
      const inserted = insertSlice.run(
        ...measuredValues(slice),
        `${recording.id}-${position}`,
        seq,
        position,
        startSeconds,
        endSeconds,
        endSeconds - startSeconds,
        slice.marks.some(({ isDisqualifying }) => isDisqualifying) ? 0 : 1,
        isCaptionEdited ? 1 : 0,
        keptByHand === null ? null : Number(keptByHand),
      )
      const sliceSeq = Number(inserted.lastInsertRowid)
      insertDetails.run(sliceSeq, JSON.stringify(slice.details))
      if (slice.tags !== undefined) tags.set('slices', sliceSeq, slice.tags)
      return sliceSeq
    })
    words.indexRecordings([seq])
    words.indexSlices(sliceSeqs)
  }
}

interface WholeRow {
  seq: number
  details: string
  melody: string | null
  cleaning: string | null
}

const createFind = (database: Sqlite, rows: RowReader): RecordingRepository['find'] => {
  const find = database.prepare<[string], WholeRow>('SELECT seq, details, melody, cleaning FROM recordings WHERE id = ?')
  const findRights = database.prepare<[string], { id: string; licence: string; holder: string; note: string; is_shareable: number }>(
    'SELECT * FROM rights WHERE id = ?',
  )
  const provenance = database.prepare<[number], { path: string; foundAt: string; source: string | null }>(
    'SELECT path, found_at AS foundAt, source FROM provenance WHERE recording_seq = ? ORDER BY found_at, path',
  )
  const slices = database.prepare<[number], number>('SELECT seq FROM slices WHERE recording_seq = ? ORDER BY position').pluck()
  return (id) => {
    const whole = find.get(id)
    const row = whole === undefined ? undefined : rows.recordings([whole.seq])[0]
    if (whole === undefined || row === undefined) return null
    const place = `recordings.${id}`
    const rights = row.rightsId === null ? undefined : findRights.get(row.rightsId)
    return {
      ...row,
      melody: whole.melody === null ? null : parseColumn(melodySchema, whole.melody, place),
      details: parseColumn(detailsSchema, whole.details, place),
      cleaning: whole.cleaning === null ? null : parseColumn(cleaningChainSchema, whole.cleaning, place),
      rights: rights === undefined ? null : rightsSchema.parse({ ...rights, isShareable: rights.is_shareable === 1 }),
      provenance: provenance.all(whole.seq),
      slices: rows.slices(slices.all(whole.seq)),
    }
  }
}

type OutlineRow = Omit<Outline, 'peaks'> & { peaks: Uint8Array }

const prepareOutlines = (database: Sqlite): Record<Unit, Statement<[string], OutlineRow>> => {
  const prepare = (seq: string, span: string, from: string): Statement<[string], OutlineRow> =>
    database.prepare<[string], OutlineRow>(
      `SELECT ${seq} AS seq, g.samples_per_peak AS samplesPerPeak, g.peaks, ${span} FROM ${from} WHERE ${seq} IN (SELECT value FROM json_each(?))`,
    )
  return {
    recordings: prepare(
      'r.seq',
      '0 AS startSeconds, r.duration_seconds AS endSeconds',
      'recordings r JOIN recording_signals g ON g.recording_seq = r.seq',
    ),
    slices: prepare(
      's.seq',
      's.start_seconds AS startSeconds, s.end_seconds AS endSeconds',
      'slices s JOIN recording_signals g ON g.recording_seq = s.recording_seq',
    ),
  }
}

export const createRecordingRepository = (database: Sqlite, tags: TagRepository): RecordingRepository => {
  const rows = createRowReader(database)
  const addProvenance = database.prepare(
    'INSERT INTO provenance (recording_seq, path, found_at, source) SELECT seq, ?, ?, ? FROM recordings WHERE id = ? ON CONFLICT DO NOTHING',
  )
  const seqOf = database.prepare<[string], number>('SELECT seq FROM recordings WHERE id = ?').pluck()
  const slicesOf = database.prepare<[number], number>('SELECT seq FROM slices WHERE recording_seq = ?').pluck()
  const complete = database.prepare(
    `UPDATE recordings SET instrument = iif(instrument = '', ?, instrument), rights_id = coalesce(rights_id, ?) WHERE seq = ?`,
  )
  const words = createWordIndex(database)
  const byAsset = database.prepare<[string], string>('SELECT id FROM recordings WHERE asset_id = ?').pluck()
  const signals = database.prepare<[string], { samples_per_peak: number; peaks: Uint8Array; f0: Uint8Array; loudness: Uint8Array }>(
    'SELECT g.* FROM recording_signals g JOIN recordings r ON r.seq = g.recording_seq WHERE r.id = ?',
  )
  const outlines = prepareOutlines(database)
  const fingerprints = database.prepare<[], { id: string; fingerprint: Uint8Array }>(
    'SELECT id, fingerprint FROM recordings WHERE fingerprint IS NOT NULL ORDER BY seq',
  )
  const remove = database.prepare('DELETE FROM recordings WHERE id = ?')
  const head = database.prepare<
    [string],
    Omit<RecordingHead, 'isShareable' | 'cleaning'> & { isShareable: number; cleaning: string | null }
  >(
    `SELECT r.asset_id AS assetId, r.file_name AS fileName, d.id AS duplicateOf, coalesce(g.is_shareable, 0) AS isShareable, r.cleaning
     FROM recordings r LEFT JOIN recordings d ON d.seq = r.duplicate_of LEFT JOIN rights g ON g.id = r.rights_id WHERE r.id = ?`,
  )
  const sliceSeqs = database.prepare<[string], { id: string; seq: number }>(
    'SELECT id, seq FROM slices WHERE id IN (SELECT value FROM json_each(?))',
  )
  return {
    ...rows,
    insert: createInsert(database, tags, words),
    addProvenance: (recordingId, path, foundAt, source) => void addProvenance.run(path, foundAt, source, recordingId),
    complete(recordingId, { instrument, rightsId, tags: added }) {
      const seq = seqOf.get(recordingId)
      if (seq === undefined) return
      complete.run(instrument, rightsId, seq)
      tags.set('recordings', seq, [...tags.list('recordings', seq), ...added])
      words.indexRecordings([seq])
      words.indexSlices(slicesOf.all(seq))
    },
    findIdByAsset: (assetId) => byAsset.get(assetId) ?? null,
    find: createFind(database, rows),
    findHead(id) {
      const row = head.get(id)
      if (row === undefined) return null
      const cleaning = row.cleaning === null ? null : parseColumn(cleaningChainSchema, row.cleaning, `recordings.${id}`)
      return { ...row, isShareable: row.isShareable === 1, cleaning }
    },
    findSliceSeqs: (ids) => new Map(sliceSeqs.all(JSON.stringify(ids)).map(({ id, seq }) => [id, seq])),
    listOutlines: (unit, seqs) =>
      outlines[unit].all(JSON.stringify(seqs)).map(({ peaks, ...rest }) => ({
        ...rest,
        peaks: new Int8Array(peaks.buffer, peaks.byteOffset, peaks.byteLength),
      })),
    findSignals(id) {
      const row = signals.get(id)
      if (row === undefined) return null
      const { peaks } = row
      return {
        samplesPerPeak: row.samples_per_peak,
        peaks: new Int8Array(peaks.buffer, peaks.byteOffset, peaks.byteLength),
        f0: floatsOf(row.f0),
        loudnessDb: floatsOf(row.loudness),
      }
    },
    listFingerprints: () => fingerprints.all(),
    remove: (ids) => ids.reduce((sum, id) => sum + remove.run(id).changes, 0),
  }
}
