import { splitSchema, type Dataset } from '#contract/datasets.ts'
import type { LibraryQuery, SliceRow } from '#contract/library.ts'
import type { Api } from '#contract/api.ts'
import { datasetItemSchema, hashItems, type DatasetItem, type SplitName } from '#main/datasets/item.ts'
import { splitSessions } from '#main/datasets/split-sessions.ts'
import { measureStatistics } from '#main/datasets/statistics.ts'
import { countEncoded } from '#main/datasets/token-cache.ts'
import { refuseUnwritable } from '#main/foundation/write-file.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { exportDatasetResultSchema, slicedNotesSchema, type ExportDatasetSpec } from '#main/jobs/handlers/export-dataset-spec.ts'
import type { DatasetRow, DatasetSplit } from '#main/library/repositories/datasets.ts'
import type { Library } from '#main/library/open-library.ts'
import { resolve } from 'node:path'
import type { ServiceContext } from './context.ts'
import { readArchive, writeArchive } from './dataset-archive.ts'
import { findOriginal } from './library-sound.ts'

type Context = Pick<ServiceContext, 'env' | 'library' | 'pushes'>
interface Entry {
  readonly item: DatasetItem
  readonly split: SplitName
}

const BATCH = 2000

const describeItem = (row: SliceRow, facts: RecordingFacts): DatasetItem => ({
  sliceId: row.id,
  recordingId: row.recordingId,
  startSeconds: row.startSeconds,
  endSeconds: row.endSeconds,
  caption: row.caption,
  tags: row.tags,
  instrument: row.instrument,
  key: row.key,
  bpm: row.bpm,
  pitchLow: row.pitchLow,
  pitchHigh: row.pitchHigh,
  register: row.register,
  articulation: row.articulation,
  dynamics: row.dynamics,
  quality: row.quality,
  sessionId: row.sessionId,
  sessionName: row.sessionName,
  licence: row.licence,
  name: row.name,
  ...facts,
})

type RecordingFacts = Pick<DatasetItem, 'assetId' | 'fileName' | 'duplicateOf' | 'isShareable' | 'cleaning'>

/** What a data set holds if it is built now: the kept slices that its query finds, split by session. */
const collect = (library: Library, query: LibraryQuery, split: DatasetSplit): Entry[] => {
  const seqs = [...library.search.order('slices', { isKept: true, ...query }, { by: 'added', isDescending: false })]
  const facts = new Map<string, RecordingFacts>()
  const factsOf = (recordingId: string): RecordingFacts => {
    let found = facts.get(recordingId)
    if (found === undefined) {
      const recording = library.recordings.findHead(recordingId)
      if (recording === null) throw new EngineError('NOT_FOUND', { kind: 'recording', id: recordingId })
      found = recording
      facts.set(recordingId, found)
    }
    return found
  }
  const items: DatasetItem[] = []
  for (let from = 0; from < seqs.length; from += BATCH) {
    for (const row of library.recordings.slices(seqs.slice(from, from + BATCH))) items.push(describeItem(row, factsOf(row.recordingId)))
  }
  const splits = splitSessions(items, split)
  return items.map((item) => ({ item, split: splits.get(item.recordingId) ?? 'train' }))
}

