import { EngineError } from '#main/foundation/engine-error.ts'
import { findInstruments } from '../instrument-words.ts'
import { NOTHING_KNOWN, type SourceItem } from '../source.ts'
import { type Cell, type Hdf5File, openHdf5, type Row } from './hdf5.ts'

/** Rows read at once: 0.7 MB of metadata. */
const ROWS_PER_READ = 128
/** The whole data set has a million songs; a file that claims many more is damaged. */
const MAXIMUM_SONGS = 4_000_000
/** Terms that The Echo Nest weighted at least so for the artist count as genres. */
const GENRE_WEIGHT = 0.5

const METADATA = ['artist_name', 'title', 'release', 'genre', 'artist_id', 'song_id', 'artist_location', 'idx_artist_terms', 'artist_mbid']
const ANALYSIS = ['track_id', 'duration', 'tempo', 'key', 'key_confidence', 'mode', 'mode_confidence', 'time_signature', 'loudness']
const MUSICBRAINZ = ['year', 'idx_artist_mbtags']
const MAJOR = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']
const MINOR = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B']

const text = (row: Row, name: string): string => (typeof row[name] === 'string' ? row[name] : '')
const number = (row: Row, name: string): number => (typeof row[name] === 'number' ? row[name] : Number.NaN)

/** Key by the analyser, where it had any confidence in it. */
const readKey = (analysis: Row): string | undefined => {
  if (!(number(analysis, 'key_confidence') > 0) || !(number(analysis, 'mode_confidence') > 0)) return undefined
  const isMajor = number(analysis, 'mode') === 1
  const tonic = (isMajor ? MAJOR : MINOR)[number(analysis, 'key')]
  return tonic === undefined ? undefined : `${tonic} ${isMajor ? 'major' : 'minor'}`
}

interface Term {
  readonly name: string
  readonly weight: number
}

interface SongRows {
  readonly metadata: Row
  readonly analysis: Row
  readonly musicbrainz: Row
  readonly terms: readonly Term[]
  readonly mbtags: readonly string[]
  readonly problems: readonly string[]
}

const detailsOf = ({ metadata, analysis, musicbrainz }: SongRows): Record<string, Cell> => {
  const details: Record<string, Cell> = {}
  const put = (name: string, value: Cell): void => {
    if (value !== '' && value !== 0 && !Number.isNaN(value)) details[name] = value
  }
  put('release', text(metadata, 'release'))
  put('songId', text(metadata, 'song_id'))
  put('artistId', text(metadata, 'artist_id'))
  put('artistLocation', text(metadata, 'artist_location'))
  put('year', number(musicbrainz, 'year'))
  put('loudnessDb', number(analysis, 'loudness'))
  put('timeSignature', number(analysis, 'time_signature'))
  put('keyConfidence', number(analysis, 'key_confidence'))
  return details
}

const toItem = (rows: SongRows, place: { file: string; row: number }): SourceItem => {
  const { metadata, analysis, terms, mbtags, problems } = rows
  const id = text(analysis, 'track_id')
  const title = text(metadata, 'title')
  const artist = text(metadata, 'artist_name')
  const key = readKey(analysis)
  const seconds = number(analysis, 'duration')
  const bpm = number(analysis, 'tempo')
  const genres = [text(metadata, 'genre'), ...terms.filter(({ weight }) => weight >= GENRE_WEIGHT).map(({ name }) => name)]
  return {
    ...NOTHING_KNOWN,
    id: id === '' ? `${place.file}#${place.row}` : id,
    title: title === '' ? id : title,
    ...(artist !== '' && { artist }),
    tags: [...new Set([...terms.map(({ name }) => name), ...mbtags])],
    genres: [...new Set(genres.filter((name) => name !== ''))],
    instruments: findInstruments(genres),
    ...(seconds > 0 && { durationSeconds: seconds }),
    ...(bpm > 0 && { bpm }),
    ...(key !== undefined && { key }),
    details: { ...detailsOf(rows), ...place },
    problems: id === '' ? ['it has no track id', ...problems] : problems,
  }
}

/** The stretch of an array that belongs to row i: from its own index to the next row's, or to the end. */
const stretchOf = (rows: readonly Row[], i: number, column: string, end: number): { from: number; to: number } | undefined => {
  const row = rows[i]
  const next = rows[i + 1]
  const from = row === undefined ? Number.NaN : number(row, column)
  const to = next === undefined ? end : number(next, column)
  return from >= 0 && to >= from && to <= end ? { from, to } : undefined
}

/** An array's stretches for the rows of one read: read at once, cut row by row. */
interface Stretches<T> {
  /** The part that belongs to row i of the read; undefined where its indices lead outside the array. */
  readonly cut: (i: number) => T[] | undefined
  readonly problem?: string
}

