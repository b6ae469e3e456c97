import type { WebPreferences } from 'electron'

/** What the window may do. Pure, so that every line of it is tested without Electron. */

export const SCHEME = 'fiddlehead'
export const ORIGIN = `${SCHEME}://app`
export const START_URL = `${ORIGIN}/`

export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
} as const satisfies WebPreferences

/** True for an address of our own page. */
export const isOwnUrl = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password } = new URL(address)
  return protocol === `${SCHEME}:` && host === 'app' && username === '' && password === ''
}

/** The microphone and putting text on the clipboard for our own page, and nothing else for anyone. */
export const isPermissionGranted = (permission: string, address: string, mediaTypes: readonly string[] | undefined): boolean => {
  if (!isOwnUrl(address)) return false
  // A recipe or a hash that is copied; reading the clipboard is another permission.
  if (permission === 'clipboard-sanitized-write') return true
  return permission === 'media' && mediaTypes !== undefined && mediaTypes.length > 0 && mediaTypes.every((type) => type === 'audio')
}

/** The page may load itself again; it has nowhere else to go. */
export const isNavigationAllowed = (address: string): boolean =>
  isOwnUrl(address) && ['/', '/index.html'].includes(new URL(address).pathname)

/** A message counts only when it comes from the main frame of our own page. */
export const isTrustedSender = (frame: { readonly url: string; readonly parent: unknown } | null): boolean =>
  frame !== null && frame.parent === null && isOwnUrl(frame.url)
