import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPageHandler } from './page-protocol.ts'

const ID = 'ab'.repeat(32)
let folder: string
let answer: (request: Request) => Response
const get = (path: string, init: RequestInit = {}): Response => answer(new Request(`fiddlehead://app${path}`, init))

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-protocol-'))
  mkdirSync(join(folder, 'renderer/assets'), { recursive: true })
  mkdirSync(join(folder, 'data/blobs/ab'), { recursive: true })
  writeFileSync(join(folder, 'renderer/index.html'), '<!doctype html><title>Fiddlehead</title>')
  writeFileSync(join(folder, 'renderer/assets/index-0123abcd.js'), 'export {}')
  writeFileSync(join(folder, `data/blobs/ab/${ID}.wav`), '0123456789')
  writeFileSync(join(folder, 'data/library.sqlite'), 'private')
  writeFileSync(join(folder, 'secret.txt'), 'private')
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'data/blobs/link'))
  answer = createPageHandler({ rendererDir: join(folder, 'renderer'), dataDir: join(folder, 'data') })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the page protocol', () => {
  it('serves the page and its built files with the content policy', async () => {
    const page = get('/')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(await page.text()).toContain('Fiddlehead')
    expect(get('/assets/index-0123abcd.js').headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })
  it('serves sounds by id, whole and in parts', async () => {
    expect(await get(`/assets/${ID}`).text()).toBe('0123456789')
    const part = get(`/assets/${ID}`, { headers: { range: 'bytes=2-4' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe('bytes 2-4/10')
    expect(await part.text()).toBe('234')
    expect(get(`/assets/${ID}`, { headers: { range: 'bytes=20-' } }).status).toBe(416)
    const head = get(`/assets/${ID}`, { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['10', ''])
    expect(get(`/assets/${ID}?download=My%20take.wav`).headers.get('content-disposition')).toContain('My%20take.wav')
  })
  it('reaches nothing outside the page and the sounds', () => {
    const paths = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../data/library.sqlite',
      '/assets/..%2f..%2fsecret',
      '/assets/',
      '/assets',
      '/nothing.js',
      '/%00',
    ]
    for (const path of paths) expect(get(path).status, path).toBeGreaterThanOrEqual(400)
    expect(get('/%ff').status).toBe(400)
    expect(answer(new Request('fiddlehead://other/index.html')).status).toBe(404)
  })
  it('can only be read', () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) expect(get('/', { method }).status).toBe(405)
  })
})
