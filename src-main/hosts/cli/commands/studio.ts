import type { Command } from 'commander'
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The studio is a host of its own: it runs beside this one. */
const findStudioEntry = (): string => {
  const built = join(import.meta.dirname, 'studio.js')
  return existsSync(built) ? built : join(import.meta.dirname, '../../studio/main.ts')
}

const run = (options: { port?: string; dataDir?: string; open: boolean }): Promise<void> =>
  new Promise((resolve) => {
    const args = [
      ...(options.port === undefined ? [] : ['--port', options.port]),
      ...(options.dataDir === undefined ? [] : ['--data-dir', options.dataDir]),
      ...(options.open ? [] : ['--no-open']),
    ]
    const child = fork(findStudioEntry(), args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
    const stop = (): void => void child.kill('SIGTERM')
    process.on('SIGTERM', stop)
    // A terminal's Ctrl+C reaches the studio by itself; this process only waits for it.
    process.on('SIGINT', () => undefined)
    child.on('exit', (code) => {
      process.exitCode = code ?? 1
      resolve()
    })
  })

export const addStudio = (program: Command): void => {
  program
    .command('studio')
    .description('open the studio in the browser')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)')
    .option('--data-dir <folder>', "where hums and takes are kept (default: the platform's place for user data)")
    .option('--no-open', 'print the address, open nothing')
    .action(run)
}
