import type { WireError } from '#contract/errors.ts'
import type { Mark } from '#contract/library.ts'
import { markDuplicate } from '#main/audio/quality/measure-quality.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { BlobExtension } from '#main/library/blobs/blob-store.ts'
import type { SliceFacts } from '#main/jobs/handlers/import-spec.ts'
import type { ImportFileRow, ImportItem, ImportRow } from '#main/library/repositories/imports.ts'
import { createHash } from 'node:crypto'
import { basename, extname } from 'node:path'
import type { ServiceContext } from './context.ts'
import { listImportFiles } from './import-list.ts'
import { createFileReader, type ReadingEnd, type RunnerPool } from './import-reading.ts'
import type { SoundIndex } from './sound-index.ts'

/** Files in hand for each reader: one in work, one being copied, one waiting for its turn to be kept. */
const FILES_PER_READER = 3
const BATCH = 64

const shorten = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

/** A slice that is there already in another file stays out of data sets unless a person wants it. */
const describeAlike = (name: string, similarity: number): Mark => {
  const { name: code, text } = markDuplicate({ name, similarity })
  return { code, message: text, isDisqualifying: true }
}

const RANGE_MARGIN_SECONDS = 0.5

/** Where a data set means a stretch of a file, only the slices in it are its. */
const isInRange = ({ startSeconds, endSeconds }: SliceFacts, item: ImportItem | null): boolean =>
  item?.range === undefined ||
  (startSeconds >= item.range.fromSeconds - RANGE_MARGIN_SECONDS && endSeconds <= item.range.toSeconds + RANGE_MARGIN_SECONDS)

/** What was measured comes first: it is short, and of a long text only the beginning is read in training. */
const joinCaptions = ({ caption, pitchLow }: SliceFacts, item: ImportItem | null): string =>
  item?.caption === undefined ? caption : pitchLow === null ? item.caption : `${caption}. ${item.caption}`

export interface ImportRunOptions {
  readonly context: Pick<ServiceContext, 'env' | 'library'>
  readonly row: ImportRow
  readonly pool: RunnerPool
  readonly sounds: SoundIndex
  readonly signal: AbortSignal
  /** Told after each file that is kept or refused, with those in work. */
  readonly onFile: (current: readonly string[]) => void
}

/** How an import ended: everything read, or the reason why not. */
export type ImportEnd = { readonly status: 'succeeded' | 'cancelled' } | { readonly status: 'paused' | 'failed'; readonly error: WireError }

/**
 * Reads the files of an import that are still to be read. Files are read side by side but kept strictly in the order of the list,
 * one transaction each: which of two equal files is kept, and every row number, is the same however often the work was cut off.
 */
