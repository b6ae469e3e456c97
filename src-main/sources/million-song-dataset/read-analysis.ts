import { type Hdf5File, openHdf5 } from './hdf5.ts'

/** Events of one kind in a song, with the analyser's confidence 0..1 in each. */
export interface TimedEvents {
  readonly startSeconds: Float64Array
  readonly confidence: Float64Array
}

/** What The Echo Nest heard in a song. There is no sound behind it. */
export interface SongAnalysis {
  readonly bars: TimedEvents
  readonly beats: TimedEvents
  readonly tatums: TimedEvents
  readonly sections: TimedEvents
  readonly segments: TimedEvents & {
    /** [N x 12], row by row, from C to B, the strongest of each row 1. */
    readonly pitches: Float64Array
    /** [N x 12], row by row: the analyser's timbre coefficients. */
    readonly timbre: Float64Array
    readonly loudnessMaxDb: Float64Array
    readonly loudnessStartDb: Float64Array
  }
}

const EMPTY = new Float64Array(0)

/** The song's stretch of an array that all songs of the file share. */
const readStretch = (file: Hdf5File, name: string, row: number): Float64Array => {
  const path = `analysis/${name}`
  const count = file.count(path)
  if (count === undefined) return EMPTY
  const songs = file.count('analysis/songs') ?? 0
  const index = `idx_${name}`
  const [own = {}, next] = file.readRows('analysis/songs', row, Math.min(songs, row + 2), [index])
  const from = Number(own[index] ?? 0)
  // A summary without arrays keeps its indices: then there is nothing to read.
  const to = next === undefined ? count : Number(next[index] ?? count)
  return count === 0 ? EMPTY : file.readNumbers(path, from, to)
}

/**
 * Segments, bars, beats and sections of one song.
 *
 * @param path  of its HDF5 file
 * @param row   the item's `details.row`
 * @throws      EngineError FILE_NOT_FOUND, FILE_UNREADABLE, SOURCE_FILE_DAMAGED
 */
export const readSongAnalysis = async (path: string, row = 0): Promise<SongAnalysis> => {
  const file = await openHdf5(path)
  const read = (name: string): Float64Array => readStretch(file, name, row)
  const events = (name: string): TimedEvents => ({ startSeconds: read(`${name}_start`), confidence: read(`${name}_confidence`) })
  try {
    return {
      bars: events('bars'),
      beats: events('beats'),
      tatums: events('tatums'),
      sections: events('sections'),
      segments: {
        ...events('segments'),
        pitches: read('segments_pitches'),
        timbre: read('segments_timbre'),
        loudnessMaxDb: read('segments_loudness_max'),
        loudnessStartDb: read('segments_loudness_start'),
      },
    }
  } finally {
    file.close()
  }
}
