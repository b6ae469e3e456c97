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
export const runChild = (
  folder: string,
  name: string,
  kill: { lines: number; ms: number } | null,
): Promise<{ isDone: boolean; lines: number }> =>
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

/** @returns the weights' hashes of an undisturbed run and of one that was killed, and how often it really was */
export const compareKilled = async (kills: number, seed: number): Promise<{ undisturbed: string; killed: string; kills: number }> => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-kill-'))
  const random = createRandom(seed)
  try {
    const { lines } = await runChild(folder, 'undisturbed', null)
    let count = 0
    for (let i = 0; i < kills; i++) {
      // Anywhere from reading the recordings to writing the voice; later ones get less far before they are killed again.
      const { isDone } = await runChild(folder, 'killed', { lines: 1 + random.integer(Math.ceil(lines / 2)), ms: random.integer(400) })
      if (isDone) break
      count++
    }
    await runChild(folder, 'killed', null)
    return { undisturbed: hashRun(join(folder, 'undisturbed')), killed: hashRun(join(folder, 'killed')), kills: count }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills = '10', seed = '1'] = process.argv.slice(2)
  const result = await compareKilled(Number(kills), Number(seed))
  process.stdout.write(`${JSON.stringify({ ...result, isIdentical: result.killed === result.undisturbed })}\n`)
  process.exitCode = result.killed === result.undisturbed ? 0 : 1
}
