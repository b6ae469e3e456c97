/**
 * Imports a folder twice: once undisturbed, once killed with SIGKILL at random moments and started again; compares the libraries.
 *   node test/suites/kill-import.ts <folder> [kills] [seed]
 */
import { createRandom } from '#main/foundation/random.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { dumpLibrary } from './dump-library.ts'

const CLI = join(import.meta.dirname, '../../src-main/hosts/cli/main.ts')

/** Runs the command and kills it after so many milliseconds, if it lives that long. Answers its exit code, null where it was killed. */
const runCommand = async (args: readonly string[], killAfterMs: number | null): Promise<number | null> => {
  const child = spawn(process.execPath, [...process.execArgv, CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  return code
}

export interface KillReport {
  readonly kills: number
  readonly undisturbedSeconds: number
  readonly isSame: boolean
  readonly files: number
}

export const killImport = async (folder: string, { kills, seed }: { kills: number; seed: number }): Promise<KillReport> => {
  const random = createRandom(seed)
  const work = mkdtempSync(join(tmpdir(), 'fiddlehead-kill-import-'))
  const [calm, cruel] = [join(work, 'calm'), join(work, 'cruel')]
  try {
    const start = performance.now()
    await runCommand(['library', 'import', folder, '--data-dir', calm, '--json'], null)
    const undisturbedMs = performance.now() - start
    const importAnew = ['library', 'import', folder, '--data-dir', cruel, '--json']
    const resume = ['library', 'import', '--resume', '--data-dir', cruel, '--json']
    let patienceMs = undisturbedMs
    let code = await runCommand(importAnew, random.between(0.3, 0.8) * patienceMs)
    // Where the machine has become quicker meanwhile, it was through before the kill: once more from the beginning, with less patience.
    for (let tries = 0; code !== null && tries < 6; tries++) {
      rmSync(cruel, { recursive: true, force: true })
      patienceMs *= 0.7
      code = await runCommand(importAnew, random.between(0.3, 0.8) * patienceMs)
    }
    let done = code === null ? 1 : 0
    while (code === null) {
      code = await runCommand(resume, done < kills ? random.between(0.2, 0.8) * patienceMs : null)
      if (code === null) done++
      // Killed before the import was noted at all, there is nothing to go on with.
      else if (code !== 0) code = await runCommand(importAnew, null)
    }
    const [expected, found] = [dumpLibrary(calm), dumpLibrary(cruel)]
    const files = (expected.rows[5] as unknown[]).length
    return { kills: done, undisturbedSeconds: undisturbedMs / 1000, isSame: isDeepStrictEqual(found, expected), files }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder = 'data/import-folder', kills = '20', seed = '1'] = process.argv.slice(2)
  const report = await killImport(folder, { kills: Number(kills), seed: Number(seed) })
  console.log(`${report.files} files, ${report.kills} kills: ${report.isSame ? 'the same library' : 'ANOTHER LIBRARY'}`)
  process.exitCode = report.isSame ? 0 : 1
}
