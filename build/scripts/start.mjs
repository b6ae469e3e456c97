/** `npm start [-- --studio] [-- --cuda] [-- studio options]`: set-up, build where sources are newer, then the window or the browser. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnv, runInPlace } from './child.mjs'
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

const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

const openBrowser = (url) => {
  if (!hasDisplay()) return
  const [program, ...args] = { darwin: ['open', url], win32: ['cmd', '/c', 'start', '""', url] }[process.platform] ?? ['xdg-open', url]
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.on('error', () => say(`open this address in a browser: ${url}`))
  child.unref()
}

/** Passes the studio's lines on and opens the first address among them. */
const watchForAddress = (child) => {
  let text = ''
  let isOpen = false
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk)
    if (isOpen) return
    text += String(chunk)
    const address = /https?:\/\/(127\.0\.0\.1|localhost):\d+\S*/.exec(text)?.[0]
    if (address === undefined || !text.slice(text.indexOf(address)).includes('\n')) return
    isOpen = true
    openBrowser(address)
  })
}

await main(async () => {
  const args = takeSetupOptions(process.argv.slice(2))
  const node = await setUp({ isRetryAllowed: true })
  await ensureBuilt(node)
  const electron = args.includes('--studio') ? undefined : findElectron()
  const rest = args.filter((arg) => arg !== '--studio')
  if (electron !== undefined && hasDisplay()) {
    process.exitCode = await runInPlace(electron, [ROOT, ...rest], { env: childEnv() })
    return
  }
  if (!args.includes('--studio')) {
    say(
      electron === undefined
        ? 'the desktop window is not installed, so the studio opens in your browser'
        : 'there is no display, so the studio waits for a browser',
    )
  }
  const studio = [...NODE_FLAGS, join(ROOT, 'src-main/hosts/studio/main.ts'), ...rest]
  process.exitCode = await runInPlace(node, studio, { env: childEnv(), stdio: ['inherit', 'pipe', 'inherit'] }, watchForAddress)
})
