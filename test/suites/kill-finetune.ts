/**
 * Kills a toy fine-tuning run with SIGKILL at random moments, resumes it each time, and compares its weights with those of an
 * undisturbed run: `node test/suites/kill-finetune.ts [kills] [seed]`.
 */
import { createRandom } from '#main/foundation/random.ts'
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashRun } from './toy-finetune.ts'

const CHILD = join(import.meta.dirname, 'toy-finetune-child.ts')

/** Runs until the end, or until it has said so many lines and then so many milliseconds passed. */
const runChild = (folder: string, name: string, kill: { lines: number; ms: number } | null): Promise<{ isDone: boolean; lines: number }> =>
  new Promise((resolve, reject) => {
    const child = fork(CHILD, [folder, name], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    let lines = 0
    let isDone = false
    child.stdout?.on('data', (text: Buffer) => {
      const said = String(text)
      lines += said.split('\n').length - 1
      if (said.includes('done\n')) isDone = true
      if (kill !== null && lines >= kill.lines) setTimeout(() => child.kill('SIGKILL'), kill.ms)
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (!isDone && signal !== 'SIGKILL') reject(new TypeError(`the run ended by itself: ${code} ${signal}`))
      else resolve({ isDone, lines })
    })
  })

/**
 * @returns hash of an undisturbed run's weights, those of runs that were killed again and again until all kills were spent, and how
 *          often each was
 */
export const compareKilled = async (
  kills: number,
  seed: number,
): Promise<{ undisturbed: string; killed: string[]; killsOfEach: number[] }> => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-kill-'))
  const random = createRandom(seed)
  try {
    const { lines } = await runChild(folder, 'undisturbed', null)
    const killed: string[] = []
    const killsOfEach: number[] = []
    for (let left = kills; left > 0;) {
      const name = `killed-${killed.length}`
      let count = 0
      // Anywhere from reading the recordings to writing the voice; none of the attempts is let through before all kills are spent.
      const draw = (): { lines: number; ms: number } => ({ lines: 1 + random.integer(Math.ceil(lines / 2)), ms: random.integer(400) })
      let isDone = false
      while (!isDone) {
        ;({ isDone } = await runChild(folder, name, left > 0 ? draw() : null))
        if (isDone) break
        count++
        left--
      }
      killed.push(hashRun(join(folder, name)))
      killsOfEach.push(count)
    }
    return { undisturbed: hashRun(join(folder, 'undisturbed')), killed, killsOfEach }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills = '10', seed = '1'] = process.argv.slice(2)
  const result = await compareKilled(Number(kills), Number(seed))
  const isIdentical = result.killed.every((hash) => hash === result.undisturbed)
  process.stdout.write(`${JSON.stringify({ ...result, isIdentical })}\n`)
  process.exitCode = isIdentical ? 0 : 1
}
