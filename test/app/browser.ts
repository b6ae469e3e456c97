import { existsSync } from 'node:fs'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

export const CHROMIUM = '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)

export interface BrowserOptions {
  readonly profileDir: string
  /** A WAV file that the fake microphone plays over and over; without it there is no microphone at all. */
  readonly humPath?: string
  readonly width?: number
  readonly height?: number
  readonly scale?: number
  readonly theme?: 'light' | 'dark'
  readonly isMotionReduced?: boolean
}

export const openBrowser = async (options: BrowserOptions): Promise<BrowserContext> => {
  const microphone =
    options.humPath === undefined
      ? ['--use-fake-ui-for-media-stream']
      : ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${options.humPath}`]
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--mute-audio',
  ]
  return chromium.launchPersistentContext(options.profileDir, {
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', ...quiet, ...microphone],
    viewport: { width: options.width ?? 1280, height: options.height ?? 720 },
    deviceScaleFactor: options.scale ?? 1,
    colorScheme: options.theme ?? 'light',
    reducedMotion: options.isMotionReduced === true ? 'reduce' : 'no-preference',
    acceptDownloads: true,
  })
}

/** Everything that the page complains about, in its console or by an exception. */
export const collectComplaints = (page: Page): string[] => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}
