import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { pipeline } from 'node:stream'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.mid': 'audio/midi',
}

/** `bytes=a-b`, `bytes=a-` or `bytes=-n` as first and last byte; null for no range, 'unsatisfiable' for one outside the file. */
export const parseRange = (header: string | undefined, size: number): { first: number; last: number } | 'unsatisfiable' | null => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return null
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return null
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first >= size || last < first ? 'unsatisfiable' : { first, last }
}

const describeDownload = (name: string): string => {
  const plain = name.replace(/[^\w.-]+/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`
}

/** Answers with a file, or the part of it that was asked for. False where there is no such file. */
export const sendFile = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  options: { readonly isImmutable?: boolean; readonly downloadName?: string | null } = {},
): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return false
  response.setHeader('Content-Type', MEDIA_TYPES[extname(path)] ?? 'application/octet-stream')
  response.setHeader('Accept-Ranges', 'bytes')
  response.setHeader('Cache-Control', options.isImmutable === true ? 'private, max-age=31536000, immutable' : 'no-cache')
  if (typeof options.downloadName === 'string') response.setHeader('Content-Disposition', describeDownload(options.downloadName))
  const range = parseRange(request.headers.range, stat.size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${stat.size}` }).end()
    return true
  }
  if (range !== null) response.setHeader('Content-Range', `bytes ${range.first}-${range.last}/${stat.size}`)
  const { first, last } = range ?? { first: 0, last: stat.size - 1 }
  response.writeHead(range === null ? 200 : 206, { 'Content-Length': Math.max(0, last - first + 1) })
  if (request.method === 'HEAD' || last < first) {
    response.end()
    return true
  }
  // A reader that goes away in the middle is no failure of ours.
  pipeline(createReadStream(path, { start: first, end: last }), response, () => undefined)
  return true
}
