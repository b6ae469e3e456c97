import { ARCHIVE_MANIFEST, archiveSchema, type Archive, type ArchiveRecording } from '#main/datasets/archive.ts'
import { datasetItemSchema } from '#main/datasets/item.ts'
import { createZipFile, openZipFile, readPieces, type ZipReader } from '#main/datasets/zip-file.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { BLOB_EXTENSIONS } from '#main/library/blobs/blob-store.ts'
import type { DatasetRow } from '#main/library/repositories/datasets.ts'
import type { RecordingSignals } from '#main/library/repositories/recordings.ts'
import { createHash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import type { ServiceContext } from './context.ts'

type Context = Pick<ServiceContext, 'env' | 'library'>

const SIGNALS_HEADER = 16

const packSignals = ({ samplesPerPeak, peaks, f0, loudnessDb }: RecordingSignals): Uint8Array[] => {
  const head = new DataView(new ArrayBuffer(SIGNALS_HEADER))
  ;[samplesPerPeak, peaks.length, f0.length, loudnessDb.length].forEach((value, i) => head.setUint32(4 * i, value, true))
  return [head, peaks, f0, loudnessDb].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
}

const unpackSignals = (bytes: Uint8Array): RecordingSignals => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [samplesPerPeak = 1, peakCount = 0, f0Count = 0, loudnessCount = 0] = [0, 4, 8, 12].map((at) => view.getUint32(at, true))
  const f0Start = SIGNALS_HEADER + peakCount
  const loudnessStart = f0Start + 4 * f0Count
  const floats = (start: number, count: number): Float32Array =>
    new Float32Array(Uint8Array.from(bytes.subarray(start, start + 4 * count)).buffer)
  return {
    samplesPerPeak,
    peaks: new Int8Array(Uint8Array.from(bytes.subarray(SIGNALS_HEADER, f0Start)).buffer),
    f0: floats(f0Start, f0Count),
    loudnessDb: floats(loudnessStart, loudnessCount),
  }
}

const describeRecording = ({ library }: Context, id: string): ArchiveRecording => {
  const whole = library.exportRecording(id)
  const asset = whole === null ? null : library.assets.find(whole.assetId)
  if (whole === null || asset === null) throw new EngineError('NOT_FOUND', { kind: 'recording', id })
  const {
    fingerprint,
    slices,
    tags,
    marks,
    details,
    importId: _importId,
    importedAt: _importedAt,
    duplicateOf: _duplicateOf,
    ...rest
  } = whole
  return {
    ...rest,
    marks: [...marks],
    details: { ...details },
    tags: [...tags],
    extension: asset.extension,
    fingerprint: fingerprint === null ? null : Buffer.from(fingerprint).toString('base64'),
    samplesPerPeak: library.recordings.findSignals(id)?.samplesPerPeak ?? null,
    slices: slices.map(({ tags: own = [], isCaptionEdited = false, keptByHand = null, marks: found, details: facts, ...slice }) => ({
      ...slice,
      marks: [...found],
      details: { ...facts },
      tags: [...own],
      isCaptionEdited,
      keptByHand,
    })),
  }
}

const isPresent = <T>(value: T | null): value is T => value !== null

