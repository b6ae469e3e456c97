import type { IncomingMessage, ServerResponse } from 'node:http'
import { ASSET_PATH, createContentPolicy, findAssetFile, findPageFile } from '../site-files.ts'
import type { Gate } from './gate.ts'
import { sendFile } from './send-file.ts'

export interface SiteOptions {
  readonly gate: Gate
  readonly port: number
  /** The built page. */
  readonly rendererDir: string
  readonly dataDir: string
}

const setSecurityHeaders = (response: ServerResponse, port: number): void => {
  response.setHeader('Content-Security-Policy', createContentPolicy(`ws://127.0.0.1:${port}`))
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'microphone=(self), camera=(), geolocation=(), display-capture=()')
}

const sendText = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

/** The page and the sounds, read-only, for the one browser that holds the cookie. */
export const createRequestHandler = ({ gate, port, rendererDir, dataDir }: SiteOptions) => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    setSecurityHeaders(response, port)
    if (!gate.isOwnHost(request)) return sendText(response, 421, 'This address belongs to someone else.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'This page can only be read.')
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`)
    const pathname = decodeURIComponent(url.pathname)

    const token = url.searchParams.get('token')
    if (pathname === '/' && token !== null) {
      const cookie = gate.redeem(token)
      if (cookie !== null) {
        response.writeHead(303, { 'Set-Cookie': cookie, Location: '/', 'Cache-Control': 'no-store' }).end()
        return
      }
      if (gate.hasCookie(request)) {
        response.writeHead(303, { Location: '/' }).end()
        return
      }
      return sendText(
        response,
        403,
        'This address was used before. Press Enter in the terminal that runs the studio for a new one, or start it again.',
      )
    }
    if (!gate.hasCookie(request)) {
      return sendText(response, 403, 'Open the studio by the address that it printed when it started.')
    }

    const asset = ASSET_PATH.exec(pathname)
    if (asset?.[1] !== undefined) {
      const path = findAssetFile(dataDir, asset[1])
      const downloadName = url.searchParams.get('download')
      if (path !== null && sendFile(request, response, path, { isImmutable: true, downloadName })) return
      return sendText(response, 404, 'There is no such sound.')
    }
    const file = findPageFile(rendererDir, pathname)
    if (file !== null && sendFile(request, response, file, { isImmutable: /^\/assets\/.+-[\w-]{8}\.\w+$/.test(pathname) })) return
    if (pathname === '/') return sendText(response, 503, 'The page is not built yet. Run "npm start" once; it builds what is missing.')
    return sendText(response, 404, 'There is nothing here.')
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    try {
      answer(request, response)
    } catch (error) {
      // A path that is no UTF-8, a file that went away: this request fails, the server lives.
      if (!response.headersSent) sendText(response, error instanceof URIError ? 400 : 500, 'That did not work.')
      else response.destroy()
    }
  }
}
