import type { LibraryQuery, UNITS } from '#contract/library.ts'
import { readWords, type Words } from './library-words.ts'

export type Unit = (typeof UNITS)[number]

/** A query as conditions over `slices s` and `recordings r`, every value a parameter. */
export interface Conditions {
  readonly clauses: readonly string[]
  readonly params: readonly unknown[]
  /** Whether slices have to be joined with their recordings. */
  readonly needsRecording: boolean
  readonly words: Words | null
}

const TAGGED: Readonly<Record<Unit, string>> = {
  slices: `s.seq IN (
    SELECT x.slice_seq FROM slice_tags x JOIN tags t ON t.id = x.tag_id WHERE t.name = ?1
    UNION ALL SELECT y.seq FROM recording_tags x JOIN tags t ON t.id = x.tag_id JOIN slices y ON y.recording_seq = x.recording_seq WHERE t.name = ?1)`,
  recordings: 'r.seq IN (SELECT x.recording_seq FROM recording_tags x JOIN tags t ON t.id = x.tag_id WHERE t.name = ?1)',
}

/** A query's filters, one clause each. */
export const buildConditions = (unit: Unit, query: LibraryQuery): Conditions => {
  const clauses: string[] = []
  const params: unknown[] = []
  let needsRecording = unit === 'recordings'
  // The plus keeps SQLite from looking rows up one by one by such a column: one walk over the index that holds them all is quicker.
  const own = unit === 'slices' ? '+s' : 'r'
  const add = (clause: string, ...values: unknown[]): void => {
    clauses.push(clause)
    params.push(...values)
  }
  const addOfRecording = (clause: string, ...values: unknown[]): void => {
    needsRecording = true
    add(clause, ...values)
  }
  const among = (column: string, values: readonly string[] | undefined, isOfRecording = false): void => {
    if (values === undefined || values.length === 0) return
    ;(isOfRecording ? addOfRecording : add)(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(values))
  }
  const bound = (clause: string, value: number | undefined): void => {
    if (value !== undefined) add(clause, value)
  }

  if (query.kind !== undefined) addOfRecording('r.kind = ?', query.kind)
  among('r.instrument', query.instruments, true)
  among('r.session_id', query.sessionIds, true)
  if (query.licences !== undefined && query.licences.length > 0) {
    addOfRecording(
      `coalesce((SELECT licence FROM rights WHERE id = r.rights_id), 'unknown') IN (SELECT value FROM json_each(?))`,
      JSON.stringify(query.licences),
    )
  }
  if (query.isShareable !== undefined) {
    addOfRecording('coalesce((SELECT is_shareable FROM rights WHERE id = r.rights_id), 0) = ?', query.isShareable ? 1 : 0)
  }
  if (query.recordingId !== undefined) {
    if (unit === 'slices') add('s.recording_seq = (SELECT seq FROM recordings WHERE id = ?)', query.recordingId)
    else add('r.id = ?', query.recordingId)
  }
  if (query.importId !== undefined) addOfRecording('r.import_id = ?', query.importId)
  if (query.isDuplicate !== undefined) addOfRecording(`r.duplicate_of IS ${query.isDuplicate ? 'NOT ' : ''}NULL`)
  for (const tag of query.tags ?? []) add(TAGGED[unit].replaceAll('?1', '?'), ...(unit === 'slices' ? [tag, tag] : [tag]))
  for (const tag of query.withoutTags ?? []) {
    add(`NOT (${TAGGED[unit].replaceAll('?1', '?')})`, ...(unit === 'slices' ? [tag, tag] : [tag]))
  }
  among(`${own}.key`, query.keys)
  among(`${own}.register`, query.registers)
  among(`${own}.articulation`, query.articulations)
  among(`${own}.dynamics`, query.dynamics)
  bound(`${own}.duration_seconds >= ?`, query.minimumSeconds)
  bound(`${own}.duration_seconds <= ?`, query.maximumSeconds)
  bound(`${own}.bpm >= ?`, query.minimumBpm)
  bound(`${own}.bpm <= ?`, query.maximumBpm)
  bound(`${own}.pitch_low >= ?`, query.lowestPitch)
  bound(`${own}.pitch_high <= ?`, query.highestPitch)
  bound(`${own}.quality >= ?`, query.minimumQuality)
  for (const code of query.withMarks ?? []) add(`instr(${own}.mark_codes, ?) > 0`, ` ${code} `)
  for (const code of query.withoutMarks ?? []) add(`instr(${own}.mark_codes, ?) = 0`, ` ${code} `)
  if (query.isKept !== undefined) {
    if (unit === 'slices') add('+s.is_kept = ?', query.isKept ? 1 : 0)
    else add(`${query.isKept ? '' : 'NOT '}EXISTS (SELECT 1 FROM slices k WHERE k.recording_seq = r.seq AND k.is_kept = 1)`)
  }
  return { clauses, params, needsRecording, words: query.words === undefined ? null : readWords(query.words) }
}
