import type { LibraryQuery, LibrarySort } from '#contract/library.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Sqlite } from '../sqlite/database.ts'
import { buildConditions, type Unit } from './library-conditions.ts'
import { joinWords, type Words } from './library-words.ts'

/** Where a page of a sorted list begins: after this row. */
export interface Cursor {
  readonly value: string | number
  readonly seq: number
}

export interface SearchPage {
  readonly seqs: number[]
  readonly next: string | null
  readonly total: number
}

export interface SearchRepository {
  /** One page of row numbers, found by where the page before ended, and how many rows there are in all. */
  page(unit: Unit, query: LibraryQuery, sort: LibrarySort, after: string | null, limit: number): SearchPage
  count(unit: Unit, query: LibraryQuery): number
  /** Every row number in order. */
  order(unit: Unit, query: LibraryQuery, sort: LibrarySort): Int32Array
  /** A number that changes whenever anything of the library does, for whoever keeps an answer. */
  revision(): number
}

const SORT_COLUMNS: Readonly<Record<Unit, Readonly<Record<LibrarySort['by'], string>>>> = {
  slices: {
    added: 's.seq',
    name: 'r.name COLLATE NOCASE',
    duration: 's.duration_seconds',
    quality: 's.quality',
    // Where there is none it counts as below everything: an index cannot step over NULLs page by page.
    pitch: 'coalesce(s.pitch_low, -1)',
    loudness: 'coalesce(s.loudness_db, -200)',
    tempo: 'coalesce(s.bpm, -1)',
  },
  recordings: {
    added: 'r.seq',
    name: 'r.name COLLATE NOCASE',
    duration: 'r.duration_seconds',
    quality: 'r.quality',
    pitch: 'coalesce(r.pitch_low, -1)',
    loudness: 'coalesce(r.loudness_db, -200)',
    tempo: 'coalesce(r.bpm, -1)',
  },
}

/** With filters, sorting what one walk over the filters' index leaves beats walking the sorted index and looking every row up. */
const columnOf = (unit: Unit, by: LibrarySort['by'], isFiltered: boolean): string =>
  `${isFiltered && unit === 'slices' && by !== 'added' && by !== 'name' ? '+' : ''}${SORT_COLUMNS[unit][by]}`

const FEW_HITS = 4000
/** Queries whose counts are remembered until the library changes: pages after the first ask for the same one. */
const COUNTS_KEPT = 256

const readCursor = (text: string): Cursor => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(parsed) && typeof parsed[1] === 'number' && (typeof parsed[0] === 'number' || typeof parsed[0] === 'string')) {
      return { value: parsed[0], seq: parsed[1] }
    }
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', { what: 'The place to go on from is not one that a search answered.' }, { cause })
  }
  throw new EngineError('INVALID_ARGUMENT', { what: 'The place to go on from is not one that a search answered.' })
}

const writeCursor = ({ value, seq }: Cursor): string => Buffer.from(JSON.stringify([value, seq])).toString('base64url')

const fromOf = (unit: Unit, needsRecording: boolean, isByName: boolean): string => {
  if (unit === 'recordings') return 'recordings r'
  if (isByName) return 'recordings r CROSS JOIN slices s ON s.recording_seq = r.seq'
  // CROSS JOIN keeps SQLite from starting at the recordings, where the order of slices would be lost.
  return needsRecording ? 'slices s CROSS JOIN recordings r ON r.seq = s.recording_seq' : 'slices s'
}

