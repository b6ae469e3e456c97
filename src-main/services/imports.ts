import type { Api } from '#contract/api.ts'
import { describeError } from '#contract/errors.ts'
import type { ImportFile, ImportReport } from '#contract/imports.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { ImportFileRow, ImportItem, ImportOptions, ImportRow } from '#main/library/repositories/imports.ts'
import { resolve } from 'node:path'
import type { ServiceContext } from './context.ts'
import { createImportInbox } from './import-inbox.ts'
import { listImportFiles } from './import-list.ts'
import { createRunnerPool } from './import-reading.ts'
import { runImport } from './import-run.ts'
import { createSoundIndex } from './sound-index.ts'

const TELL_EVERY_MS = 250

export interface ImportsService {
  readonly api: Api['imports']
  start(options: ImportOptions): Promise<ImportReport>
  /** Starts an import of exactly these files, with what a public data set says of each. */
  startItems(
    options: ImportOptions,
    files: readonly { path: string; sessionName: string; byteLength: number; item: ImportItem }[],
  ): ImportReport
  /** Goes on with what an earlier process left unfinished. */
  recover(): void
  /** Resolves when no import is in work. */
  settle(): Promise<void>
  close(): Promise<void>
}

const describeFile = (file: ImportFileRow): ImportFile => {
  const words = file.error === null ? null : describeError(file.error.code, file.error.details)
  return {
    path: file.path,
    status: file.status,
    recordingId: file.recordingId,
    reason: words?.message ?? (file.soundsLike === null ? null : `It sounds like the recording ${file.soundsLike}.`),
    remedy: words?.remedy ?? null,
  }
}