/** Writes a built data set with its originals, so that another Fiddlehead can go on with it. */
export const writeArchive = async (
  context: Context,
  dataset: DatasetRow & { readonly build: NonNullable<DatasetRow['build']> },
  path: string,
): Promise<{ byteLength: number; fileCount: number }> => {
  const { library } = context
  const items = library.datasets.items(dataset.id).map(({ split, item }) => ({ split, item: datasetItemSchema.parse(item) }))
  const recordings = [...new Set(items.map(({ item }) => item.recordingId))].map((id) => describeRecording(context, id))
  const ids = (of: (recording: ArchiveRecording) => string | null): string[] => [...new Set(recordings.map(of).filter(isPresent))]
  const archive: Archive = {
    format: 'fiddlehead-dataset',
    version: 1,
    name: dataset.name,
    query: dataset.query,
    split: dataset.split,
    contentHash: dataset.build.contentHash,
    items,
    sessions: ids(({ sessionId }) => sessionId)
      .map((id) => library.sessions.find(id))
      .filter(isPresent)
      .map(({ id, name, note }) => ({ id, name, note })),
    rights: ids(({ rightsId }) => rightsId)
      .map((id) => library.sessions.findRights(id))
      .filter(isPresent),
    recordings,
  }
  const zip = createZipFile(path)
  try {
    zip.add(ARCHIVE_MANIFEST, [new TextEncoder().encode(JSON.stringify(archive))])
    for (const { id, assetId, extension } of recordings) {
      const asset = library.assets.find(assetId)
      if (asset === null) throw new EngineError('NOT_FOUND', { kind: 'sound', id: assetId })
      zip.add(`audio/${assetId}.${extension}`, readPieces(library.blobs.pathOf(assetId, asset.extension)))
      const signals = library.recordings.findSignals(id)
      if (signals !== null) zip.add(`signals/${id}`, packSignals(signals))
      await breathe()
    }
    return zip.finish()
  } catch (error) {
    zip.abort()
    throw error
  }
}

const readManifest = (zip: ZipReader, path: string): Archive => {
  const broken = (cause: unknown): EngineError =>
    new EngineError('DATASET_UNREADABLE', { path, reason: 'what it says of itself cannot be read' }, { cause })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(zip.readWhole(ARCHIVE_MANIFEST)))
  } catch (error) {
    throw error instanceof EngineError ? error : broken(error)
  }
  const parsed = archiveSchema.safeParse(value)
  if (!parsed.success) throw broken(parsed.error)
  return parsed.data
}

/** Takes the recordings of an archive that this library has not, with slices and captions; answers what it says of its data set. */
export const readArchive = async (context: Context, path: string): Promise<Archive> => {
  const { env, library } = context
  const zip = openZipFile(path)
  const importedAt = readTimestamp(env.clock)
  try {
    const archive = readManifest(zip, path)
    for (const { id, name, note } of archive.sessions) {
      if (library.sessions.find(id) === null) library.transaction(() => library.sessions.save({ id, name, note, createdAt: importedAt }))
    }
    for (const rights of archive.rights) {
      if (library.sessions.findRights(rights.id) === null) library.transaction(() => library.sessions.saveRights(rights))
    }
    for (const { extension: named, samplesPerPeak, fingerprint, ...recording } of archive.recordings) {
      const extension = BLOB_EXTENSIONS.find((known) => known === named)
      if (extension === undefined) throw new EngineError('DATASET_UNREADABLE', { path, reason: `it holds "${named}" files` })
      if (library.recordings.findIdByAsset(recording.assetId) !== null || library.exportRecording(recording.id) !== null) continue
      const bytes = zip.readWhole(`audio/${recording.assetId}.${named}`)
      if (createHash('sha256').update(bytes).digest('hex') !== recording.assetId) {
        throw new EngineError('DATASET_UNREADABLE', { path, reason: `the sound of "${recording.name}" is not what its name promises` })
      }
      library.blobs.put(bytes, extension)
      const signals = samplesPerPeak === null ? null : unpackSignals(zip.readWhole(`signals/${recording.id}`))
      library.transaction(() => {
        library.assets.note(recording.assetId, extension, bytes.length, importedAt)
        library.recordings.insert({
          ...recording,
          sessionId: archive.sessions.some(({ id }) => id === recording.sessionId) ? recording.sessionId : null,
          rightsId: archive.rights.some(({ id }) => id === recording.rightsId) ? recording.rightsId : null,
          importId: null,
          importedAt,
          fingerprint: fingerprint === null ? null : Uint8Array.from(Buffer.from(fingerprint, 'base64')),
          duplicateOf: null,
          signals,
        })
        library.recordings.addProvenance(recording.id, path, importedAt, archive.name)
      })
      await breathe()
    }
    return archive
  } finally {
    zip.close()
  }
}
