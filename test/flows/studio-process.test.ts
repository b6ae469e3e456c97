import type { Job } from '#contract/api.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { connect, type Connection } from '#rpc/connect.ts'
import { createSocketPort, type SocketLike } from '#rpc/socket-port.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

const ENTRY = join(import.meta.dirname, '../../src-main/hosts/studio/main.ts')
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')

interface Studio {
  readonly child: ChildProcess
  readonly output: () => string
  readonly connection: Connection
  /** Fetches from the page's own server with the cookie. */
  readonly fetch: (path: string) => Promise<Response>
}

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

const launch = (dataDir: string): { child: ChildProcess; output: () => string; errors: () => string } => {
  const child = spawn(process.execPath, [ENTRY, '--data-dir', dataDir, '--no-open', '--compute', TOY_COMPUTE], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TOY_STEP_MS: '20' },
  })
  started.push(child)
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => (out += String(chunk)))
  child.stderr?.on('data', (chunk: Buffer) => (err += String(chunk)))
  return { child, output: () => out, errors: () => err }
}

const openStudio = async (dataDir: string): Promise<Studio> => {
  const { child, output, errors } = launch(dataDir)
  while (!output().includes('\n')) {
    if (child.exitCode !== null) throw new TypeError(`the studio ended: ${errors()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const address = new URL(output().trim())
  const entry = await fetch(address, { redirect: 'manual' })
  const cookie = (entry.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${address.host}/socket`, { origin: address.origin, headers: { cookie } })
  await once(socket, 'open')
  const connection = connect(createSocketPort(socket as unknown as SocketLike))
  return { child, output, connection, fetch: (path) => fetch(`${address.origin}${path}`, { headers: { cookie } }) }
}

const waitForJob = ({ connection }: Studio, isDone: (job: Job) => boolean): Promise<Job> =>
  new Promise((resolve) => {
    const leave = connection.on('jobs.changed', (job) => {
      if (!isDone(job)) return
      leave()
      resolve(job)
    })
  })

describe('the studio as processes', () => {
  it('renders, survives the death of its engine, tells a second studio, and stops cleanly', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-studio-'))
    const studio = await openStudio(dataDir)
    const { api } = studio.connection
    expect(studio.output().trim().split('\n')).toHaveLength(1)

    const hum = await api.hums.fromText({ text: 'A4 B4 C#5 in quarter notes at 120' })
    const done = waitForJob(studio, ({ status }) => status === 'succeeded')
    await api.takes.render({ humId: hum.id, prompt: 'tender', lanes: DEFAULT_LANES, count: 2, seed: 1 })
    const job = await done
    const takes = await api.takes.list({ humId: hum.id })
    expect(takes.map(({ id }) => id).sort()).toEqual([...job.results].sort())
    const sound = await studio.fetch(`/assets/${takes[0]?.assetId ?? ''}`)
    expect(sound.headers.get('content-type')).toBe('audio/wav')
    expect(new TextDecoder().decode((await sound.arrayBuffer()).slice(0, 4))).toBe('RIFF')

    const second = launch(dataDir)
    const [secondCode] = (await once(second.child, 'close')) as [number]
    expect([secondCode, second.output()]).toEqual([1, ''])
    expect(second.errors()).toContain('Another Fiddlehead is using the library')

    // The engine is killed while a render runs: it comes back and finishes what it had begun.
    const running = waitForJob(studio, ({ status, results }) => status === 'running' && results.length > 0)
    await api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 3, seed: 50 })
    await running
    const lines = readFileSync(join(dataDir, 'log/fiddlehead.log'), 'utf8').trim().split('\n')
    const ready = lines
      .map((line) => JSON.parse(line) as { message: string; pid?: number })
      .findLast(({ message }) => message === 'the engine is ready')
    const finished = waitForJob(studio, ({ status }) => status === 'succeeded' || status === 'failed')
    process.kill(ready?.pid ?? 0, 'SIGKILL')
    expect((await finished).status).toBe('succeeded')
    const seeds = (await api.takes.list({ humId: hum.id })).map(({ seed }) => seed)
    expect(seeds.sort((a, b) => a - b)).toEqual([1, 2, 50, 51, 52])

    studio.child.kill('SIGTERM')
    const [code] = (await once(studio.child, 'close')) as [number]
    expect(code).toBe(0)
    expect(studio.connection.isOpen).toBe(false)

    const again = await openStudio(dataDir)
    expect(await again.connection.api.takes.list({})).toHaveLength(5)
    again.child.kill('SIGTERM')
    await once(again.child, 'close')
    rmSync(dataDir, { recursive: true, force: true })
  }, 120_000)
})
