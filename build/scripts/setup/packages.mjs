import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say, SetupProblem, step } from './console.mjs'
import { run, systemPath, tailOf } from './run.mjs'

const STAMP = 'node_modules/.fiddlehead-packages'

const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/**
 * True when every package of package-lock.json stands in node_modules at its version, whoever put it there.
 * Optional packages (other systems' binaries) may be absent.
 */
export const isInstalled = (root) => {
  const installedPath = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installedPath)) return false
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true
    return found.version === entry.version
  })
}

/** Holds the set-up for one process at a time; another one waits. */
const withLock = async (root, work) => {
  const folder = join(root, '.cache')
  const lock = join(folder, 'setup.lock')
  mkdirSync(folder, { recursive: true })
  let hasSpoken = false
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (isStale(lock)) {
        rmSync(lock, { force: true })
        continue
      }
      if (!hasSpoken) say('another set-up is at work here; waiting for it')
      hasSpoken = true
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

const isStale = (lock) => {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (!Number.isInteger(pid) || pid <= 0) return Date.now() - statSync(lock).mtimeMs > 5000
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT'
  }
}

/** Installs the packages of package-lock.json where they are not installed yet. */
export const ensurePackages = async (root) => {
  const stampPath = join(root, STAMP)
  const hash = lockHash(root)
  const isCurrent = () => existsSync(stampPath) && readFileSync(stampPath, 'utf8') === hash
  if (isCurrent()) return
  await withLock(root, async () => {
    if (isCurrent()) return
    if (!isInstalled(root)) await install(root)
    writeFileSync(stampPath, hash)
  })
}

const install = async (root) => {
  // A whole tree is only brought up to date, so that the built TensorFlow addon inside it survives.
  const command = existsSync(join(root, 'node_modules/.package-lock.json')) ? ['install', '--no-save'] : ['ci']
  const args = [...command, '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const env = { ...process.env, PATH: systemPath(root) }
  const result = await step('installing packages (about a minute the first time)', () =>
    run(npm, args, { cwd: root, env, limitSeconds: 1800 }),
  )
  if (result.ok) return
  if (result.isMissing) throw new SetupProblem('npm was not found.', 'Install Node with npm from https://nodejs.org and try again.')
  const errors = result.output
    .split('\n')
    .filter((line) => line.startsWith('npm error') && !/A complete log|Usage:|^npm error( aliases|   )|\[--/.test(line))
    .slice(0, 10)
  throw new SetupProblem(
    explainNpm(result),
    'Check the network and the free disk space, then run the same command again.',
    tailOf(errors.join('\n')),
  )
}

const explainNpm = ({ output, isTimeout }) => {
  if (isTimeout) return 'npm did not finish installing the packages within 30 minutes.'
  if (/in sync/.test(output)) return 'package-lock.json does not fit package.json.'
  if (/ENOSPC/.test(output)) return 'The disk is full, so the packages could not be installed.'
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output)) return 'The npm registry could not be reached.'
  if (/EACCES|EPERM/.test(output)) return 'npm may not write to this folder.'
  return 'npm could not install the packages.'
}
