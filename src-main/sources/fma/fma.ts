import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { type CsvRow, readCsv } from '../csv/read-csv.ts'
import { readPythonList } from '../csv/python-list.ts'
import { listFolder, readHead } from '../folder/walk-files.ts'
import { type ScanWatch, watchScan } from '../folder/watch-scan.ts'
import { findInstruments } from '../instrument-words.ts'
import type { ScanOptions, Source, SourceItem } from '../source.ts'
import { createAudioFinder, type FmaAudio } from './find-audio.ts'
import { type GenreTree, nameGenres, readGenreTree } from './genre-tree.ts'

const CLIP_SECONDS = 30
const TITLE = 'Free Music Archive (FMA)'

/** tracks.csv beside or below the named folder. */
const findTracks = (dir: string): string | undefined =>
  ['.', 'fma_metadata', 'metadata'].map((name) => join(dir, name, 'tracks.csv')).find((path) => existsSync(path))

const nameColumn = ([group = '', field = '', index = '']: readonly string[]): string =>
  index === 'track_id' || group === 'track_id' ? 'track_id' : `${group}.${field}`

const REQUIRED = ['track_id', 'track.title', 'track.genres_all']

const readList = (row: CsvRow, column: string, problems: string[]): string[] => {
  const text = row.cell(column)
  if (text === '') return []
  const list = readPythonList(text)
  if (list === undefined) problems.push(`its ${column} cannot be read`)
  return list ?? []
}

const readGenres = (row: CsvRow, tree: GenreTree, problems: string[]): string[] => {
  const ids = readList(row, 'track.genres_all', problems).map(Number)
  const unknown = tree.size === 0 ? [] : ids.filter((id) => !tree.has(id))
  if (unknown.length > 0) problems.push(`its genres ${unknown.join(', ')} are not in genres.csv`)
  const top = row.cell('track.genre_top')
  const named = nameGenres(ids, tree)
  return top === '' || named.includes(top) ? named : [top, ...named]
}

/** Optional cells of a row under the names they get. */
const detailsOf = (row: CsvRow): Record<string, string | number> => {
  const details: Record<string, string | number> = {}
  const columns = {
    album: 'album.title',
    split: 'set.split',
    subset: 'set.subset',
    composer: 'track.composer',
    language: 'track.language_code',
  }
  for (const [name, column] of Object.entries(columns)) if (row.cell(column) !== '') details[name] = row.cell(column)
  const seconds = Number(row.cell('track.duration'))
  if (seconds > 0) details.wholeTrackSeconds = seconds
  return details
}

const readTrack = (row: CsvRow, tree: GenreTree, audio: FmaAudio | undefined): SourceItem => {
  const problems: string[] = []
  const details = detailsOf(row)
  const genres = readGenres(row, tree, problems)
  const tags = readList(row, 'track.tags', problems)
  const whole = typeof details.wholeTrackSeconds === 'number' ? details.wholeTrackSeconds : undefined
  const durationSeconds = audio?.isClip === true ? Math.min(whole ?? CLIP_SECONDS, CLIP_SECONDS) : whole
  if (audio?.bytes === 0) problems.push('its sound file is empty')
  const title = row.cell('track.title').trim()
  const artist = row.cell('artist.name').trim()
  const license = row.cell('track.license').trim()
  return {
    id: row.cell('track_id'),
    title: title === '' ? `Track ${row.cell('track_id')}` : title,
    ...(artist !== '' && { artist }),
    tags,
    genres,
    instruments: findInstruments([...tags, title]),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(audio !== undefined && audio.bytes > 0 && { audioPath: audio.path }),
    license: license === '' ? 'not stated' : license,
    details,
    problems,
  }
}

const readTree = async (path: string, watch: ScanWatch): Promise<GenreTree> => {
  try {
    return await readGenreTree(path, (line, reason) => watch.report(path, `line ${line}: ${reason}`))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const reason = error.code === 'FILE_NOT_FOUND' ? 'it is missing' : String(error.details.reason ?? 'it cannot be read')
    watch.report(path, `${reason}; tracks are listed by their top genre only`)
    return new Map()
  }
}

async function* scanFma(dir: string, options: ScanOptions = {}): AsyncGenerator<SourceItem, void, undefined> {
  await listFolder(dir)
  const tracks = findTracks(dir)
  if (tracks === undefined) {
    const how = 'Unpack fma_metadata.zip into it, next to fma_small, fma_medium, fma_large or fma_full.'
    throw new EngineError('SOURCE_INCOMPLETE', { path: dir, title: TITLE, reason: 'tracks.csv is missing', how })
  }
  const watch = watchScan(options)
  const metadata = dirname(tracks)
  const tree = await readTree(join(metadata, 'genres.csv'), watch)
  const beside = basename(metadata) === 'fma_metadata' ? dirname(metadata) : metadata
  const findAudio = await createAudioFinder([...new Set([dir, metadata, beside])])
  await watch.startFile(tracks)
  const onBadRow = (line: number, reason: string): void => watch.report(tracks, `line ${line}: ${reason}`)
  let found = 0
  try {
    for await (const row of readCsv(tracks, { headerRows: 3, nameColumn, required: REQUIRED, onBadRow, signal: options.signal })) {
      const id = row.cell('track_id')
      if (!/^\d{1,9}$/.test(id)) {
        onBadRow(row.line, `"${id.slice(0, 40)}" is no track number`)
        continue
      }
      found += 1
      yield readTrack(row, tree, await findAudio(Number(id)))
      await watch.countItem(row.share)
    }
  } catch (error) {
    // What was read before the damage stands.
    if (!(error instanceof EngineError) || error.code !== 'SOURCE_FILE_DAMAGED' || found === 0) throw error
    watch.report(tracks, String(error.details.reason))
  }
  watch.endFile()
}

export const fmaSource: Source = {
  id: 'fma',
  title: TITLE,
  licence: {
    name: 'metadata CC BY 4.0; each track its own Creative Commons licence',
    url: 'https://github.com/mdeff/fma',
    summary:
      'Every track carries the licence its artist chose, shown with it. Those with "NoDerivatives" may not be changed, so leave them out of training; those with "NonCommercial" are for non-commercial use; name the artist.',
  },
  holdsAudio: true,
  holdsMidi: false,
  contents: 'Sound as MP3, clips of 30 s or whole tracks, with genres, tags and licences. It does not say which instruments play.',
  recognise: async (dir) => {
    const tracks = findTracks(dir)
    if (tracks === undefined) return undefined
    const [groups = '', , index = ''] = (await readHead(tracks, 8192)).split(/\r?\n/)
    return /\btrack\b/.test(groups) && index.startsWith('track_id') ? 'it holds tracks.csv with three header rows' : undefined
  },
  scan: scanFma,
}
