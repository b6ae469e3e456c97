import { EngineError } from '#main/foundation/engine-error.ts'
import { fmaSource } from './fma/fma.ts'
import { listFolder } from './folder/walk-files.ts'
import { lakhMidiSource } from './lakh-midi/lakh-midi.ts'
import { midiFolderSource } from './midi-folder/midi-folder.ts'
import { millionSongDataset } from './million-song-dataset/million-song-dataset.ts'
import { musicCapsSource } from './musiccaps/musiccaps.ts'
import type { Source, SourceId } from './source.ts'
import { youTube8MSource } from './youtube-8m/youtube-8m.ts'

/** Every data set that can be read, in the order in which folders are tried: the plain folder of MIDI files fits many and comes last. */
export const SOURCES: readonly Source[] = [
  musicCapsSource,
  fmaSource,
  lakhMidiSource,
  youTube8MSource,
  millionSongDataset,
  midiFolderSource,
]

/** The reader of that name. */
export const getSource = (id: SourceId): Source => {
  const source = SOURCES.find((candidate) => candidate.id === id)
  if (source === undefined) throw new EngineError('NOT_FOUND', { kind: 'data set', id })
  return source
}

/**
 * Which data set a folder is a copy of, and what tells so. Reads names and first lines only.
 * Throws EngineError SOURCE_FOLDER_UNREADABLE, SOURCE_UNKNOWN.
 */
export const detectSource = async (dir: string): Promise<{ source: Source; evidence: string }> => {
  await listFolder(dir)
  for (const source of SOURCES) {
    const evidence = await source.recognise(dir)
    if (evidence !== undefined) return { source, evidence }
  }
  throw new EngineError('SOURCE_UNKNOWN', { path: dir, sources: SOURCES.map(({ id }) => id).join(', ') })
}
