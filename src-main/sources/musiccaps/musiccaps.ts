import { basename, join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { type CsvRow, readCsv } from '../csv/read-csv.ts'
import { readPythonList } from '../csv/python-list.ts'
import { listFolder, peekFolder, readHead, walkFiles } from '../folder/walk-files.ts'
import { describeTrouble, type ScanWatch, watchScan } from '../folder/watch-scan.ts'
import { findInstruments } from '../instrument-words.ts'
import type { ScanOptions, Source, SourceItem } from '../source.ts'
import { chooseClip, isSoundName, type LocalClip, readClipName } from './clip-index.ts'
import { measureSeconds } from './measure-seconds.ts'

const TITLE = 'MusicCaps'
const REQUIRED = ['ytid', 'start_s', 'end_s', 'aspect_list', 'caption']
/** AudioSet's class_labels_indices.csv names all 527 labels when it lies beside the captions; these few need no file. */
const KNOWN_LABELS: readonly (readonly [string, string])[] = [
  ['/m/07y_7', 'Violin, fiddle'],
  ['/m/0l14_3', 'Bowed string instrument'],
  ['/m/01xqw', 'Cello'],
]
/** A file up to this much longer than the stretch is the stretch. */
const SLACK_SECONDS = 1

const isCaptions = (head: string): boolean => /^\ufeff?ytid,start_s,end_s,/.test(head)

const findCaptions = async (dir: string): Promise<string | undefined> => {
  for (const name of (await peekFolder(dir)).files.filter((file) => /\.csv$/i.test(file)))
    if (isCaptions(await readHead(join(dir, name), 64))) return join(dir, name)
  return undefined
}

const readLabels = async (dir: string, watch: ScanWatch): Promise<Map<string, string>> => {
  const labels = new Map(KNOWN_LABELS)
  const path = join(dir, 'class_labels_indices.csv')
  const onBadRow = (line: number, reason: string): void => watch.report(path, `line ${line}: ${reason}`)
  try {
    for await (const { cell } of readCsv(path, { required: ['mid', 'display_name'], onBadRow }))
      labels.set(cell('mid'), cell('display_name'))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    if (error.code !== 'FILE_NOT_FOUND') watch.report(path, describeTrouble(error))
  }
  return labels
}

const readTimes = (row: CsvRow): { from: number; to: number } | undefined => {
  const [from, to] = [Number(row.cell('start_s') || NaN), Number(row.cell('end_s') || NaN)]
  return from >= 0 && to > from ? { from, to } : undefined
}

/** The local sound of a row: the whole file where it was cut at the row's times, else the stretch in the whole recording. */
const locateAudio = async (
  clips: readonly LocalClip[],
  { from, to }: { from: number; to: number },
): Promise<{ audio: Pick<SourceItem, 'audioPath' | 'range'>; problem?: string }> => {
  const chosen = chooseClip(clips, from, to)
  if (chosen === undefined) {
    const other = clips[0]
    return other === undefined
      ? { audio: {} }
      : { audio: {}, problem: `"${basename(other.path)}" is named with other times than ${from}-${to} s` }
  }
  const { path } = chosen.clip
  try {
    const seconds = chosen.isCut ? undefined : await measureSeconds(path)
    if (seconds === undefined || seconds <= to - from + SLACK_SECONDS) return { audio: { audioPath: path } }
    if (seconds >= to - SLACK_SECONDS) return { audio: { audioPath: path, range: { fromSeconds: from, toSeconds: Math.min(to, seconds) } } }
    return { audio: {}, problem: `"${basename(path)}" lasts ${seconds.toFixed(1)} s and does not reach ${from}-${to} s` }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { audio: {}, problem: `"${basename(path)}" cannot be used: ${describeTrouble(error)}` }
  }
}

const readRow = async (row: CsvRow, labels: ReadonlyMap<string, string>, clips: readonly LocalClip[]): Promise<SourceItem> => {
  const problems: string[] = []
  const ytid = row.cell('ytid')
  const aspects = readPythonList(row.cell('aspect_list'))
  if (aspects === undefined) problems.push('its aspect list cannot be read')
  const times = readTimes(row)
  if (times === undefined) problems.push('its start and end are no times')
  const located = times === undefined ? { audio: {} } : await locateAudio(clips, times)
  if (located.problem !== undefined) problems.push(located.problem)
  const labelNames = row
    .cell('audioset_positive_labels')
    .split(',')
    .flatMap((id) => labels.get(id.trim()) ?? [])
  const tags = [...new Set([...(aspects ?? []), ...labelNames])]
  const caption = row.cell('caption').trim()
  return {
    id: times === undefined ? ytid : `${ytid}@${times.from}`,
    title: caption === '' ? ytid : (/^.{1,80}?(?=[.,;!?](\s|$))|^.{1,80}(?=\s|$)/.exec(caption)?.[0] ?? ytid),
    tags,
    genres: [],
    instruments: findInstruments(tags),
    caption,
    ...(times !== undefined && { durationSeconds: times.to - times.from }),
    ...located.audio,
    details: {
      ytid,
      ...(times !== undefined && { startSeconds: times.from, endSeconds: times.to }),
      labels: row.cell('audioset_positive_labels'),
      split: row.cell('is_audioset_eval') === 'True' ? 'eval' : 'train',
    },
    problems,
  }
}

/** Local sound files by the video they belong to; holds the files of these videos only. */
const indexClips = async (dir: string, wanted: ReadonlySet<string>, options: ScanOptions): Promise<Map<string, LocalClip[]>> => {
  const clips = new Map<string, LocalClip[]>()
  for await (const path of walkFiles(dir, isSoundName, options.onProblem)) {
    const found = readClipName(path, (id) => wanted.has(id))
    if (found !== undefined) clips.set(found.id, [...(clips.get(found.id) ?? []), found.clip])
  }
  return clips
}

async function* scanMusicCaps(dir: string, options: ScanOptions = {}): AsyncGenerator<SourceItem, void, undefined> {
  await listFolder(dir)
  const path = await findCaptions(dir)
  if (path === undefined) {
    const how = 'Put musiccaps-public.csv into it; its first line begins with "ytid,start_s,end_s".'
    throw new EngineError('SOURCE_INCOMPLETE', { path: dir, title: TITLE, reason: 'the captions file is missing', how })
  }
  const watch = watchScan(options)
  const labels = await readLabels(dir, watch)
  const onBadRow = (line: number, reason: string): void => watch.report(path, `line ${line}: ${reason}`)
  const table = { required: REQUIRED, signal: options.signal }
  const wanted = new Set<string>()
  let found = 0
  try {
    for await (const row of readCsv(path, { ...table, onBadRow: () => undefined })) wanted.add(row.cell('ytid'))
  } catch (error) {
    if (!(error instanceof EngineError) || wanted.size === 0) throw error
  }
  const clips = await indexClips(dir, wanted, options)
  await watch.startFile(path)
  try {
    for await (const row of readCsv(path, { ...table, onBadRow })) {
      if (row.cell('ytid') === '') {
        onBadRow(row.line, 'it names no video')
        continue
      }
      found += 1
      yield await readRow(row, labels, clips.get(row.cell('ytid')) ?? [])
      await watch.countItem(row.share)
    }
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'SOURCE_FILE_DAMAGED' || found === 0) throw error
    watch.report(path, String(error.details.reason))
  }
  watch.endFile()
}

export const musicCapsSource: Source = {
  id: 'musiccaps',
  title: TITLE,
  licence: {
    name: 'CC BY-SA 4.0 (captions only)',
    url: 'https://www.kaggle.com/datasets/googleai/musiccaps',
    summary:
      'The captions may be used and changed if MusicCaps (Agostinelli et al. 2023, Google) is named and what is made of the text is passed on under the same licence. The sound is not part of it: it belongs to its makers, and you need your own lawful clips.',
  },
  holdsAudio: true,
  holdsMidi: false,
  contents:
    'Captions and aspects of 5,521 ten-second clips; no sound comes with them. Your own clips are matched by the id and times in their names, such as "-5f6hjZf9Yw_30-40.wav", or "-5f6hjZf9Yw.wav" for a clip or a whole recording.',
  recognise: async (dir) => {
    const path = await findCaptions(dir)
    return path === undefined ? undefined : `${basename(path)} begins with the columns of MusicCaps`
  },
  scan: scanMusicCaps,
}
