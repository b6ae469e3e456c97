import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const TOKEN_LIFE_AFTER_USE_MS = 5 * 60_000

const isEqual = (left: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())

const readCookie = (request: IncomingMessage, name: string): string | null => {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return null
}

/** Who may come in: the browser that was given the address, on this machine, from this very page. */
export interface Gate {
  /** A token for the address bar. It buys the cookie, and ends five minutes after it first did. */
  createToken(): string
  /** Takes a token and answers the Set-Cookie header, or null. */
  redeem(token: string): string | null
  hasCookie(request: IncomingMessage): boolean
  /** The page was asked for under our own name: keeps other sites' names that point here out. */
  isOwnHost(request: IncomingMessage): boolean
  /** The request was made by our own page. */
  isOwnOrigin(request: IncomingMessage): boolean
}

export const createGate = (port: number, now: () => number = Date.now): Gate => {
  const secret = randomBytes(24).toString('base64url')
  const cookieName = `fiddlehead-${port}`
  const tokens: { token: string; usedAt: number | null }[] = []
  return {
    createToken() {
      const token = randomBytes(24).toString('base64url')
      tokens.push({ token, usedAt: null })
      return token
    },
    redeem(token) {
      const entry = tokens.find((known) => isEqual(known.token, token))
      if (entry === undefined) return null
      if (entry.usedAt !== null && now() - entry.usedAt > TOKEN_LIFE_AFTER_USE_MS) return null
      entry.usedAt ??= now()
      return `${cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=86400`
    },
    hasCookie: (request) => isEqual(readCookie(request, cookieName) ?? '', secret),
    isOwnHost: (request) => request.headers.host === `127.0.0.1:${port}`,
    isOwnOrigin: (request) => request.headers.origin === `http://127.0.0.1:${port}`,
  }
}
