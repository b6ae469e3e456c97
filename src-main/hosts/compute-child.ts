import type { Logger } from '#main/foundation/logger.ts'
import type { ComputeLink } from '#main/jobs/runner/compute-messages.ts'
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'

/** The compute host lies beside this: `compute.js` in a build, `compute/main.ts` in the sources. */
const findComputeEntry = (): string => {
  const built = join(import.meta.dirname, 'compute.js')
  return existsSync(built) ? built : join(import.meta.dirname, 'compute/main.ts')
}

/** Reading sound files for the library: two at a time leave the machine usable, and one core is used by one of them. */
export const IMPORT_READERS = 2

/** How long training may take to write a checkpoint when it is paused, before its process is ended. */
export const TRAINER_GRACE_MS = 30_000

/** Whoever plays and looks at pages comes first; a machine that has nothing else to do gives all it has all the same. */
const stepBack = (pid: number | undefined, logger: Logger): void => {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch (error) {
    logger.warn('the training process keeps its usual priority', { error })
  }
}

/** Starts a process that trains beside the studio: as any compute process, but of a lower priority. */
export const spawnTrainer = (logger: Logger, entry?: string): ComputeLink => spawnCompute(logger, entry, stepBack)

/** Starts a compute process. What it prints goes to the log. */
export const spawnCompute = (
  logger: Logger,
  entry = findComputeEntry(),
  onStart: (pid: number | undefined, logger: Logger) => void = () => undefined,
): ComputeLink => {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Inside Electron the same binary must run as plain Node.
    env: 'electron' in process.versions ? { ...process.env, ELECTRON_RUN_AS_NODE: '1' } : process.env,
  })
  onStart(child.pid, logger)
  const log = (text: Buffer): void => logger.info('compute', { text: String(text).trimEnd() })
  child.stdout?.on('data', log)
  child.stderr?.on('data', log)
  let hasEnded = false
  const exitListeners: (() => void)[] = []
  const end = (fields: Record<string, unknown>): void => {
    if (hasEnded) return
    hasEnded = true
    logger.info('the compute process ended', fields)
    for (const listener of exitListeners) listener()
  }
  child.on('exit', (code, signal) => end({ code, signal }))
  child.on('error', (error) => end({ error }))
  return {
    post: (message) => {
      if (child.connected) child.send(message)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      if (hasEnded) listener()
      else exitListeners.push(listener)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