/** Imports: files into the library, one import at a time, oldest first. */
export const createImportsService = (context: Pick<ServiceContext, 'env' | 'library' | 'pushes'>): ImportsService => {
  const { env, library, pushes } = context
  const inbox = createImportInbox(env)
  let current: { id: string; controller: AbortController; done: Promise<void>; files: readonly string[] } | null = null
  let isClosed = false
  let lastTold = -Infinity

  const find = (id: string): ImportRow => {
    const row = library.imports.find(id)
    if (row === null) throw new EngineError('NOT_FOUND', { kind: 'import', id })
    return row
  }

  const describe = (row: ImportRow): ImportReport => {
    const counts = library.imports.count(row.id)
    const { workSeconds } = row
    const isWorking = row.status === 'running' && counts.doneBytes > 0 && workSeconds > 0
    return {
      ...counts,
      id: row.id,
      createdAt: row.createdAt,
      roots: row.options.paths,
      status: row.status,
      workSeconds,
      rate: workSeconds > 0 && counts.audioSeconds > 0 ? counts.audioSeconds / workSeconds : null,
      remainingSeconds: isWorking ? ((counts.byteLength - counts.doneBytes) / counts.doneBytes) * workSeconds : null,
      currentFiles: current?.id === row.id ? [...current.files] : [],
      error: row.error === null ? null : { code: row.error.code, ...describeError(row.error.code, row.error.details) },
    }
  }

  const tell = (id: string, isUrgent: boolean): void => {
    const now = env.clock.now()
    if (isClosed || (!isUrgent && now - lastTold < TELL_EVERY_MS)) return
    lastTold = now
    pushes.emit('imports.changed', describe(find(id)))
    pushes.emit('library.changed', { kinds: ['recordings'] })
  }

  const run = async (row: ImportRow, controller: AbortController): Promise<void> => {
    const own = env.openImporters?.() ?? null
    try {
      const sounds = createSoundIndex()
      for (const { id, fingerprint } of library.recordings.listFingerprints()) sounds.add(id, fingerprint)
      const end = await runImport({
        context,
        row,
        pool: createRunnerPool(own ?? [env.ears]),
        sounds,
        signal: controller.signal,
        onFile: (files) => {
          if (current !== null) current.files = files
          tell(row.id, false)
        },
      })
      if (isClosed) return
      library.transaction(() => library.imports.setStatus(row.id, end.status, 'error' in end ? end.error : null))
    } catch (error) {
      if (isClosed) return
      const traceId = createId('trace', env.clock, env.random)
      env.logger.error('an import failed by a bug', { import: row.id, traceId, error })
      library.transaction(() => library.imports.setStatus(row.id, 'paused', { code: 'INTERNAL', details: { traceId } }))
    } finally {
      await Promise.all((own ?? []).map((runner) => runner.close()))
    }
  }

  const pump = (): void => {
    if (current !== null || isClosed) return
    const next = library.imports
      .list()
      .reverse()
      .find(({ status }) => status === 'listing' || status === 'running')
    if (next === undefined) return
    const controller = new AbortController()
    const done = run(next, controller)
      .catch((error: unknown) => env.logger.error('the library refused to note how an import ended', { error }))
      .then(async () => {
        current = null
        tell(next.id, true)
        // What came through the page has been copied into the library.
        if (library.imports.find(next.id)?.status === 'succeeded') await inbox.clear(next.options.paths)
        // One that could not even be marked as ended would start over and over.
        const status = library.imports.find(next.id)?.status
        if (status !== 'listing' && status !== 'running') pump()
      })
      .catch((error: unknown) => env.logger.error('the imports stopped', { error }))
    current = { id: next.id, controller, done, files: [] }
    tell(next.id, true)
  }

  const insert = (options: ImportOptions, status: 'listing' | 'running'): ImportRow => {
    const row: ImportRow = {
      id: createId('import', env.clock, env.random),
      createdAt: readTimestamp(env.clock),
      options,
      status,
      workSeconds: 0,
      error: null,
    }
    library.imports.insert(row)
    return row
  }

  const startItems: ImportsService['startItems'] = (options, files) => {
    const row = library.transaction(() => {
      const inserted = insert(options, 'running')
      library.imports.setFiles(inserted.id, files)
      return inserted
    })
    pump()
    return describe(find(row.id))
  }

  const start = async (options: ImportOptions): Promise<ImportReport> => {
    const full = { ...options, paths: options.paths.map((path) => resolve(path)) }
    // Listed once to refuse what cannot be imported at all; the list that counts is made by the run.
    await listImportFiles(full.paths, full.sessionName, env.dataDir)
    const row = library.transaction(() => insert(full, 'listing'))
    pump()
    return describe(find(row.id))
  }

  return {
    start,
    startItems,
    api: {
      receive: (file) => inbox.receive(file),
      async start({ paths, sessionName, rightsId, tags = [], instrument = 'violin' }) {
        if (rightsId !== undefined && library.sessions.findRights(rightsId) === null) {
          throw new EngineError('NOT_FOUND', { kind: 'note of rights', id: rightsId })
        }
        const optional = { ...(sessionName === undefined ? {} : { sessionName }), ...(rightsId === undefined ? {} : { rightsId }) }
        return start({ paths, tags, instrument, ...optional })
      },
      list: async () => library.imports.list().map(describe),
      get: async ({ importId }) => describe(find(importId)),
      async cancel({ importId }) {
        const { status } = find(importId)
        if (current?.id === importId) {
          current.controller.abort()
          await current.done
        } else if (status === 'listing' || status === 'running') {
          library.transaction(() => library.imports.setStatus(importId, 'cancelled'))
          tell(importId, true)
        }
        return describe(find(importId))
      },
      async resume({ importId }) {
        const { status } = find(importId)
        if (status === 'cancelled' || status === 'paused' || status === 'failed') {
          const isListed = library.imports.count(importId).fileCount > 0
          library.transaction(() => library.imports.setStatus(importId, isListed ? 'running' : 'listing'))
          pump()
        }
        return describe(find(importId))
      },
      files: async ({ importId, status, offset = 0, limit = 200 }) =>
        library.imports.listFiles(find(importId).id, status ?? null, offset, limit).map(describeFile),
    },
    recover() {
      const unfinished = library.imports.list().filter(({ status }) => status !== 'succeeded')
      inbox
        .keepOnly(unfinished.flatMap(({ options }) => options.paths))
        .catch((error: unknown) => env.logger.warn('files handed over by the page could not be thrown away', { error }))
      pump()
    },
    async settle() {
      while (current !== null) await current.done
    },
    async close() {
      isClosed = true
      current?.controller.abort()
      await current?.done
    },
  }
}
