/**
 * `npm start [-- --studio] [-- --no-open] [-- --cuda] [-- studio options]`: set-up, build where sources are newer, then the
 * window or the browser. --no-open prints the studio's address and opens nothing.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnv, runInPlace } from './child.mjs'
import { hasDisplay, watchForAddress } from './open-page.mjs'
import { main, ROOT, setUp, takeSetupOptions } from './setup.mjs'
import { say, SetupProblem, step } from './setup/console.mjs'
import { NODE_FLAGS } from './setup/node.mjs'
import { run, tailOf } from './setup/run.mjs'

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'package-lock.json', 'electron.vite.config.ts', 'svelte.config.js']
const BUILD_STAMP = join(ROOT, 'out/.built')

const newestMtime = (path) => {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMtime(join(path, name))), stat.mtimeMs)
}

const isBuilt = () =>
  existsSync(BUILD_STAMP) && statSync(BUILD_STAMP).mtimeMs >= Math.max(...SOURCES.map((path) => newestMtime(join(ROOT, path))))

export const ensureBuilt = async (node) => {
  if (isBuilt()) return
  const result = await step('building the studio', () =>
    run(node, [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: ROOT, limitSeconds: 300 }),
  )
  if (!result.ok)
    throw new SetupProblem(
      'The studio could not be built.',
      'The lines above say why; a fresh copy of the sources mends it.',
      tailOf(result.output, 15),
    )
  writeFileSync(BUILD_STAMP, '')
}

/** Path of Electron's binary where it has been downloaded (npm does not do that by itself). */
const findElectron = () => {
  const folder = join(ROOT, 'node_modules/electron')
  if (!existsSync(join(folder, 'path.txt'))) return undefined
  const binary = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

await main(async () => {
  const args = takeSetupOptions(process.argv.slice(2))
  const node = await setUp({ isRetryAllowed: true })
  await ensureBuilt(node)
  const isOpened = !args.includes('--no-open')
  const isStudio = args.includes('--studio') || !isOpened
  const electron = isStudio ? undefined : findElectron()
  const rest = args.filter((arg) => arg !== '--studio')
  if (electron !== undefined && hasDisplay()) {
    process.exitCode = await runInPlace(electron, [ROOT, ...rest], { env: childEnv() })
    return
  }
  if (!isStudio) {
    say(
      electron === undefined
        ? 'the desktop window is not installed, so the studio opens in your browser'
        : 'there is no display, so the studio waits for a browser',
    )
  }
  const studio = [...NODE_FLAGS, join(ROOT, 'src-main/hosts/studio/main.ts'), ...rest]
  process.exitCode = await runInPlace(node, studio, { env: childEnv(), stdio: ['inherit', 'pipe', 'inherit'] }, ({ stdout }) =>
    watchForAddress(stdout, { isOpened }),
  )
})
