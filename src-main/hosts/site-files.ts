import { idSchema } from '#contract/api.ts'
import { existsSync } from 'node:fs'
import { extname, join, resolve, sep } from 'node:path'

/** What every host that shows the page shares: which file a path means, what it is, and what the page may do. */

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
  '.flac': 'audio/flac',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.aac': 'audio/aac',
}

export const mediaTypeOf = (path: string): string => MEDIA_TYPES[extname(path)] ?? 'application/octet-stream'

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

/** The Content-Disposition header that saves a file under a name. */
export const describeDownload = (name: string): string => {
  const plain = name.replace(/[^\w.-]+/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`
}

/** Ids have no dot; the page's own built files, which may lie in the same folder, have one. */
export const ASSET_PATH = /^\/assets\/([^/.]+)$/
const ASSET_EXTENSIONS = ['wav', 'mid', 'flac', 'mp3', 'ogg', 'opus', 'm4a', 'aac', 'zip', 'dawproject', 'fiddlehead'] as const

/** The built file that a path names, or null when it names none or reaches outside. */
export const findPageFile = (rendererDir: string, pathname: string): string | null => {
  const root = resolve(rendererDir)
  const path = resolve(join(root, pathname === '/' ? 'index.html' : pathname))
  return path.startsWith(root + sep) && existsSync(path) ? path : null
}

/** An asset's file. Its id is the SHA-256 of its bytes, so the place follows from the id (library/blobs has the rule). */
export const findAssetFile = (dataDir: string, id: string): string | null => {
  if (!idSchema.safeParse(id).success) return null
  const paths = ASSET_EXTENSIONS.map((extension) => join(dataDir, 'blobs', id.slice(0, 2), `${id}.${extension}`))
  return paths.find((path) => existsSync(path)) ?? null
}

/** The content security policy of the page. `engineSource` is where its calls go besides its own origin, if anywhere. */
export const createContentPolicy = (engineSource = ''): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self' blob:",
    "style-src 'self'",
    // Svelte writes style attributes; they cannot run or fetch anything.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    `connect-src 'self' ${engineSource}`.trimEnd(),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
