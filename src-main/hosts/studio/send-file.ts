import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { describeDownload, mediaTypeOf, parseRange } from '../site-files.ts'

/** Answers with a file, or the part of it that was asked for. False where there is no such file. */
export const sendFile = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  options: { readonly isImmutable?: boolean; readonly downloadName?: string | null } = {},
): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return false
  response.setHeader('Content-Type', mediaTypeOf(path))
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
