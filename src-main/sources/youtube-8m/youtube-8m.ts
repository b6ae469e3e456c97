import { join, relative } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { scanFiles } from '../folder/scan-files.ts'
import { findFile, listFolder } from '../folder/walk-files.ts'
import { describeTrouble, type ScanWatch, watchScan } from '../folder/watch-scan.ts'
import { findInstruments } from '../instrument-words.ts'
import { NOTHING_KNOWN, type ScanOptions, type Source, type SourceItem } from '../source.ts'
import { type Example, readExample, readIntegers, readFloats, readTexts } from './read-example.ts'
import { readTfRecords } from './read-tfrecords.ts'
import { readVocabulary, type VocabularyEntry } from './vocabulary.ts'

const TITLE = 'YouTube-8M'
const isTfRecordName = (name: string): boolean => /\.tfrecords?$/i.test(name)
type Vocabulary = ReadonlyMap<number, VocabularyEntry>

const loadVocabulary = async (dir: string, watch: ScanWatch): Promise<Vocabulary> => {
  const path = (await findFile(dir, (name) => name === 'vocabulary.csv')) ?? join(dir, '..', 'vocabulary.csv')
  try {
    return await readVocabulary(path, (line, reason) => watch.report(path, `line ${line}: ${reason}`))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const reason = error.code === 'FILE_NOT_FOUND' ? 'vocabulary.csv is missing' : describeTrouble(error)
    watch.report(error.code === 'FILE_NOT_FOUND' ? dir : path, `${reason}; labels are shown as numbers`)
    return new Map()
  }
}

/** Stretches of five seconds that people checked: "Violin 45-50 s". */
const readSegments = ({ features }: Example, nameLabel: (label: number) => string): string => {
  const labels = readIntegers(features.get('segment_labels'))
  const starts = readIntegers(features.get('segment_start_times'))
  const ends = readIntegers(features.get('segment_end_times'))
  const scores = readFloats(features.get('segment_scores'))
  const checked = labels.flatMap((label, i) =>
    (scores[i] ?? 1) > 0.5 ? [`${nameLabel(label)} ${starts[i] ?? '?'}-${ends[i] ?? '?'} s`] : [],
  )
  return checked.join('; ')
}

const readVideo = (example: Example, vocabulary: Vocabulary): SourceItem => {
  const { features, lists } = example
  const video = readTexts(features.get('id') ?? features.get('video_id'))[0]
  if (video === undefined) throw new EngineError('SOURCE_FILE_DAMAGED', { path: 'record', reason: 'a record names no video' })
  const nameLabel = (label: number): string => vocabulary.get(label)?.name ?? `label ${label}`
  const labels = readIntegers(features.get('labels'))
  const tags = labels.map(nameLabel)
  const seconds = Math.max(lists.get('audio')?.length ?? 0, lists.get('rgb')?.length ?? 0)
  const unknown = vocabulary.size === 0 ? [] : labels.filter((label) => !vocabulary.has(label))
  const segments = readSegments(example, nameLabel)
  return {
    ...NOTHING_KNOWN,
    id: `${lists.size > 0 ? 'frame' : 'video'}/${video}`,
    title: tags.length === 0 ? `Video ${video}` : `${tags.slice(0, 3).join(', ')} (video ${video})`,
    tags,
    genres: [...new Set(labels.flatMap((label) => vocabulary.get(label)?.verticals ?? []))],
    instruments: findInstruments(tags),
    ...(seconds > 0 && { durationSeconds: seconds }),
    details: { labels: labels.join(' '), ...(segments !== '' && { segments }) },
    problems: unknown.length === 0 ? [] : [`its labels ${unknown.join(', ')} are not in vocabulary.csv`],
  }
}

async function* scanYouTube8M(dir: string, options: ScanOptions = {}): AsyncGenerator<SourceItem, void, undefined> {
  await listFolder(dir)
  const watch = watchScan(options)
  const vocabulary = await loadVocabulary(dir, watch)
  yield* scanFiles({
    dir,
    options,
    watch,
    fits: isTfRecordName,
    async *read(path, file) {
      const onDamage = (offset: number, reason: string): void => watch.report(path, `at byte ${offset}: ${reason}`)
      for await (const { data, offset, share } of readTfRecords(path, onDamage)) {
        let item: SourceItem
        try {
          item = readVideo(readExample(data), vocabulary)
        } catch (error) {
          if (!(error instanceof EngineError)) throw error
          onDamage(offset, describeTrouble(error))
          continue
        }
        yield { item: { ...item, details: { ...item.details, file, offset } }, share }
      }
    },
    missing: {
      title: TITLE,
      reason: 'it holds no .tfrecord file',
      how: 'Put its .tfrecord files into it, with vocabulary.csv beside them.',
    },
  })
}

export const youTube8MSource: Source = {
  id: 'youtube-8m',
  title: TITLE,
  licence: {
    name: 'CC BY 4.0 (labels and features only)',
    url: 'https://research.google.com/youtube8m/',
    summary:
      'Labels and features may be used and changed if YouTube-8M (Abu-El-Haija et al. 2016, Google) is named. The videos and their sound are not part of it.',
  },
  holdsAudio: false,
  holdsMidi: false,
  contents:
    'Labels and numeric features of videos; it holds no audio and no video, and no sound can be made from it. Use it to see what is labelled "Violin" and how often.',
  recognise: async (dir) => {
    const found = await findFile(dir, isTfRecordName)
    return found === undefined ? undefined : `it holds TFRecord files such as ${relative(dir, found)}`
  },
  scan: scanYouTube8M,
}
