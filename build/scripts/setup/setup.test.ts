import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SetupProblem } from './console.mjs'
import { isNodeGoodEnough } from './node.mjs'
import { isInstalled } from './packages.mjs'
import { run } from './run.mjs'
import { isTensorflowSettled } from './tensorflow.mjs'
import { downloadDirectly } from './wheel.mjs'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fiddlehead-setup-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the set-up', () => {
  it('takes a Node that runs TypeScript and has Node-API 10', () => {
    for (const [version, napi] of [
      ['22.18.0', '10'],
      ['23.6.0', '10'],
      ['24.0.0', '10'],
      ['26.1.0', '11'],
    ] as const)
      expect(isNodeGoodEnough(version, napi), version).toBe(true)
    for (const [version, napi] of [
      ['20.20.2', '9'],
      ['22.14.0', '10'],
      ['23.5.0', '10'],
      ['18.0.0', undefined],
      ['24.0.0', '9'],
    ] as const)
      expect(isNodeGoodEnough(version, napi), version).toBe(false)
  })

  it('sees whether the packages of the lockfile are installed', () => {
    const root = join(folder, 'packages')
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    const write = (wanted: object, installed: object): void => {
      writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }))
      writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }))
    }
    write(
      { 'node_modules/a': { version: '1.0.0' } },
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/extra': { version: '3.0.0' } },
    )
    expect(isInstalled(root)).toBe(true)
    write({ 'node_modules/a': { version: '1.0.1' } }, { 'node_modules/a': { version: '1.0.0' } })
    expect(isInstalled(root)).toBe(false)
    write({ 'node_modules/a': { version: '1.0.0' } }, {})
    expect(isInstalled(root)).toBe(false)
    write({ 'node_modules/windows-only': { version: '1.0.0', optional: true } }, {})
    expect(isInstalled(root)).toBe(true)
    rmSync(join(root, 'node_modules'), { recursive: true })
    expect(isInstalled(root)).toBe(false)
  })

  it('tries a TensorFlow that failed again after a day, and only where there is time for it', () => {
    const root = join(folder, 'tensorflow')
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    const settle = (age: number): void =>
      writeFileSync(
        join(root, 'node_modules/.fiddlehead-tensorflow.json'),
        JSON.stringify({ rung: 'none', kind: 'cpu', at: Date.now() - age }),
      )
    expect(isTensorflowSettled(root)).toBe(false)
    settle(1000)
    expect(isTensorflowSettled(root, { isRetryAllowed: true })).toBe(true)
    settle(25 * 3600 * 1000)
    expect(isTensorflowSettled(root, { isRetryAllowed: true })).toBe(false)
    expect(isTensorflowSettled(root)).toBe(true)
  })

  it('ends programs that take too long, and knows missing ones', async () => {
    expect(await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { limitSeconds: 0.3 })).toMatchObject({
      ok: false,
      isTimeout: true,
    })
    expect(await run(join(folder, 'no-such-program'), [])).toMatchObject({ ok: false, isMissing: true })
    expect(await run(process.execPath, ['-e', 'console.log(40 + 2)'])).toMatchObject({ ok: true, output: '42\n' })
  })
})

describe('the wheel without pip', () => {
  const bytes = Buffer.from('a wheel')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  let server: Server
  let index: string
  let body = bytes
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/simple/some-wheel/') {
        const files = [
          { filename: 'other.whl', url: '/files/other.whl', hashes: { sha256: '0' } },
          { filename: 'some-1.0.whl', url: '../../files/some-1.0.whl', hashes: { sha256 } },
        ]
        response.end(JSON.stringify({ files }))
      } else if (request.url === '/files/some-1.0.whl') response.end(body)
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`
  })
  afterAll(() => server.close())

  it('is the file with the known hash', async () => {
    const path = await downloadDirectly({ packages: ['some-wheel==1.0'], sha256 }, folder, index)
    expect(readFileSync(path)).toEqual(bytes)
  })
  it('is refused where the bytes are others', async () => {
    body = Buffer.from('another wheel')
    await expect(downloadDirectly({ packages: ['some-wheel==1.0'], sha256 }, folder, index)).rejects.toThrow(
      /not the one that was published/,
    )
    body = bytes
  })
  it('fails with one sentence and a remedy where nothing is listed or nobody answers', async () => {
    const attempts: [string, string, string][] = [
      ['gone==1.0', sha256, index],
      ['some-wheel==1.0', '1', index],
      ['a==1', sha256, 'http://127.0.0.1:1/simple'],
    ]
    for (const [name, hash, from] of attempts) {
      const problem: unknown = await downloadDirectly({ packages: [name], sha256: hash }, folder, from).catch((thrown: unknown) => thrown)
      expect(problem).toBeInstanceOf(SetupProblem)
      expect(problem).toMatchObject({ remedy: expect.stringMatching(/\.$/) as string })
    }
    expect(readdirSync(folder)).not.toContain('gone.whl')
  })
})
