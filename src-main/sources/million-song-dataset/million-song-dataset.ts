import { basename, relative } from 'node:path'
import { scanFiles } from '../folder/scan-files.ts'
import { findFile, listFolder } from '../folder/walk-files.ts'
import { watchScan } from '../folder/watch-scan.ts'
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
  yield* scanFiles({
    dir,
    options,
    watch,
    fits: isHdf5Name,
    async *read(path, file) {
      if (!hasTracks || !isSummaryName(basename(path))) yield* readSongs(path, file)
      else watch.report(path, 'left out: its songs are read from their own files; scan its folder alone to read it')
    },
    missing: {
      title: TITLE,
      reason: 'it holds no HDF5 file',
      how: 'Name the folder that holds data/A/B/C/TR….h5, or the one with msd_summary_file.h5.',
    },
  })
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
