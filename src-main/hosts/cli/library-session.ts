import type { Api, PushEvents } from '#contract/api.ts'
import type { ImportReport } from '#contract/imports.ts'
import { systemClock } from '#main/foundation/clock.ts'
import { createDisposables } from '#main/foundation/disposables.ts'
import { createLogger } from '#main/foundation/logger.ts'
import { readProgramVersion } from '#main/foundation/project-root.ts'
import { createRandom } from '#main/foundation/random.ts'
import { Option, type Command } from 'commander'
import { randomInt } from 'node:crypto'
import { join, resolve } from 'node:path'
import { IMPORT_READERS, spawnCompute, TRAINER_GRACE_MS } from '../compute-child.ts'
import { findDataDir } from '../data-dir.ts'
import { createKeepAwake, followTraining } from '../keep-awake.ts'
import { createProgress, warn } from './terminal.ts'

export interface LibraryOptions {
  readonly json?: boolean
  readonly dataDir?: string
}

/** The studio's own library, held for as long as the command runs. */
export interface LibrarySession {
  readonly api: Api
  readonly dataDir: string
  /** Follows an import to its end, whatever it is. Ctrl+C stops it where it is; `library import --resume` goes on. */
  finishImport(importId: string): Promise<ImportReport>
  close(): Promise<void>
}

const describeSeconds = (seconds: number): string =>
  seconds >= 90 ? `${Math.round(seconds / 60)} min left` : `${Math.max(1, Math.round(seconds))} s left`

const describeProgress = ({ doneCount, fileCount, rate, remainingSeconds, currentFiles }: ImportReport): string =>
  [
    `${doneCount} of ${fileCount} files`,
    ...(rate === null ? [] : [`${rate.toFixed(0)} × real time`]),
    ...(remainingSeconds === null ? [] : [describeSeconds(remainingSeconds)]),
    ...(currentFiles[0] === undefined ? [] : [currentFiles[0].split(/[\\/]/).at(-1) ?? '']),
  ].join(', ')

export const openLibrarySession = async ({ dataDir: given }: LibraryOptions): Promise<LibrarySession> => {
  const { lockLibrary } = await import('#main/library/sqlite/library-lock.ts')
  const { createServices } = await import('#main/services/create-services.ts')
  const { createForkRunner } = await import('#main/jobs/runner/fork-runner.ts')
  const disposables = createDisposables()
  const dataDir = given === undefined ? findDataDir(process.env) : resolve(given)
  const lock = lockLibrary(dataDir)
  disposables.add(() => lock.release())
  const isDebug = process.env['FIDDLEHEAD_DEBUG'] === '1'
  const logger = createLogger((line) => void process.stderr.write(`${JSON.stringify(line)}\n`), systemClock, isDebug ? 'debug' : 'error')
  const openReader = (): ReturnType<typeof createForkRunner> => createForkRunner({ spawn: () => spawnCompute(logger), logger })
  try {
    const services = createServices({
      dataDir,
      databasePath: join(dataDir, 'library.sqlite'),
      runner: openReader(),
      trainer: createForkRunner({ spawn: () => spawnCompute(logger), logger, graceMs: TRAINER_GRACE_MS, isKeptWarm: false }),
      ears: openReader(),
      openImporters: () => Array.from({ length: IMPORT_READERS }, openReader),
      logger,
      clock: systemClock,
      random: createRandom(randomInt(2 ** 32 - 1)),
      version: readProgramVersion(),
      isGuest: true,
    })
    disposables.add(() => services.close())
    const { api, pushes } = services
    const awake = createKeepAwake({ warn: (message) => warn(message) })
    followTraining(pushes, ({ progress }) => awake.hold(progress !== null))
    disposables.add(() => awake.hold(false))

    const finishImport = async (importId: string): Promise<ImportReport> => {
      const progress = createProgress()
      const stop = (): void => void api.imports.cancel({ importId })
      process.once('SIGINT', stop)
      process.once('SIGTERM', stop)
      try {
        return await new Promise((resolveImport, reject) => {
          const look = (report: ImportReport): void => {
            if (report.id !== importId) return
            progress.show(report.byteLength > 0 ? report.doneBytes / report.byteLength : 0, describeProgress(report))
            if (report.status !== 'listing' && report.status !== 'running') resolveImport(report)
          }
          pushes.subscribe((event, payload) => {
            if (event === 'imports.changed') look(payload as PushEvents['imports.changed'])
          })
          api.imports.get({ importId }).then(look, reject)
        })
      } finally {
        progress.end()
        process.off('SIGINT', stop)
        process.off('SIGTERM', stop)
      }
    }
    return { api, dataDir, finishImport, close: () => disposables.dispose() }
  } catch (error) {
    await disposables.dispose()
    throw error
  }
}

/** Runs a step on the library and lets go of it, whatever happens. */
export const withLibrary = async <T>(options: LibraryOptions, step: (session: LibrarySession) => Promise<T>): Promise<T> => {
  const session = await openLibrarySession(options)
  try {
    return await step(session)
  } finally {
    await session.close()
  }
}

export const addLibraryOptions = (command: Command): Command =>
  command
    .addOption(new Option('--data-dir <folder>', 'the library to use').default(undefined, "the studio's own"))
    .option('--json', 'print the result as JSON')
