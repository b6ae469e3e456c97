import { describe, expect, it } from 'vitest'
import { createContentPolicy } from '../site-files.ts'
import { isNavigationAllowed, isOwnUrl, isPermissionGranted, isTrustedSender, START_URL, WEB_PREFERENCES } from './policy.ts'

const FOREIGN = [
  'https://example.com/',
  'fiddlehead://other/',
  'fiddlehead://app.example.com/',
  'fiddlehead://user@app/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<p>',
  'about:blank',
  '',
  'nonsense',
]

describe('the desktop window', () => {
  it('knows its own addresses from foreign ones', () => {
    expect(isOwnUrl(START_URL)).toBe(true)
    expect(isOwnUrl('fiddlehead://app/assets/0123abcd')).toBe(true)
    for (const address of FOREIGN) expect(isOwnUrl(address), address).toBe(false)
  })
  it('goes nowhere but to its own page', () => {
    expect(isNavigationAllowed('fiddlehead://app/')).toBe(true)
    expect(isNavigationAllowed('fiddlehead://app/index.html')).toBe(true)
    expect(isNavigationAllowed('fiddlehead://app/assets/0123abcd')).toBe(false)
    for (const address of FOREIGN) expect(isNavigationAllowed(address), address).toBe(false)
  })
  it('grants the microphone alone, and to its own page alone', () => {
    expect(isPermissionGranted('media', START_URL, ['audio'])).toBe(true)
    expect(isPermissionGranted('media', START_URL, ['audio', 'video'])).toBe(false)
    expect(isPermissionGranted('media', START_URL, ['video'])).toBe(false)
    expect(isPermissionGranted('media', START_URL, [])).toBe(false)
    expect(isPermissionGranted('media', START_URL, undefined)).toBe(false)
    for (const address of FOREIGN) expect(isPermissionGranted('media', address, ['audio']), address).toBe(false)
    expect(isPermissionGranted('clipboard-sanitized-write', START_URL, undefined)).toBe(true)
    expect(isPermissionGranted('clipboard-sanitized-write', 'https://example.com/', undefined)).toBe(false)
    for (const permission of [
      'geolocation',
      'notifications',
      'midi',
      'midiSysex',
      'display-capture',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'hid',
      'usb',
      'serial',
    ]) {
      expect(isPermissionGranted(permission, START_URL, ['audio']), permission).toBe(false)
    }
  })
  it('hears only the main frame of its own page', () => {
    expect(isTrustedSender({ url: START_URL, parent: null })).toBe(true)
    expect(isTrustedSender({ url: START_URL, parent: {} })).toBe(false)
    expect(isTrustedSender({ url: 'https://example.com/', parent: null })).toBe(false)
    expect(isTrustedSender(null)).toBe(false)
  })
  it('is sandboxed and knows nothing of Node', () => {
    expect(WEB_PREFERENCES).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
  })
  it('runs no script but its own', () => {
    const policy = new Map(
      createContentPolicy()
        .split('; ')
        .map((part) => [part.split(' ')[0], part.split(' ').slice(1)]),
    )
    expect(policy.get('default-src')).toEqual(["'none'"])
    expect(policy.get('script-src')).toEqual(["'self'"])
    expect(policy.get('connect-src')).toEqual(["'self'"])
    expect(policy.get('object-src') ?? policy.get('default-src')).toEqual(["'none'"])
    expect(createContentPolicy()).not.toContain('unsafe-eval')
  })
})