/** Data sets: what is to be trained on, fixed by a build that can be repeated and passed on. */
export const createDatasetsService = (context: Context): Api['datasets'] => {
  const { env, library, pushes } = context
  const announce = (): void => pushes.emit('library.changed', { kinds: ['datasets'] })

  const find = (id: string): DatasetRow => {
    const row = library.datasets.find(id)
    if (row === null) throw new EngineError('NOT_FOUND', { kind: 'data set', id })
    return row
  }

  const findBuilt = (id: string): DatasetRow & { readonly build: NonNullable<DatasetRow['build']> } => {
    const row = find(id)
    if (row.build === null) throw new EngineError('DATASET_NOT_BUILT', { name: row.name })
    return { ...row, build: row.build }
  }

  const describe = (row: DatasetRow, isExact: boolean): Dataset => ({
    ...row,
    build:
      row.build === null
        ? null
        : { ...row.build, isOutdated: isExact && hashItems(collect(library, row.query, row.split)) !== row.build.contentHash },
  })

  const readSplit = (split: Partial<Record<'validation' | 'test' | 'seed', number | undefined>> = {}): DatasetSplit =>
    splitSchema.parse(split)

  const insert = (name: string, query: LibraryQuery, split: DatasetSplit): DatasetRow => {
    const row: DatasetRow = {
      id: createId('dataset', env.clock, env.random),
      name,
      createdAt: readTimestamp(env.clock),
      query,
      split,
      build: null,
    }
    library.datasets.insert(row)
    return row
  }

  const saveBuild = (id: string, entries: readonly Entry[]): void => {
    const build = { contentHash: hashItems(entries), builtAt: readTimestamp(env.clock), statistics: measureStatistics(entries) }
    library.datasets.saveBuild(
      id,
      build,
      entries.map(({ item, split }) => ({ sliceId: item.sliceId, split, item })),
    )
  }

  /** What was transcribed of each slice, for the MIDI files beside the sounds. */
  const withNotes = (recordingId: string, entries: readonly Entry[]): ExportDatasetSpec['recordings'][number]['items'] => {
    const slices = library.exportRecording(recordingId)?.slices ?? []
    return entries.map(({ item, split }) => {
      const details = slices[Number(item.sliceId.split('-').at(-1))]?.details ?? {}
      const notes = slicedNotesSchema.safeParse(details['notes'])
      return { item, split, notes: notes.success ? notes.data : [] }
    })
  }

  const exportFolder = async (row: ReturnType<typeof findBuilt>, path: string): Promise<{ fileCount: number; byteLength: number }> => {
    const entries = library.datasets.items(row.id).map(({ split, item }) => ({ split, item: datasetItemSchema.parse(item) }))
    const byRecording = new Map<string, Entry[]>()
    for (const entry of entries) byRecording.set(entry.item.recordingId, [...(byRecording.get(entry.item.recordingId) ?? []), entry])
    const { query, split, build } = row
    const spec: ExportDatasetSpec = {
      folder: path,
      name: row.name,
      manifest: JSON.stringify({ name: row.name, query, split, ...build, items: entries }),
      recordings: [...byRecording].map(([id, items]) => ({
        id,
        path: findOriginal(context, items[0]?.item.assetId ?? ''),
        name: items[0]?.item.name ?? '',
        items: withNotes(id, items),
      })),
    }
    const runners = env.openImporters?.() ?? null
    try {
      const task = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
      return exportDatasetResultSchema.parse(await (runners?.[0] ?? env.ears).run('export-dataset', spec, task))
    } finally {
      await Promise.all((runners ?? []).map((runner) => runner.close()))
    }
  }

  return {
    async create({ name, query = {}, split }) {
      const row = library.transaction(() => insert(name, query, readSplit(split)))
      announce()
      return describe(row, false)
    },
    list: async () => library.datasets.list().map((row) => describe(row, false)),
    get: async ({ datasetId }) => describe(find(datasetId), true),
    async update({ datasetId, name, query, split }) {
      const row = find(datasetId)
      const changed = { name: name ?? row.name, query: query ?? row.query, split: split === undefined ? row.split : readSplit(split) }
      library.transaction(() => library.datasets.update(datasetId, changed))
      announce()
      return describe(find(datasetId), true)
    },
    async build({ datasetId }) {
      const row = find(datasetId)
      const entries = collect(library, row.query, row.split)
      if (entries.length === 0) throw new EngineError('DATASET_EMPTY', { name: row.name })
      library.transaction(() => saveBuild(datasetId, entries))
      announce()
      return describe(find(datasetId), false)
    },
    async tokens({ datasetId }) {
      const items = library.datasets.items(find(datasetId).id).map(({ item }) => datasetItemSchema.parse(item))
      return { sliceCount: items.length, encodedCount: countEncoded(env.dataDir, items) }
    },
    async items({ datasetId, offset = 0, limit = 200 }) {
      const rows = library.datasets.items(find(datasetId).id, offset, limit)
      const seqs = library.recordings.findSliceSeqs(rows.map(({ sliceId }) => sliceId))
      const slices = new Map(library.recordings.slices([...seqs.values()]).map((row) => [row.id, row]))
      return rows.map(({ sliceId, split, item }) => ({
        split,
        sliceId,
        caption: datasetItemSchema.shape.caption.parse(item['caption']),
        row: slices.get(sliceId) ?? null,
      }))
    },
    async export({ datasetId, path: given, format }) {
      const row = findBuilt(datasetId)
      const path = resolve(given)
      if (format === 'zip') {
        await refuseUnwritable(path)
        return { path, ...(await writeArchive(context, row, path)) }
      }
      return { path, ...(await exportFolder(row, path)) }
    },
    async open({ path }) {
      const archive = await readArchive(context, resolve(path))
      const row = library.transaction(() => {
        const inserted = insert(archive.name, archive.query, archive.split)
        saveBuild(inserted.id, archive.items)
        return inserted
      })
      announce()
      pushes.emit('library.changed', { kinds: ['recordings'] })
      return describe(find(row.id), false)
    },
    async remove({ datasetId }) {
      find(datasetId)
      library.transaction(() => library.datasets.remove(datasetId))
      announce()
      return {}
    },
  }
}
