import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { ASSET_PATH, createContentPolicy, describeDownload, findAssetFile, findPageFile, mediaTypeOf, parseRange } from '../site-files.ts'
import { isOwnUrl } from './policy.ts'

export interface PageFolders {
  /** The built page. */
  readonly rendererDir: string
  readonly dataDir: string
}

const SECURITY_HEADERS = {
  'Content-Security-Policy': createContentPolicy(),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'microphone=(self), camera=(), geolocation=(), display-capture=()',
}

const say = (status: number, text: string): Response =>
  new Response(`${text}\n`, { status, headers: { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' } })

/** The file that an address of our page means, or null. Nothing outside the two folders can be named. */
const findFile = (address: URL, { rendererDir, dataDir }: PageFolders): { path: string; isAsset: boolean } | null => {
  const pathname = decodeURIComponent(address.pathname)
  const asset = ASSET_PATH.exec(pathname)?.[1]
  const path = asset === undefined ? findPageFile(rendererDir, pathname) : findAssetFile(dataDir, asset)
  return path !== null && statSync(path, { throwIfNoEntry: false })?.isFile() === true ? { path, isAsset: asset !== undefined } : null
}

const sendFile = (path: string, isAsset: boolean, request: Request, downloadName: string | null): Response => {
  const { size } = statSync(path)
  const headers = new Headers({
    ...SECURITY_HEADERS,
    'Content-Type': mediaTypeOf(path),
    'Accept-Ranges': 'bytes',
    'Cache-Control': isAsset ? 'private, max-age=31536000, immutable' : 'no-cache',
  })
  if (isAsset && downloadName !== null) headers.set('Content-Disposition', describeDownload(downloadName))
  const range = parseRange(request.headers.get('range') ?? undefined, size)
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`)
    return new Response(null, { status: 416, headers })
  }
  const { first, last } = range ?? { first: 0, last: size - 1 }
  if (range !== null) headers.set('Content-Range', `bytes ${first}-${last}/${size}`)
  headers.set('Content-Length', String(Math.max(0, last - first + 1)))
  const isBodiless = request.method === 'HEAD' || last < first
  const body = isBodiless ? null : (Readable.toWeb(createReadStream(path, { start: first, end: last })) as ReadableStream<Uint8Array>)
  return new Response(body as BodyInit | null, { status: range === null ? 200 : 206, headers })
}

/** Answers the window's requests under our scheme: the built page and the sounds, read-only. */
export const createPageHandler =
  (folders: PageFolders) =>
  (request: Request): Response => {
    if (!isOwnUrl(request.url)) return say(404, 'There is nothing here.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'This page can only be read.')
    try {
      const address = new URL(request.url)
      const file = findFile(address, folders)
      return file === null
        ? say(404, 'There is nothing here.')
        : sendFile(file.path, file.isAsset, request, address.searchParams.get('download'))
    } catch (error) {
      return error instanceof URIError ? say(400, 'That is no address.') : say(500, 'That did not work.')
    }
  }