interface Indexed {
  /** `count` rows of a read, and the one behind them where the file has more. */
  readonly rows: readonly Row[]
  readonly count: number
  /** Which of their columns leads into the array, and the array's length. */
  readonly column: string
  readonly end: number
}

const readStretches = <T>({ rows, count, column, end }: Indexed, read: (from: number, to: number) => T[]): Stretches<T> => {
  if (end === 0) return { cut: () => [] }
  const stretches = Array.from({ length: count }, (_, i) => stretchOf(rows, i, column, end))
  const known = stretches.filter((stretch) => stretch !== undefined)
  const first = known.reduce((least, { from }) => Math.min(least, from), end)
  const last = known.reduce((most, { to }) => Math.max(most, to), first)
  try {
    const values = first === last ? [] : read(first, last)
    return {
      cut: (i) => {
        const stretch = stretches[i]
        return stretch === undefined ? undefined : values.slice(stretch.from - first, stretch.to - first)
      },
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { cut: () => undefined, problem: String(error.details.reason) }
  }
}

const readTerms =
  (file: Hdf5File) =>
  (from: number, to: number): Term[] => {
    const names = file.readTexts('metadata/artist_terms', from, to)
    const hasWeights = (file.count('metadata/artist_terms_weight') ?? 0) >= to
    const weights = hasWeights ? file.readNumbers('metadata/artist_terms_weight', from, to) : new Float64Array(names.length)
    return names.map((name, i) => ({ name, weight: weights[i] }))
  }

const describeLoss = (what: string, problem: string | undefined): string =>
  problem === undefined ? `its ${what} lie outside the file` : `its ${what} cannot be read: ${problem}`

/** The songs of a file, one for a track's own file, up to a million for a summary. */
function* readSongRows(file: Hdf5File, path: string): Generator<SongRows, void, undefined> {
  const count = file.count('metadata/songs')
  const damaged = (reason: string): EngineError => new EngineError('SOURCE_FILE_DAMAGED', { path, reason })
  if (count === undefined || file.count('analysis/songs') !== count) throw damaged('it holds no songs of the Million Song Dataset')
  if (count > MAXIMUM_SONGS) throw damaged(`it claims ${count} songs`)
  const termCount = file.count('metadata/artist_terms') ?? 0
  const tagCount = file.count('musicbrainz/artist_mbtags') ?? 0
  const hasMusicBrainz = file.count('musicbrainz/songs') === count
  for (let from = 0; from < count; from += ROWS_PER_READ) {
    const to = Math.min(count, from + ROWS_PER_READ)
    // One more row tells where the last one's stretches end.
    const beyond = Math.min(count, to + 1)
    const metadata = file.readRows('metadata/songs', from, beyond, METADATA)
    const analysis = file.readRows('analysis/songs', from, to, ANALYSIS)
    const musicbrainz = hasMusicBrainz ? file.readRows('musicbrainz/songs', from, beyond, MUSICBRAINZ) : []
    const termsOf = readStretches({ rows: metadata, count: to - from, column: 'idx_artist_terms', end: termCount }, readTerms(file))
    const tagsOf = readStretches(
      { rows: musicbrainz, count: to - from, column: 'idx_artist_mbtags', end: hasMusicBrainz ? tagCount : 0 },
      (first, last) => file.readTexts('musicbrainz/artist_mbtags', first, last),
    )
    for (let i = 0; i < to - from; i++) {
      const terms = termsOf.cut(i)
      const mbtags = tagsOf.cut(i)
      const problems = [
        ...(terms === undefined ? [describeLoss('artist terms', termsOf.problem)] : []),
        ...(mbtags === undefined ? [describeLoss('MusicBrainz tags', tagsOf.problem)] : []),
      ]
      yield {
        metadata: metadata[i],
        analysis: analysis[i],
        musicbrainz: musicbrainz[i] ?? {},
        terms: [...(terms ?? [])].sort((a, b) => b.weight - a.weight),
        mbtags: mbtags ?? [],
        problems,
      }
    }
  }
}

/** A song and how much of its file was read, 0..1. */
export interface ReadSong {
  readonly item: SourceItem
  readonly share: number
}

/**
 * The songs of one HDF5 file in order; `name` is what the items' details call it.
 *
 * @throws  EngineError FILE_NOT_FOUND, FILE_UNREADABLE, SOURCE_FILE_DAMAGED, the last also after some songs
 * @source  millionsongdataset.com, field list; hdf5_descriptors.py of the project
 */
export async function* readSongs(path: string, name: string): AsyncGenerator<ReadSong, void, undefined> {
  const file = await openHdf5(path)
  try {
    const count = file.count('metadata/songs') ?? 0
    let row = 0
    for (const rows of readSongRows(file, path)) {
      const item = toItem(rows, { file: name, row })
      row += 1
      yield { item, share: row / count }
    }
  } finally {
    file.close()
  }
}
