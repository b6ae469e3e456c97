import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface StudioProcess {
  readonly address: string
  /** Ends the studio as a power cut would: the host and all its children, at once. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface StudioOptions {
  readonly dataDir: string
  readonly rendererDir: string
  /** Path of another compute process, such as the toy one; the real engine without it. */
  readonly computePath?: string
}

/** The studio host as a person starts it, on a data folder of its own. */
export const startStudio = async ({ dataDir, rendererDir, computePath }: StudioOptions): Promise<StudioProcess> => {
  const args = [
    '--disable-warning=ExperimentalWarning',
    join(ROOT, 'src-main/hosts/studio/main.ts'),
    '--no-open',
    '--data-dir',
    dataDir,
    '--renderer',
    rendererDir,
  ]
  if (computePath !== undefined) args.push('--compute', computePath)
  // A process group of its own, so that a kill reaches the engine too.
  const child: ChildProcess = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += String(chunk)))
  const address = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk)
      const found = /http:\S+\n/.exec(text)?.[0]
      if (found !== undefined) resolve(found.trim())
    })
    child.once('exit', (code) => reject(new Error(`the studio ended with ${code}: ${errors}`)))
  })
  const end = async (signal: NodeJS.Signals, isWholeGroup: boolean): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const exit = once(child, 'exit')
    process.kill(isWholeGroup ? -child.pid : child.pid, signal)
    await exit
  }
  return { address, kill: () => end('SIGKILL', true), stop: () => end('SIGTERM', false) }
}
