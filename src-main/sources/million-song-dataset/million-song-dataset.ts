import { basename, relative, sep } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findFile, listFolder, walkFiles } from '../folder/walk-files.ts'
import { describeTrouble, watchScan } from '../folder/watch-scan.ts'
import type { ScanOptions, Source, SourceItem } from '../source.ts'
import { readSongs } from './read-songs.ts'

const TITLE = 'Million Song Dataset'
const isHdf5Name = (name: string): boolean => /\.(h5|hdf5)$/i.test(name)
const isTrackName = (name: string): boolean => /^TR[A-Z0-9]{16}\.h5$/.test(name)
const isSummaryName = (name: string): boolean => isHdf5Name(name) && /summary/i.test(name)

async function* scanMillionSongs(dir: string, options: ScanOptions = {}): AsyncGenerator<SourceItem, void, undefined> {
  await listFolder(dir)
  const watch = watchScan(options)
  const hasTracks = (await findFile(dir, isTrackName, Infinity)) !== undefined
  let files = 0
  for await (const path of walkFiles(dir, isHdf5Name, options.onProblem)) {
    const file = relative(dir, path).split(sep).join('/')
    files += 1
    if (hasTracks && isSummaryName(basename(path))) {
      watch.report(path, 'left out: its songs are read from their own files; scan its folder alone to read it')
      continue
    }
    await watch.startFile(path)
    try {
      for await (const { item, share } of readSongs(path, file)) {
        yield item
        await watch.countItem(share)
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      watch.report(path, describeTrouble(error))
    }
    watch.endFile()
  }
  if (files > 0) return
  const how = 'Name the folder that holds data/A/B/C/TR….h5, or the one with msd_summary_file.h5.'
  throw new EngineError('SOURCE_INCOMPLETE', { path: dir, title: TITLE, reason: 'it holds no HDF5 file', how })
}

export const millionSongDataset: Source = {
  id: 'million-song-dataset',
  title: TITLE,
  licence: {
    name: 'The Echo Nest API terms; research and other non-commercial use',
    url: 'http://millionsongdataset.com/',
    summary:
      'Most of the data come under the terms of The Echo Nest API: for research and other non-commercial use, with Bertin-Mahieux et al. 2011 and The Echo Nest named. It holds no sound, and the songs themselves are under copyright.',
  },
  holdsAudio: false,
  holdsMidi: false,
  contents:
    'Titles, artists, tags, tempo, key and the analysis of a million songs; no sound. Its genres and tags belong to the artist, not to the song.',
  recognise: async (dir) => {
    const found = (await findFile(dir, isTrackName)) ?? (await findFile(dir, isSummaryName))
    return found === undefined ? undefined : `it holds ${relative(dir, found)}`
  },
  scan: scanMillionSongs,
}