export const runImport = async ({ context, row, pool, sounds, signal, onFile }: ImportRunOptions): Promise<ImportEnd> => {
  const { env, library } = context
  const { id, options } = row
  const left = new Map<string, BlobExtension>()
  let lastTick = env.clock.now()

  /** The data set, and what the file is called in it. */
  const nameOrigin = ({ item }: ImportFileRow): string | null =>
    options.source === undefined ? null : [options.source, ...(item === null ? [] : [item.sourceItem])].join(': ')

  const keepRecording = (file: ImportFileRow, end: Extract<ReadingEnd, { kind: 'read' }>): void => {
    const { imported, assetId, extension, byteLength } = end
    const known = library.recordings.findIdByAsset(assetId)
    if (known !== null) return keepKnown(file, known)
    const { item } = file
    const recordingId = `recording-${assetId.slice(0, 32)}`
    const alike = imported.fingerprint === null ? null : sounds.find(imported.fingerprint)
    const soundsLike = alike?.id ?? null
    const extra = alike === null ? [] : [describeAlike(library.recordings.find(alike.id)?.name ?? alike.id, alike.similarity)]
    const session = { id: `session-${shorten(file.sessionName)}`, name: file.sessionName, note: '', createdAt: row.createdAt }
    const sessionId = library.sessions.findByName(session.name)?.id ?? session.id
    if (library.sessions.find(sessionId) === null) library.sessions.save(session)
    library.assets.note(assetId, extension, byteLength, row.createdAt)
    library.recordings.insert({
      ...imported,
      marks: [...imported.marks, ...extra],
      caption: item?.caption ?? imported.caption,
      slices: imported.slices
        .filter((slice) => isInRange(slice, item))
        .map((slice) => ({ ...slice, caption: joinCaptions(slice, item), marks: [...slice.marks, ...extra] })),
      id: recordingId,
      assetId,
      name: item?.title ?? basename(file.path, extname(file.path)),
      fileName: basename(file.path),
      sessionId,
      rightsId: item?.rightsId ?? options.rightsId ?? null,
      importId: id,
      importedAt: row.createdAt,
      instrument: item?.instrument ?? options.instrument,
      byteLength,
      cleaning: null,
      duplicateOf: soundsLike,
      tags: [...options.tags, ...(item?.tags ?? [])],
    })
    library.recordings.addProvenance(recordingId, file.path, row.createdAt, nameOrigin(file))
    library.imports.finishFile(id, file.position, { status: 'added', recordingId, soundsLike, audioSeconds: imported.durationSeconds })
    if (imported.fingerprint !== null) sounds.add(recordingId, imported.fingerprint)
  }

  const keepKnown = (file: ImportFileRow, recordingId: string): void => {
    library.recordings.addProvenance(recordingId, file.path, row.createdAt, nameOrigin(file))
    const { item } = file
    if (item !== null) library.recordings.complete(recordingId, { ...item, instrument: item.instrument ?? '' })
    library.imports.finishFile(id, file.position, { status: 'duplicate', recordingId })
  }

  const keep = (file: ImportFileRow, end: Exclude<ReadingEnd, { kind: 'stopped' }>): void =>
    library.transaction(() => {
      if (end.kind === 'read') keepRecording(file, end)
      else if (end.kind === 'known') keepKnown(file, end.recordingId)
      else library.imports.finishFile(id, file.position, { status: 'failed', error: end.error })
      const now = env.clock.now()
      library.imports.addWork(id, Math.max(0, now - lastTick) / 1000)
      lastTick = now
    })

  const sweep = (): void => {
    try {
      for (const [assetId, extension] of left) if (library.assets.find(assetId) === null) library.blobs.remove(assetId, extension)
    } catch (error) {
      // The library sweeps when it is opened, too.
      if (!(error instanceof EngineError)) throw error
      env.logger.warn('what refused files left behind could not be removed', { error })
    }
  }

  const list = async (): Promise<void> => {
    const files = await listImportFiles(options.paths, options.sessionName, env.dataDir)
    library.transaction(() => {
      library.imports.setFiles(id, files)
      library.imports.setStatus(id, 'running')
    })
  }

  const read = createFileReader(context, pool, signal)
  const work = async (): Promise<ImportEnd> => {
    if (row.status === 'listing') await list()
    const inHand: { file: ImportFileRow; end: Promise<ReadingEnd> }[] = []
    let waiting = library.imports.listPending(id, 0, BATCH)
    for (;;) {
      while (inHand.length < FILES_PER_READER * pool.size) {
        const file = waiting.shift()
        if (file === undefined) break
        inHand.push({ file, end: read(file.path, file.item?.instrument ?? options.instrument) })
        if (waiting.length === 0) waiting = library.imports.listPending(id, file.position + 1, BATCH)
      }
      const head = inHand.shift()
      if (head === undefined) return { status: 'succeeded' }
      const end = await head.end
      if (end.kind === 'stopped') {
        await Promise.all(inHand.map((other) => other.end))
        return end.error === null ? { status: 'cancelled' } : { status: 'paused', error: end.error }
      }
      if (end.kind === 'failed' && end.left !== null) left.set(end.left.assetId, end.left.extension)
      keep(head.file, end)
      onFile(inHand.map(({ file }) => file.path))
    }
  }

  try {
    return await work()
  } catch (error) {
    if (error instanceof EngineError) return { status: row.status === 'listing' ? 'failed' : 'paused', error: error.toWire() }
    throw error
  } finally {
    sweep()
  }
}
