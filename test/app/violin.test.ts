import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readWav } from '#main/audio/io/wav.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio } from './studio-process.ts'

const MODELS = join(import.meta.dirname, '../../models')
const hasVoice = existsSync(MODELS) && readdirSync(MODELS, { recursive: true }).some((name) => String(name).endsWith('.safetensors'))
const LONG_MS = 480_000

if (!hasChromium || !hasVoice)
  console.warn(`Hearing the violin in the studio is skipped: ${hasChromium ? 'no voice lies in models/' : 'there is no Chromium'}.`)

it.skipIf(!hasChromium || !hasVoice)(
  'plays the example on the real violin, measured against its melody',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-violin-'))
    const rendererDir = join(folder, 'page')
    await buildPage(rendererDir)
    const studio = await startStudio({ dataDir: join(folder, 'data'), rendererDir })
    const browser = await openBrowser({ profileDir: join(folder, 'profile') })
    try {
      const page = browser.pages()[0] ?? (await browser.newPage())
      page.setDefaultTimeout(LONG_MS / 2)
      const complaints = collectComplaints(page)
      await page.goto(studio.address)
      await page.getByRole('button', { name: 'Hear a violin now' }).click()
      await page.getByRole('article', { name: 'Take 3' }).waitFor()
      const scores = await page.getByLabel(/^Match with your melody/).allTextContents()
      expect(scores).toHaveLength(3)
      for (const score of scores) expect(Number.parseInt(score)).toBeGreaterThan(50)
      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'WAV' }).first().click()
      const wav = readWav(readFileSync(await (await downloading).path()))
      const peak = (wav.channels[0] ?? new Float32Array(0)).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
      expect(peak).toBeGreaterThan(0.1)
      expect(peak).toBeLessThanOrEqual(10 ** (-1 / 20) + 0.005)
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
      await studio.kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  },
  LONG_MS,
)
