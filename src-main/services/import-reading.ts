import type { WireError } from '#contract/errors.ts'
import { withFileSource } from '#main/audio/io/byte-source.ts'
import { sniffFormat, type AudioFormat } from '#main/audio/io/sniff.ts'
import { isCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { importedFileSchema, type ImportedFile, type ImportFileSpec } from '#main/jobs/handlers/import-spec.ts'
import type { Runner } from '#main/jobs/runner/runner.ts'
import type { BlobExtension } from '#main/library/blobs/blob-store.ts'
import { extname } from 'node:path'
import type { ServiceContext } from './context.ts'

/** How reading one file ended. `stopped` concerns the whole import: the disk, the library, or the person. */
export type ReadingEnd =
  | {
      readonly kind: 'read'
      readonly imported: ImportedFile
      readonly assetId: string
      readonly extension: BlobExtension
      readonly byteLength: number
    }
  | { readonly kind: 'known'; readonly recordingId: string }
  | {
      readonly kind: 'failed'
      readonly error: WireError
      readonly left: { readonly assetId: string; readonly extension: BlobExtension } | null
    }
  | { readonly kind: 'stopped'; readonly error: WireError | null }

/** Lends runners one by one to whoever asks first. */
export interface RunnerPool {
  readonly size: number
  use<T>(step: (runner: Runner) => Promise<T>): Promise<T>
}

export const createRunnerPool = (runners: readonly Runner[]): RunnerPool => {
  const free = [...runners]
  const waiting: ((runner: Runner) => void)[] = []
  return {
    size: runners.length,
    async use(step) {
      const runner = free.pop() ?? (await new Promise<Runner>((resolve) => waiting.push(resolve)))
      try {
        return await step(runner)
      } finally {
        const next = waiting.shift()
        if (next === undefined) free.push(runner)
        else next(runner)
      }
    },
  }
}

const LONGEST_MINUTES = 10
const FATAL = new Set(['DISK_FULL', 'LIBRARY_READ_ONLY', 'DATABASE_UNUSABLE'])

const EXTENSIONS: Readonly<Record<AudioFormat, BlobExtension>> = {
  wav: 'wav',
  aiff: 'aiff',
  flac: 'flac',
  'ogg-flac': 'ogg',
  vorbis: 'ogg',
  opus: 'opus',
  mp3: 'mp3',
  m4a: 'm4a',
  aac: 'aac',
}

/** By its bytes; by its name only what has no mark of its own. */
const recognise = (path: string): Promise<{ format: string; extension: BlobExtension }> =>
  withFileSource(path, async (source) => {
    const name = extname(path).toLowerCase()
    if (source.length === 0) throw new EngineError('AUDIO_EMPTY', { path })
    if (name === '.abc') return { format: 'abc', extension: 'abc' }
    if (name === '.mxl') return { format: 'mxl', extension: 'mxl' }
    if (name === '.musicxml' || name === '.xml') return { format: 'musicxml', extension: 'musicxml' }
    const head = Buffer.from(source.read(0, 12)).toString('latin1')
    if (/^\.(?:midi?|rmi)$/.test(name) || head.startsWith('MThd') || (head.startsWith('RIFF') && head.endsWith('RMID'))) {
      return { format: 'mid', extension: 'mid' }
    }
    const sniffed = sniffFormat(source)
    if (sniffed.format === undefined) throw new EngineError('AUDIO_UNKNOWN_FORMAT', { path, hint: sniffed.hint })
    return { format: sniffed.format, extension: EXTENSIONS[sniffed.format] }
  })

/** Copies files into the library's store and has them listened to. Never rejects: each end is told. */
export const createFileReader = (
  { env, library }: Pick<ServiceContext, 'env' | 'library'>,
  pool: RunnerPool,
  signal: AbortSignal,
): ((path: string, instrument: string) => Promise<ReadingEnd>) => {
  const listen = async (spec: ImportFileSpec, path: string): Promise<ImportedFile> =>
    pool.use(async (runner) => {
      const own = new AbortController()
      const stop = (): void => own.abort()
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        stop()
      }, LONGEST_MINUTES * 60_000)
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      try {
        const context = { signal: own.signal, onProgress: () => undefined, onItem: () => undefined }
        return importedFileSchema.parse(await runner.run('import-file', spec, context))
      } catch (error) {
        if (isLate && !signal.aborted) throw new EngineError('IMPORT_FILE_HANGS', { path, minutes: LONGEST_MINUTES }, { cause: error })
        throw error
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
      }
    })

  /** A reader that dies over a file gets it once more: the machine may have been out of memory. */
  const listenTwice = async (spec: ImportFileSpec, path: string): Promise<ImportedFile> => {
    try {
      return await listen(spec, path)
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'JOB_INTERRUPTED' || signal.aborted) throw error
      return listen(spec, path)
    }
  }

  const describeFailure = (path: string, error: unknown): WireError => {
    if (error instanceof EngineError) return error.toWire()
    const traceId = createId('trace', env.clock, env.random)
    env.logger.error('a file could not be imported by a bug', { path, traceId, error })
    return { code: 'INTERNAL', details: { traceId } }
  }

  return async (path, instrument) => {
    let left: { assetId: string; extension: BlobExtension } | null = null
    try {
      if (signal.aborted) return { kind: 'stopped', error: null }
      const { format, extension } = await recognise(path)
      const { id: assetId, byteLength } = await library.blobs.putFile(path, extension)
      const recordingId = library.recordings.findIdByAsset(assetId)
      if (recordingId !== null) return { kind: 'known', recordingId }
      left = { assetId, extension }
      const spec = { path: library.blobs.pathOf(assetId, extension), fileName: path, format, instrument }
      return { kind: 'read', imported: await listenTwice(spec, path), assetId, extension, byteLength }
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return { kind: 'stopped', error: null }
      const wire = describeFailure(path, error)
      return FATAL.has(wire.code) ? { kind: 'stopped', error: wire } : { kind: 'failed', error: wire, left }
    }
  }
}
