/** Two terminals: one trains and holds the library, the other one looks, changes the order, pauses and cancels. */
import { readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { runCli } from '#test/suites/run-cli.ts'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-terminals-'))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const CHILD = join(import.meta.dirname, '../suites/toy-terminal-child.ts')

it('a terminal reaches the training of another one: it lists, reorders, pauses and cancels', { timeout: 300_000 }, async () => {
  const child = fork(CHILD, [folder], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] })
  try {
    const ids = await new Promise<string[]>((resolve, reject) => {
      child.stdout?.on('data', (text: Buffer) => resolve(JSON.parse(String(text)) as string[]))
      child.once('exit', (code) => reject(new TypeError(`the terminal ended by itself: ${code}`)))
    })
    const [first = '', second = '', third = ''] = ids
    const jobs = async (...args: string[]): Promise<{ code: number; json: unknown; err: string }> => {
      const { code, out, err } = await runCli('jobs', ...args, '--data-dir', join(folder, 'data'), '--json')
      return { code, json: out === '' ? null : (JSON.parse(out) as unknown), err }
    }
    const list = async (): Promise<[string, string][]> =>
      ((await jobs('list', '--all')).json as { id: string; status: string }[]).map(({ id, status }) => [id, status])

    expect(await list()).toEqual([
      [first, 'running'],
      [second, 'queued'],
      [third, 'queued'],
    ])
    expect((await jobs('move', third, '1')).json).toMatchObject({ id: third, status: 'queued' })
    expect((await list()).map(([id]) => id)).toEqual([first, third, second])
    await jobs('cancel', second)
    await jobs('pause', third)
    expect((await jobs('pause', first)).code).toBe(0)
    for (let isWorking = true; isWorking;) isWorking = (await list()).some(([id, status]) => id === first && status === 'running')
    expect(Object.fromEntries(await list())).toEqual({ [first]: 'paused', [second]: 'cancelled', [third]: 'paused' })
    // What was being learned lies on the disk, for whoever goes on.
    const { metadata } = readSafetensors(join(folder, 'data/finetunes/finetune-night-1/decoder/checkpoint.safetensors'))
    expect(Number(metadata['step'])).toBeGreaterThan(0)
    expect((await jobs('pause', 'job-none')).err).toContain('job-none')
  } finally {
    const exit = once(child, 'exit')
    child.send('end')
    await exit
  }
})
