import { connect } from '#rpc/connect.ts'
import { createSocketPort, type SocketLike } from '#rpc/socket-port.ts'
import { createGate } from '#main/hosts/studio/gate.ts'
import { SOCKET_PATH, startStudioServer, type StudioServer } from '#main/hosts/studio/studio-server.ts'
import { createProbeApi } from '#test/suites/probe-api.ts'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

const ASSET_ID = 'ab'.repeat(32)
const SOUND = Uint8Array.from({ length: 1000 }, (_, i) => i & 255)

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

describe('the studio server', () => {
  let folder: string
  let server: StudioServer
  let cookie: string

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
      })
      call.on('error', reject)
      call.end()
    })
  const pathOf = (address: string): string => address.slice(address.indexOf('/', 8))

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-studio-'))
    const rendererDir = join(folder, 'renderer')
    mkdirSync(join(rendererDir, 'assets'), { recursive: true })
    writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Fiddlehead</title>')
    writeFileSync(join(rendererDir, 'assets', 'index-a1b2c3d4.js'), 'export {}')
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    mkdirSync(join(folder, 'data/blobs/ab'), { recursive: true })
    writeFileSync(join(folder, 'data/blobs/ab', `${ASSET_ID}.wav`), SOUND)
    writeFileSync(join(folder, 'data', 'library.sqlite'), 'rows')
    const { api, pushes } = createProbeApi()
    server = await startStudioServer({ engine: { api, pushes }, dataDir: join(folder, 'data'), rendererDir, port: 0 })
    const entry = await get(pathOf(server.createAddress()))
    cookie = (entry.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('gives the cookie for the token, and the page for the cookie', async () => {
    const entry = await get(pathOf(server.createAddress()))
    expect(entry.status).toBe(303)
    expect(entry.headers.location).toBe('/')
    expect(entry.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict; Path=\//)
    const page = await get('/', { cookie })
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
    expect((await get('/assets/index-a1b2c3d4.js', { cookie })).headers['content-type']).toContain('javascript')
  })

  it('sends a strict content policy with everything', async () => {
    for (const answer of [await get('/', { cookie }), await get('/'), await get('/nothing', { cookie })]) {
      const policy = String(answer.headers['content-security-policy'])
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("worker-src 'self' blob:")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/)
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it.each([
    ['without a cookie', '/', {}, 403],
    ['with a wrong token', '/?token=wrong', {}, 403],
    ['with a wrong cookie', '/', { cookie: 'fiddlehead-1=x' }, 403],
    ['for a sound without a cookie', `/assets/${ASSET_ID}`, {}, 403],
  ])('refuses %s', async (_, path, headers, status) => {
    expect((await get(path, headers)).status).toBe(status)
  })

  it('refuses other hosts, other methods and odd paths', async () => {
    expect((await get('/', { cookie, host: 'evil.example' })).status).toBe(421)
    expect((await get('/', { cookie, host: `localhost:${server.port}` })).status).toBe(421)
    expect((await get('/', { cookie }, 'POST')).status).toBe(405)
    expect((await get('/%E0%A4%A', { cookie })).status).toBe(400)
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/library',
    '/../data/library.sqlite',
    '//etc/passwd',
  ])('never leaves its folders: %s', async (path) => {
    const answer = await get(path, { cookie })
    expect(answer.status).toBe(404)
    expect(String(answer.body)).not.toMatch(/secret|rows|root:/)
  })

  it('serves sounds read-only, whole or in parts, by name if asked', async () => {
    const whole = await get(`/assets/${ASSET_ID}`, { cookie })
    expect(whole.headers).toMatchObject({ 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'content-length': '1000' })
    expect(Uint8Array.from(whole.body)).toEqual(SOUND)
    const part = await get(`/assets/${ASSET_ID}`, { cookie, range: 'bytes=10-19' })
    expect([part.status, part.headers['content-range'], [...part.body]]).toEqual([206, 'bytes 10-19/1000', [...SOUND.slice(10, 20)]])
    expect([...(await get(`/assets/${ASSET_ID}`, { cookie, range: 'bytes=-3' })).body]).toEqual([...SOUND.slice(-3)])
    expect((await get(`/assets/${ASSET_ID}`, { cookie, range: 'bytes=990-' })).body).toHaveLength(10)
    expect((await get(`/assets/${ASSET_ID}`, { cookie, range: 'bytes=1000-' })).status).toBe(416)
    expect((await get(`/assets/${ASSET_ID}`, { cookie }, 'HEAD')).body).toHaveLength(0)
    const named = await get(`/assets/${ASSET_ID}?download=${encodeURIComponent('K "ä"\r\nX: y.wav')}`, { cookie })
    expect(named.headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.%-]+$/)
    expect((await get(`/assets/${'cd'.repeat(32)}`, { cookie })).status).toBe(404)
  })

  const openSocket = (headers: Record<string, string>, origin: string | undefined, path = SOCKET_PATH): Promise<WebSocket | number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers, ...(origin === undefined ? {} : { origin }) })
      socket.on('open', () => resolve(socket))
      socket.on('unexpected-response', (_, response: IncomingMessage) => {
        response.destroy()
        resolve(response.statusCode ?? 0)
      })
      socket.on('error', () => undefined)
    })

  it('answers calls from its own page', async () => {
    const socket = await openSocket({ cookie }, `http://127.0.0.1:${server.port}`)
    expect(socket).toBeInstanceOf(WebSocket)
    const connection = connect(createSocketPort(socket as unknown as SocketLike))
    const heard = new Promise((resolve) => connection.on('library.changed', resolve))
    const hum = await connection.api.hums.fromRecording({ pcm: new Float32Array([0.5, -0.25]), sampleRate: 44100 })
    expect(hum.melody.pitchTrack?.f0).toEqual([0.5, -0.25])
    await connection.api.settings.set({ theme: 'dark' })
    expect(await heard).toEqual({ kinds: ['settings'] })
    connection.close()
  })

  it.each([
    ['without a cookie', () => ({}), () => `http://127.0.0.1:${server.port}`, SOCKET_PATH],
    ['from another origin', () => ({ cookie }), () => 'http://evil.example', SOCKET_PATH],
    ['from another port of this machine', () => ({ cookie }), () => 'http://127.0.0.1:1', SOCKET_PATH],
    ['without an origin', () => ({ cookie }), () => undefined, SOCKET_PATH],
    ['under another host name', () => ({ cookie, host: 'evil.example' }), () => `http://127.0.0.1:${server.port}`, SOCKET_PATH],
    ['on another path', () => ({ cookie }), () => `http://127.0.0.1:${server.port}`, '/other'],
  ])('refuses a socket %s', async (_, headers, origin, path) => {
    expect(await openSocket(headers() as Record<string, string>, origin(), path)).toBe(403)
  })

  it('lives on after nonsense on the wire', async () => {
    const socket = connectSocket(server.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.resume()
    socket.write('NONSENSE\r\n\r\n')
    await once(socket, 'close')
    expect((await get('/', { cookie })).status).toBe(200)
  })

  it('says which port is taken', async () => {
    const { api, pushes } = createProbeApi()
    await expect(
      startStudioServer({ engine: { api, pushes }, dataDir: folder, rendererDir: folder, port: server.port }),
    ).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    })
  })
})

describe('the gate', () => {
  it('lets a token die five minutes after its first use, and never before', () => {
    let now = 0
    const gate = createGate(1234, () => now)
    const token = gate.createToken()
    now += 24 * 3600_000
    expect(gate.redeem(token)).toContain('fiddlehead-1234=')
    now += 5 * 60_000
    expect(gate.redeem(token)).not.toBeNull()
    now += 1
    expect(gate.redeem(token)).toBeNull()
    expect(gate.redeem(gate.createToken())).not.toBeNull()
  })
})
