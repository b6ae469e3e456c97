/**
 * The studio on a browser: serves the page on this machine alone and passes its calls to the engine process.
 * Prints one line, the address. `--help` lists the options.
 */
import { ApiError } from '#contract/api-error.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findDataDir } from '../data-dir.ts'
import { startEngine } from './engine-link.ts'
import { openBrowser } from './open-browser.ts'
import { startStudioServer } from './studio-server.ts'

const HELP = `Usage: fiddlehead studio [options]

Opens the studio in the browser.

Options:
  --port <number>      port on 127.0.0.1 (default: a free one)
  --data-dir <folder>  where hums and takes are kept (default: the platform's place for user data)
  --no-open            print the address, open nothing
  --help               this text
`

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const findRendererDir = (): string => {
  const built = join(import.meta.dirname, '../renderer')
  return existsSync(join(built, 'index.html')) ? built : join(import.meta.dirname, '../../../out/renderer')
}

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        // For tests and for those who work on the page.
        compute: { type: 'string' },
        renderer: { type: 'string' },
      },
    })
    const port = Number(values.port ?? 0)
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new TypeError(`"${values.port}" is no port`)
    return { ...values, port }
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}. Run the command with --help to see what it takes.`)
    return process.exit(2)
  }
}

const options = readOptions()
if (options.help) {
  process.stdout.write(HELP)
  process.exit(0)
}

const run = async (): Promise<void> => {
  const dataDir = resolve(options['data-dir'] ?? findDataDir(process.env))
  const engine = await startEngine({
    dataDir,
    computePath: options.compute === undefined ? undefined : resolve(options.compute),
    onRestart: () => say('The engine stopped and is being started again.'),
    onGiveUp: () => {
      say('The engine stopped too often. Start the studio again; what was saved is safe.')
      process.exit(1)
    },
  })
  const server = await startStudioServer({
    engine,
    dataDir,
    rendererDir: options.renderer === undefined ? findRendererDir() : resolve(options.renderer),
    port: options.port,
    onInternalError: (error, traceId, method) => say(`${method} failed (${traceId}): ${String(error)}`),
  }).catch(async (error: unknown) => {
    await engine.close()
    throw error
  })

  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    void Promise.all([server.close(), engine.close()]).then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  const address = server.createAddress()
  process.stdout.write(`${address}\n`)
  // Where another program reads our output, it opens the browser if it wants one.
  if (!options['no-open'] && process.stdout.isTTY) openBrowser(address)
  if (process.stdin.isTTY) process.stdin.on('data', () => process.stdout.write(`${server.createAddress()}\n`))
}

try {
  await run()
} catch (error) {
  if (error instanceof ApiError || error instanceof EngineError) say(`${error.message} ${error.remedy}`)
  else say(`The studio could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exit(1)
}
