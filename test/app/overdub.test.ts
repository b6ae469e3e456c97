import { projectSchema, type Project } from '#contract/project.ts'
import { readBundle } from '#main/export/bundle/project-bundle.ts'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { writeHum } from './hum-sound.ts'
import { LOOPBACK_SECONDS, loopMicrophone } from './loopback.ts'
import { startStudio } from './studio-process.ts'

const LONG_MS = 300_000
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')
const BACKING = [62, 66, 69, 74]

if (!hasChromium) console.warn('Recording over an arrangement is not tested: there is no Chromium at /usr/bin/chromium.')

const readProject = async (page: Page): Promise<Project> => {
  await page.getByText('Into the DAW').click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Everything, for' }).click()])
  return projectSchema.parse(readBundle(readFileSync(await download.path()), 'x.fiddlehead').project)
}

describe.skipIf(!hasChromium)('recording over an arrangement', () => {
  it(
    'measures the delay by clicks and lays the hum where it was sung; a take of it goes to the same place',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-overdub-'))
      const backing = join(folder, 'Band.wav')
      writeHum(backing, BACKING)
      const rendererDir = join(folder, 'page')
      await buildPage(rendererDir)
      const studio = await startStudio({ dataDir: join(folder, 'data'), rendererDir, computePath: TOY_COMPUTE })
      const browser = await openBrowser({ profileDir: join(folder, 'profile') })
      try {
        const page = browser.pages()[0] ?? (await browser.newPage())
        page.setDefaultTimeout(90_000)
        await loopMicrophone(page)
        const complaints = collectComplaints(page)
        await page.goto(studio.address)
        await page.getByRole('heading', { name: /Hum something/ }).waitFor()
        await page.keyboard.press('t')
        const list = page.getByRole('listbox', { name: 'Clips' })
        const choosing = page.waitForEvent('filechooser')
        await page.getByRole('button', { name: 'Sound file' }).click()
        await (await choosing).setFiles(backing)
        await list.getByRole('option').first().waitFor({ state: 'attached' })

        await page.getByTitle('Microphone and delay').click()
        await page.getByRole('button', { name: 'Measure with clicks' }).click()
        const measured = await page.getByText(/^The delay is [\d.]+ ms/).textContent()
        const delayMs = Number(/is ([\d.]+) ms/.exec(measured ?? '')?.[1])
        expect(delayMs).toBeCloseTo(LOOPBACK_SECONDS * 1000, 0)
        expect(await findSeriousProblems(page)).toEqual([])
        await page.getByTitle('Microphone and delay').click()

        await page.keyboard.press('Home')
        await page.keyboard.press('r')
        await page.getByText(/^Recording, [34]\.\d s/).waitFor()
        await page.keyboard.press('r')
        await list.getByRole('option').nth(1).waitFor({ state: 'attached' })
        await page.getByText('Saved', { exact: true }).waitFor()
        const sung = await readProject(page)
        const [band, hum] = sung.clips
        const notes = sung.sources.find(({ id }) => id === hum?.sourceId)?.notes ?? []
        expect(sung.tracks.map(({ name }) => name)).toContain('Hums')
        expect(notes.length).toBeGreaterThanOrEqual(BACKING.length)
        // The band’s notes begin half a second apart, after half a second of silence.
        const distances = BACKING.map((_, i) => {
          const played = (band?.startSeconds ?? 0) + 0.5 + 0.5 * i
          return Math.min(...notes.map(({ onsetSeconds }) => Math.abs((hum?.startSeconds ?? 9) + onsetSeconds - played)))
        })
        console.info(`delay ${delayMs} ms; sung notes beside played ones by ${distances.map((d) => (d * 1000).toFixed(0)).join(', ')} ms`)
        for (const distance of distances) expect(distance).toBeLessThan(0.05)

        await page.getByRole('button', { name: 'Let the violin play it' }).click()
        await page.getByRole('button', { name: '+ Take 1' }).click()
        await list.getByRole('option').nth(2).waitFor({ state: 'attached' })
        await page.getByText('Saved', { exact: true }).waitFor()
        const withTake = await readProject(page)
        const take = withTake.clips.find(({ sourceId }) => withTake.sources.find(({ id }) => id === sourceId)?.takeId !== null)
        expect(take?.startSeconds).toBe(hum?.startSeconds)
        expect(take?.trackId).not.toBe(hum?.trackId)
        expect(withTake.tracks.find(({ name }) => name === 'Hums')?.isMuted).toBe(true)
        // One step back takes the clip away and lets the hum be heard again.
        await list.focus()
        await page.keyboard.press('Control+z')
        await page.getByText('Saved', { exact: true }).waitFor()
        const undone = await readProject(page)
        expect(undone.clips).toEqual(sung.clips)
        expect(undone.tracks).toEqual(sung.tracks)
        expect(complaints).toEqual([])
      } finally {
        await browser.close()
        await studio.kill()
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      }
    },
    LONG_MS,
  )
})
