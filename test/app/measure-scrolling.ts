/**
 * Frames of the library's list while it is scrolled through 100,000 recordings, in real Chromium:
 *   node test/app/measure-scrolling.ts [rows]
 * Prints, for each way of scrolling, frames a second, times between frames, the processor's time that the page's main thread took for a
 * frame (a busy machine changes it little), and how long the rows took to be there at the end.
 */
import { createRandom } from '#main/foundation/random.ts'
import { fillLibrary } from '#main/hosts/cli/commands/synthetic-library.ts'
import { openLibrary } from '#main/library/open-library.ts'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio } from './studio-process.ts'

const SECONDS = 6
/** Pixels a frame: a slow wheel, a fast wheel, a thumb that is dragged from end to end. */
const WAYS = { 'slow wheel': 12, 'fast wheel': 180, 'dragged thumb': 15_000 } as const

const rows = Number(process.argv[2] ?? 100_000)
const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-scrolling-'))
const dataDir = join(folder, 'data')
mkdirSync(dataDir)
try {
  const library = openLibrary(join(dataDir, 'library.sqlite'), dataDir)
  fillLibrary(library, { slices: rows, slicesPerRecording: 1, random: createRandom(1) })
  library.close()
  await buildPage(join(folder, 'page'))
  const studio = await startStudio({
    dataDir,
    rendererDir: join(folder, 'page'),
    computePath: join(import.meta.dirname, '../suites/toy-compute.ts'),
  })
  const browser = await openBrowser({ profileDir: join(folder, 'profile') })
  try {
    const page = browser.pages()[0] ?? (await browser.newPage())
    page.setDefaultTimeout(120_000)
    await page.goto(studio.address)
    await page.getByRole('button', { name: 'Library', exact: true }).click()
    const list = page.getByRole('listbox', { name: 'Recordings' })
    await list.getByRole('option').first().waitFor()
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const readWork = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? NaN
    }
    for (const [name, pixels] of Object.entries(WAYS)) {
      const before = await readWork()
      const { times, fillMs } = await list.evaluate(
        async (box, { step, milliseconds }) => {
          box.scrollTop = 0
          const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
          const found: number[] = []
          const start = await frame()
          let direction = 1
          for (let last = start; last - start < milliseconds;) {
            if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) direction = -1
            else if (box.scrollTop <= 0) direction = 1
            box.scrollTop += direction * step
            const now = await frame()
            found.push(now - last)
            last = now
          }
          const stopped = performance.now()
          const isFilled = (): boolean => [...box.querySelectorAll('[role=option]')].every((row) => row.textContent.trim() !== '…')
          while (!isFilled()) await frame()
          return { times: found, fillMs: performance.now() - stopped }
        },
        { step: pixels, milliseconds: SECONDS * 1000 },
      )
      const workMs = (1000 * ((await readWork()) - before)) / times.length // seconds -> milliseconds a frame
      const sorted = times.toSorted((a, b) => a - b)
      const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1)
      const perSecond = (1000 * times.length) / times.reduce((sum, time) => sum + time, 0)
      const late = times.filter((time) => time > 25).length
      process.stdout.write(
        `${name.padEnd(14)} ${perSecond.toFixed(1)} frames/s, between frames median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms, ${late} of ${times.length} late, main thread ${workMs.toFixed(1)} ms a frame; rows there after ${fillMs.toFixed(0)} ms\n`,
      )
    }
  } finally {
    await browser.close()
    await studio.kill()
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
