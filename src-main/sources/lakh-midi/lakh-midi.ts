import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findFile, listFolder, peekFolder, walkFiles } from '../folder/walk-files.ts'
import { describeTrouble, type ScanWatch, watchScan } from '../folder/watch-scan.ts'
import { readSongs } from '../million-song-dataset/read-songs.ts'
import { isMidiName, readMidiItem } from '../midi/read-midi-item.ts'
import type { ScanOptions, Source, SourceItem } from '../source.ts'
import { readJsonEntries } from './json-entries.ts'

const TITLE = 'Lakh MIDI Dataset'
const TRACK_NAME = /^TR[A-Z0-9]{16}$/
const MD5_NAME = /^[0-9a-f]{32}\.mid$/

/** Folders of the data set that a user may name or keep together. */
interface Layout {
  /** Folders with MIDI files, lmd_matched before lmd_full. */
  readonly midiDirs: readonly string[]
  readonly matchedH5?: string
  readonly matchScores?: string
  readonly originalNames?: string
}

const findLayout = async (dir: string): Promise<Layout> => {
  const { folders } = await peekFolder(dir)
  const inside = ['lmd_matched', 'lmd_full', 'lmd_aligned', 'clean_midi'].filter((name) => folders.includes(name))
  const around = [dir, dirname(dir)]
  const find = (name: string): string | undefined => around.map((folder) => join(folder, name)).find((path) => existsSync(path))
  const [matchedH5, matchScores, originalNames] = ['lmd_matched_h5', 'match_scores.json', 'md5_to_paths.json'].map(find)
  return {
    midiDirs: inside.length === 0 ? [dir] : inside.map((name) => join(dir, name)),
    ...(matchedH5 !== undefined && { matchedH5 }),
    ...(matchScores !== undefined && { matchScores }),
    ...(originalNames !== undefined && { originalNames }),
  }
}

/** Best match of each MIDI file: {track: {md5: score}} turned round. Holds one entry for a file, 15 MB for the whole set. */
const readScores = async (path: string | undefined, watch: ScanWatch): Promise<Map<string, { track: string; score: number }>> => {
  const best = new Map<string, { track: string; score: number }>()
  if (path === undefined) return best
  try {
    for await (const [track, scores] of readJsonEntries(path)) {
      for (const [md5, score] of Object.entries(scores as Record<string, unknown>))
        if (typeof score === 'number' && score > (best.get(md5)?.score ?? -1)) best.set(md5, { track, score })
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    watch.report(path, `${describeTrouble(error)}; matches from there on are missing`)
  }
  return best
}

/** The first of the names under which each file was found: {md5: [paths]}. */
const readOriginalNames = async (path: string | undefined, watch: ScanWatch): Promise<Map<string, string>> => {
  const names = new Map<string, string>()
  if (path === undefined) return names
  try {
    for await (const [md5, paths] of readJsonEntries(path)) {
      const first: unknown = Array.isArray(paths) ? paths[0] : undefined
      if (typeof first === 'string') names.set(md5, first)
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    watch.report(path, `${describeTrouble(error)}; names from there on are missing`)
  }
  return names
}

/** What the Million Song Dataset says of a track, if its file was downloaded too; the last one is kept, since files of a track follow each other. */
const createSongFinder = (dir: string | undefined, watch: ScanWatch): ((track: string) => Promise<SourceItem | undefined>) => {
  let last: { track: string; song: SourceItem | undefined } | undefined
  return async (track) => {
    if (dir === undefined) return undefined
    if (last?.track === track) return last.song
    const path = join(dir, ...track.slice(2, 5), `${track}.h5`)
    let song: SourceItem | undefined
    try {
      if (existsSync(path)) for await (const { item } of readSongs(path, relative(dir, path))) song = item
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      watch.report(path, describeTrouble(error))
    }
    last = { track, song }
    return song
  }
}

const titleFromPath = (path: string): string => basename(path, extname(path)).replaceAll('_', ' ').trim()

async function* scanLakh(dir: string, options: ScanOptions = {}): AsyncGenerator<SourceItem, void, undefined> {
  await listFolder(dir)
  const watch = watchScan(options)
  const layout = await findLayout(dir)
  const scores = await readScores(layout.matchScores, watch)
  const names = await readOriginalNames(layout.originalNames, watch)
  const findSong = createSongFinder(layout.matchedH5, watch)
  const seen = new Set<string>()
  let files = 0
  for (const midiDir of layout.midiDirs) {
    for await (const path of walkFiles(midiDir, isMidiName, options.onProblem)) {
      files += 1
      const isNamedByMd5 = MD5_NAME.test(basename(path))
      const id = isNamedByMd5 ? basename(path, '.mid') : relative(dir, path).split(sep).join('/')
      // lmd_full holds the files of lmd_matched again, and a file that fits two songs lies there twice.
      if (seen.has(id)) continue
      seen.add(id)
      await watch.startFile(path)
      const { item, bytes } = await readMidiItem(path, id)
      const md5 = createHash('md5').update(bytes).digest('hex')
      const score = scores.get(md5)
      const folder = basename(dirname(path))
      const track = score?.track ?? (TRACK_NAME.test(folder) ? folder : undefined)
      const song = track === undefined ? undefined : await findSong(track)
      const original = names.get(md5)
      const isRenamed = isNamedByMd5 && bytes.length > 0 && md5 !== id
      yield {
        ...item,
        title: song?.title ?? (item.title === id && original !== undefined ? titleFromPath(original) : item.title),
        ...(song?.artist !== undefined && { artist: song.artist }),
        tags: song?.tags ?? [],
        genres: song?.genres ?? [],
        details: {
          ...item.details,
          md5,
          ...(track !== undefined && { track }),
          ...(score !== undefined && { matchScore: score.score }),
          ...(original !== undefined && { originalName: original }),
        },
        problems: isRenamed ? [...item.problems, 'its contents differ from what its name (their MD5) says'] : item.problems,
      }
      watch.endFile()
      await watch.countItem()
    }
  }
  if (files > 0) return
  const how = 'Unpack lmd_full.tar.gz or lmd_matched.tar.gz into it; match_scores.json and lmd_matched_h5 may lie beside them.'
  throw new EngineError('SOURCE_INCOMPLETE', { path: dir, title: TITLE, reason: 'it holds no MIDI file', how })
}

export const lakhMidiSource: Source = {
  id: 'lakh-midi',
  title: TITLE,
  licence: {
    name: 'CC BY 4.0 (the collection)',
    url: 'https://colinraffel.com/projects/lmd/',
    summary:
      'The collection may be used and passed on if Raffel 2016 is named. The songs in it are mostly under copyright and so are many of the sequences: train for yourself, and do not pass the scores on.',
  },
  holdsAudio: false,
  holdsMidi: true,
  contents:
    'Scores as MIDI files, many matched to songs of the Million Song Dataset with a score from 0 to 1; no sound. Genres and tags need lmd_matched_h5.',
  recognise: async (dir) => {
    const { files, folders } = await peekFolder(dir)
    const known = [...folders, ...files].find((name) => /^lmd_(full|matched|aligned)$|^match_scores\.json$/.test(name))
    if (known !== undefined) return `it holds ${known}`
    const found = await findFile(dir, (name) => MD5_NAME.test(name), 500)
    return found === undefined ? undefined : `it holds MIDI files named by their MD5, such as ${relative(dir, found)}`
  },
  scan: scanLakh,
}
