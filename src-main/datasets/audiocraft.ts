import type { DatasetItem } from './item.ts'

/**
 * One line of an audiocraft manifest (its AudioMeta: path, duration, sample_rate, amplitude, weight, info_path).
 * Paths are relative to the exported folder, so that it can be moved as a whole; run audiocraft from there.
 *
 * @source  audiocraft/data/audio_dataset.py
 */
export const writeManifestLine = (path: string, durationSeconds: number, sampleRate: number, amplitude: number): string =>
  `${JSON.stringify({ path, duration: durationSeconds, sample_rate: sampleRate, amplitude, weight: null, info_path: null })}\n`

/**
 * The side-car beside a sound, as audiocraft's MusicDataset reads it; its file has the sound's name and ends in .json.
 *
 * @source  audiocraft/data/music_dataset.py: title, artist, key, bpm, genre, moods, keywords, description, name, instrument
 */
export const writeSideCar = (item: DatasetItem): string =>
  `${JSON.stringify(
    {
      title: item.name,
      artist: '',
      key: item.key ?? '',
      bpm: item.bpm ?? '',
      genre: '',
      moods: [],
      keywords: item.tags.join(', '),
      description: item.caption,
      name: item.sliceId,
      instrument: item.instrument,
      licence: item.licence,
      session: item.sessionName,
      recording: item.fileName,
      start: item.startSeconds,
      end: item.endSeconds,
    },
    null,
    2,
  )}\n`

/**
 * Slices of one recording as an Audacity label track: start, end, text, with tabs between.
 *
 * @source  Audacity manual, "Importing and Exporting Labels"
 */
export const writeLabels = (items: readonly Pick<DatasetItem, 'startSeconds' | 'endSeconds' | 'caption'>[]): string =>
  [...items]
    .sort((a, b) => a.startSeconds - b.startSeconds)
    .map(
      ({ startSeconds, endSeconds, caption }) =>
        `${startSeconds.toFixed(6)}\t${endSeconds.toFixed(6)}\t${caption.replace(/[\t\r\n]+/g, ' ')}\n`,
    )
    .join('')