export const createSearchRepository = (database: Sqlite): SearchRepository => {
  const countAll = {
    slices: database.prepare<[string], number>('SELECT count(*) FROM slice_words WHERE slice_words MATCH ?').pluck(),
    recordings: database.prepare<[string], number>('SELECT count(*) FROM recording_words WHERE recording_words MATCH ?').pluck(),
  }
  const countRows = {
    slices: database.prepare<[], number>('SELECT count(*) FROM slices').pluck(),
    recordings: database.prepare<[], number>('SELECT count(*) FROM recordings').pluck(),
  }

  const version = database.prepare<[], number>('SELECT total_changes()').pluck()
  const revision = (): number => version.get() ?? 0

  const counts = { revision: -1, byQuestion: new Map<string, number>() }
  /** What was counted before and still holds. */
  const remember = (question: string, count: () => number): number => {
    const now = revision()
    if (now !== counts.revision || counts.byQuestion.size >= COUNTS_KEPT) counts.byQuestion.clear()
    counts.revision = now
    const total = counts.byQuestion.get(question) ?? count()
    counts.byQuestion.set(question, total)
    return total
  }
  const countMatches = (unit: Unit, match: string): number => remember(`${unit} match ${match}`, () => countAll[unit].get(match) ?? 0)
  /** A word that stands everywhere, as "violin" does in many a library, asks for nothing. */
  const isEverywhere = (unit: Unit, term: string): boolean => countMatches(unit, term) >= remember(unit, () => countRows[unit].get() ?? 0)
  /** Terms that stand everywhere left out: a list of nearly all rows takes long to make. */
  const matchOf = (unit: Unit, { wanted, unwanted }: Words): ReturnType<typeof joinWords> =>
    joinWords({ wanted: wanted.filter((term) => !isEverywhere(unit, term)), unwanted })

  /** The words of a query that asks for nothing else. */
  const countableWords = (unit: Unit, query: LibraryQuery): string | null => {
    const { clauses, words } = buildConditions(unit, query)
    const joined = clauses.length > 0 || words === null ? null : matchOf(unit, words)
    return joined === null || joined.isExclusion ? null : joined.match
  }

  /** Few hits are looked up one by one; with many, the sorted index is walked and each row asked whether it is a hit. */
  const wordCondition = (unit: Unit, words: Words): { sql: string; match: string; hasFew: boolean } | null => {
    const joined = matchOf(unit, words)
    if (joined === null) return null
    const { match, isExclusion } = joined
    const table = unit === 'slices' ? 'slice_words' : 'recording_words'
    const column = unit === 'slices' ? 's.seq' : 'r.seq'
    const hasFew = !isExclusion && countMatches(unit, match) <= FEW_HITS
    // The plus keeps SQLite from driving the whole search by the list of hits.
    const sql = `${hasFew ? '' : '+'}${column} ${isExclusion ? 'NOT IN' : 'IN'} (SELECT rowid FROM ${table} WHERE ${table} MATCH ?)`
    return { sql, match, hasFew }
  }

  const compile = (
    unit: Unit,
    query: LibraryQuery,
    isByName: boolean,
  ): { from: string; where: string; params: unknown[]; isFiltered: boolean } => {
    const { clauses, params, needsRecording, words } = buildConditions(unit, query)
    const all = [...clauses]
    const allParams = [...params]
    let hasFew = false
    const condition = words === null ? null : wordCondition(unit, words)
    if (condition !== null) {
      all.push(condition.sql)
      hasFew = condition.hasFew
      allParams.push(condition.match)
    }
    return {
      from: fromOf(unit, needsRecording, isByName),
      where: all.length === 0 ? 'TRUE' : all.join(' AND '),
      params: allParams,
      isFiltered: clauses.length > 0 || hasFew,
    }
  }

  const countNow = (unit: Unit, query: LibraryQuery): number => {
    const words = countableWords(unit, query)
    if (words !== null) return countMatches(unit, words)
    const { from, where, params } = compile(unit, query, false)
    return (
      database
        .prepare<unknown[], number>(`SELECT count(*) FROM ${from} WHERE ${where}`)
        .pluck()
        .get(...params) ?? 0
    )
  }
  const countHitsOf = (unit: Unit, query: LibraryQuery, known?: number): number =>
    remember(JSON.stringify([unit, query]), () => known ?? countNow(unit, query))

  return {
    page(unit, query, sort, after, limit) {
      const { from, where, params, isFiltered } = compile(unit, query, sort.by === 'name')
      const column = columnOf(unit, sort.by, isFiltered)
      const seq = unit === 'slices' ? 's.seq' : 'r.seq'
      const beyond = sort.isDescending ? '<' : '>'
      const direction = sort.isDescending ? 'DESC' : 'ASC'
      const cursor = after === null ? null : readCursor(after)
      const start =
        cursor === null
          ? ''
          : sort.by === 'added'
            ? ` AND ${seq} ${beyond} ?`
            : ` AND ${column} ${beyond}= ? AND (${column} ${beyond} ? OR ${seq} ${beyond} ?)`
      const startParams = cursor === null ? [] : sort.by === 'added' ? [cursor.seq] : [cursor.value, cursor.value, cursor.seq]
      const found = `SELECT ${seq} AS seq, ${column} AS value FROM ${from} WHERE ${where}${start}`
      // Filters are walked once, for the first rows and for the count; without any, and by name, an index gives the first rows by itself.
      const isWhole = isFiltered && cursor === null && sort.by !== 'name'
      const rows = database
        .prepare<unknown[], { seq: number; value: string | number; total?: number }>(
          isWhole
            ? `WITH found AS MATERIALIZED (${found}) SELECT seq, value, (SELECT count(*) FROM found) AS total FROM found
               ORDER BY value ${direction}, seq ${direction} LIMIT ?`
            : `${found} ORDER BY ${column} ${direction}${sort.by === 'added' ? '' : `, ${seq} ${direction}`} LIMIT ?`,
        )
        .all(...params, ...startParams, limit + 1)
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        seqs: page.map((row) => row.seq),
        next: rows.length > limit && last !== undefined ? writeCursor(last) : null,
        total: countHitsOf(unit, query, isWhole ? (rows[0]?.total ?? 0) : undefined),
      }
    },
    count: (unit, query) => countHitsOf(unit, query),
    order(unit, query, sort) {
      const { from, where, params, isFiltered } = compile(unit, query, sort.by === 'name')
      const column = columnOf(unit, sort.by, isFiltered)
      const seq = unit === 'slices' ? 's.seq' : 'r.seq'
      const direction = sort.isDescending ? 'DESC' : 'ASC'
      const text = database
        .prepare<unknown[], string>(
          `SELECT json_group_array(seq) FROM (SELECT ${seq} AS seq FROM ${from} WHERE ${where}
           ORDER BY ${column} ${direction}${sort.by === 'added' ? '' : `, ${seq} ${direction}`})`,
        )
        .pluck()
        .get(...params)
      return Int32Array.from(JSON.parse(text ?? '[]') as number[])
    },
    revision,
  }
}
