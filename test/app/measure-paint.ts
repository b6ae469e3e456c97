/**
 * How long the studio's page takes from an input to the next paint, by Chromium's Event Timing, first at rest and then while a voice
 * is trained. Uses a library that has a built data set; its files are changed (a run, takes), so give it a copy:
 *   node test/app/measure-paint.ts <data folder>
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio } from './studio-process.ts'

const KEYS = 80
const PAGE_CHANGES = 6
const LONGEST_PREPARATION_MS = 400_000

/** Durations of events in ms: from the input to the paint after it, in steps of 8 ms; shorter ones count as 8. */
const watchEvents = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const durations: number[] = []
    Object.assign(globalThis, { durations })
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown' || name === 'click') durations.push(duration)
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit)
  })

const use = async (page: Page, what: string): Promise<void> => {
  await page.evaluate(() => (globalThis as unknown as { durations: number[] }).durations.splice(0))
  await page.getByRole('button', { name: 'Studio' }).click()
  const prompt = page.getByRole('textbox', { name: 'How should it sound?' })
  await prompt.fill('')
  await prompt.pressSequentially('tender and slow, growing louder towards the end, with a wide vibrato on the last note'.slice(0, KEYS), {
    delay: 60,
  })
  for (let i = 0; i < PAGE_CHANGES; i++) {
    await page.getByRole('button', { name: i % 2 === 0 ? 'Overnight' : 'Studio' }).click()
    await page.waitForTimeout(400)
  }
  await page.waitForTimeout(500)
  const slow = await page.evaluate(() => (globalThis as unknown as { durations: number[] }).durations)
  const all = [...slow, ...Array.from({ length: Math.max(0, KEYS + PAGE_CHANGES - slow.length) }, () => 8)].sort((a, b) => a - b)
  const at = (share: number): number => all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? 0
  process.stdout.write(`${what}: ${all.length} inputs, median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms\n`)
}

const [dataDir] = process.argv.slice(2)
if (dataDir === undefined) {
  process.stderr.write('Give a data folder with a built data set in it.\n')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-paint-'))
await buildPage(join(folder, 'page'))
const studio = await startStudio({ dataDir, rendererDir: join(folder, 'page') })
const browser = await openBrowser({ profileDir: join(folder, 'profile') })
try {
  const page = browser.pages()[0] ?? (await browser.newPage())
  page.setDefaultTimeout(120_000)
  await page.goto(studio.address)
  const prompt = page.getByRole('textbox', { name: 'How should it sound?' })
  const demo = page.getByRole('button', { name: 'Hear a violin now' })
  await prompt.or(demo).first().waitFor()
  if (await demo.isVisible()) await demo.click()
  await prompt.waitFor()
  await watchEvents(page)
  await use(page, 'at rest')
  await page.getByRole('button', { name: 'Overnight' }).click()
  await page.getByRole('textbox', { name: 'Name of the new voice' }).fill('Measured')
  await page.getByRole('button', { name: 'Begin', exact: true }).click()
  // Preparation listens and encodes; what is measured is learning, with every core full.
  const steps = page.getByText(/step \d+ of \d+/).first()
  await steps.waitFor({ timeout: LONGEST_PREPARATION_MS })
  await use(page, 'while a voice is trained')
  await page.getByRole('button', { name: 'Overnight' }).click()
  process.stdout.write(`${(await steps.textContent()) ?? ''}\n`)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
} finally {
  await browser.close()
  await studio.kill()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
process.exit(0)
