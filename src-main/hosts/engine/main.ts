/**
 * The engine process: the services behind a port, and the only writer of the library. Forked by the studio or by Electron:
 *   engine/main.ts <data folder> [path of the compute process]
 */
import type { EngineReport } from '#contract/host-messages.ts'
import { systemClock } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createLogger } from '#main/foundation/logger.ts'
import { readProgramVersion } from '#main/foundation/project-root.ts'
import { createRandom } from '#main/foundation/random.ts'
import { createForkRunner } from '#main/jobs/runner/fork-runner.ts'
import { lockLibrary } from '#main/library/sqlite/library-lock.ts'
import { createServices } from '#main/services/create-services.ts'
import { serve } from '#rpc/serve.ts'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { IMPORT_READERS, spawnCompute, spawnTrainer, TRAINER_GRACE_MS } from '../compute-child.ts'
import { createKeepAwake, followTraining } from '../keep-awake.ts'
import { createLogFile } from './log-file.ts'
import { openParent } from './parent-port.ts'

const [dataDir, computePath] = process.argv.slice(2)
const parent = openParent()
const report = (message: EngineReport): void => parent.report(message)

const start = (folder: string): void => {
  const lock = lockLibrary(folder)
  const logger = createLogger(createLogFile(join(folder, 'log')), systemClock)
  const runner = createForkRunner({ spawn: () => spawnCompute(logger, computePath), logger })
  const services = createServices({
    dataDir: folder,
    databasePath: join(folder, 'library.sqlite'),
    runner,
    trainer: createForkRunner({ spawn: () => spawnTrainer(logger, computePath), logger, graceMs: TRAINER_GRACE_MS, isKeptWarm: false }),
    ears: createForkRunner({ spawn: () => spawnCompute(logger, computePath), logger }),
    openImporters: () =>
      Array.from({ length: IMPORT_READERS }, () => createForkRunner({ spawn: () => spawnCompute(logger, computePath), logger })),
    logger,
    clock: systemClock,
    random: createRandom(randomInt(2 ** 32 - 1)),
    version: readProgramVersion(),
  })

  const awake = createKeepAwake(logger)
  followTraining(services.pushes, (training) => {
    awake.hold(training.progress !== null)
    report(training)
  })

  let isStopping = false
  const stop = async (): Promise<void> => {
    if (isStopping) return
    isStopping = true
    await services.close()
    awake.hold(false)
    lock.release()
    logger.info('the engine stopped')
    process.exit(0)
  }
  const fail = (error: unknown): void => {
    logger.error('the engine failed', { error })
    process.exit(1)
  }
  process.on('SIGTERM', () => void stop().catch(fail))
  // The parent gets the terminal's Ctrl+C as well and tells us when to stop.
  process.on('SIGINT', () => undefined)
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  parent.onEnd(() => void stop().catch(fail))

  parent.onPort((port) => {
    serve(port, services.api, {
      pushes: services.pushes,
      onInternalError: (error, traceId, method) => logger.error('a call failed by a bug', { traceId, method, error }),
    })
  })
  logger.info('the engine is ready', { pid: process.pid, dataDir: folder, node: process.versions.node })
  report({ type: 'ready' })
  // Early, so that backend and voice are there when the first render comes.
  void services.api.system.about({}).then(() =>
    runner
      .run('warm', {}, { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined })
      .catch((error: unknown) => {
        logger.warn('the voice could not be loaded ahead', { error })
      }),
  )
}

try {
  if (dataDir === undefined) throw new EngineError('INVALID_ARGUMENT', { what: 'The engine needs a data folder.' })
  start(dataDir)
} catch (error) {
  const wire = error instanceof EngineError ? error.toWire() : { code: 'INTERNAL' as const, details: { traceId: String(error) } }
  report({ type: 'failed', error: wire })
  // The report must be on its way before the process ends.
  setTimeout(() => process.exit(1), 100)
}
