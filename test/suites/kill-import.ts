/**
 * Imports a folder twice: once undisturbed, once killed with SIGKILL at random moments of the whole run and started again each time;
 * compares the libraries. An import that comes to its end before all kills are done is compared, and the next seed goes on with a
 * library of its own.
 *   node test/suites/kill-import.ts <folder> [kills] [seed]
 */
import { createRandom, type Random } from '#main/foundation/random.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { dumpLibrary } from './dump-library.ts'

const CLI = join(import.meta.dirname, '../../src-main/hosts/cli/main.ts')

/** When a command is to be killed: from the moment that something has happened, a little later. */
interface Kill {
  readonly isDue: () => boolean
  readonly delayMs: number
}

const LOOK_EVERY_MS = 40

/** Answers the exit code, null where it was killed. */
const runCommand = async (args: readonly string[], kill: Kill | null): Promise<number | null> => {
  const child = spawn(process.execPath, [...process.execArgv, CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    if (kill?.isDue() === true) timer = setTimeout(() => child.kill('SIGKILL'), kill.delayMs)
    else timer = setTimeout(look, LOOK_EVERY_MS)
  }
  if (kill !== null) look()
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  return code
}

/** Sounds are copied into the library just before they are listened to: how far an import is, seen without touching its database. */
const countSounds = (dataDir: string): number => {
  const blobs = join(dataDir, 'blobs')
  return existsSync(blobs) ? readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length : 0
}

export interface KillReport {
  readonly kills: number
  /** Imports that were brought to their end; each was compared with the undisturbed one. */
  readonly rounds: number
  readonly undisturbedSeconds: number
  readonly isSame: boolean
  readonly files: number
}

/** Places all over the run, in its order; the same share may come twice, and some kills fall into the start of the program. */
const planKills = (count: number, random: Random): number[] => Array.from({ length: count }, () => random.next()).sort((a, b) => a - b)

const MOST_IDLE_ROUNDS = 4

export const killImport = async (folder: string, { kills, seed }: { kills: number; seed: number }): Promise<KillReport> => {
  const work = mkdtempSync(join(tmpdir(), 'fiddlehead-kill-import-'))
  const command = (dataDir: string, ...what: string[]): string[] => ['library', 'import', ...what, '--data-dir', dataDir, '--json']
  try {
    const calm = join(work, 'calm')
    const start = performance.now()
    const calmCode = await runCommand(command(calm, folder), null)
    if (calmCode !== 0) throw new Error(`the undisturbed import ended with ${calmCode}`)
    const undisturbedMs = performance.now() - start
    const expected = dumpLibrary(calm)
    const sounds = countSounds(calm)
    const spanMs = Math.min(3000, undisturbedMs / 2)

    /** One import from its beginning to its end; answers how often it was killed. */
    const killOne = async (dataDir: string, left: number, random: Random): Promise<number> => {
      const places = planKills(left, random)
      let done = 0
      let isNoted = false
      for (;;) {
        const place = places[done]
        const kill =
          place === undefined ? null : { isDue: () => countSounds(dataDir) >= place * sounds, delayMs: random.between(0, spanMs) }
        const code = await runCommand(isNoted ? command(dataDir, '--resume') : command(dataDir, folder), kill)
        if (code === null) done++
        else if (code === 0) return done
        // Killed before the import was noted at all, there is nothing to go on with.
        else if (isNoted) isNoted = false
        else throw new Error(`the import ended with ${code}`)
        if (code === null) isNoted = true
      }
    }

    let done = 0
    let rounds = 0
    let isSame = true
    for (let idle = 0; done < kills && idle < MOST_IDLE_ROUNDS;) {
      const dataDir = join(work, `cruel-${rounds}`)
      const own = await killOne(dataDir, kills - done, createRandom(seed + rounds))
      isSame &&= isDeepStrictEqual(dumpLibrary(dataDir), expected)
      rmSync(dataDir, { recursive: true, force: true })
      idle = own === 0 ? idle + 1 : 0
      done += own
      rounds++
    }
    const files = (expected.rows[5] as unknown[]).length
    return { kills: done, rounds, undisturbedSeconds: undisturbedMs / 1000, isSame, files }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder = 'data/import-folder', kills = '20', seed = '1'] = process.argv.slice(2)
  const report = await killImport(folder, { kills: Number(kills), seed: Number(seed) })
  console.log(
    `${report.files} files, ${report.kills} kills in ${report.rounds} imports, ${report.undisturbedSeconds.toFixed(0)} s undisturbed: ${report.isSame ? 'the same library' : 'ANOTHER LIBRARY'}`,
  )
  process.exitCode = report.isSame && report.kills >= Number(kills) ? 0 : 1
}
