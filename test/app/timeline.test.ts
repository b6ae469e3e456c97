import { projectSchema } from '#contract/project.ts'
import { readBundle } from '#main/export/bundle/project-bundle.ts'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { writeHum } from './hum-sound.ts'
import { startStudio, type StudioProcess } from './studio-process.ts'

const LONG_MS = 300_000
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')

if (!hasChromium) console.warn('The arrangement’s browser test is skipped: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('the arrangement in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-timeline-'))
  const rendererDir = join(folder, 'page')
  const dataDir = join(folder, 'data')
  let studio: StudioProcess | undefined
  let browser: BrowserContext | undefined
  const open = async (profile: string): Promise<Page> => {
    studio = await startStudio({ dataDir, rendererDir, computePath: TOY_COMPUTE })
    browser = await openBrowser({ profileDir: join(folder, profile) })
    const page = browser.pages()[0] ?? (await browser.newPage())
    page.setDefaultTimeout(90_000)
    await page.goto(studio.address)
    return page
  }
  const clipsOf = (page: Page): Promise<string[]> => page.getByRole('listbox', { name: 'Clips' }).getByRole('option').allTextContents()
  const save = async (page: Page, format: string): Promise<string> => {
    await page.getByText('Into the DAW').click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: format }).click()])
    return download.path()
  }

  beforeAll(() => buildPage(rendererDir), LONG_MS)
  afterAll(async () => {
    await browser?.close()
    await studio?.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }, LONG_MS)

  it(
    'takes a take and a backing track, edits by keys, plays, survives a power cut, and writes files for other programs',
    async () => {
      const backing = join(folder, 'Band.wav')
      writeHum(backing, [45, 52, 57, 52])
      let page = await open('first')
      const complaints = collectComplaints(page)
      await page.getByRole('button', { name: 'Hear a violin now' }).click()
      await page.getByRole('article', { name: 'Take 3' }).waitFor()
      // Heard, and put into the arrangement, by keys alone.
      await page.keyboard.press('1')
      await page.getByRole('button', { name: 'Stop Take 1' }).waitFor()
      await page.locator('body').press('Enter')
      await page.getByText('It is in the arrangement.').waitFor()
      await page.getByRole('button', { name: 'Arrangement', exact: true }).click()
      const list = page.getByRole('listbox', { name: 'Clips' })
      await list.getByRole('option').first().waitFor({ state: 'attached' })
      const choosing = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Sound file' }).click()
      await (await choosing).setFiles(backing)
      await list.getByRole('option').nth(1).waitFor({ state: 'attached' })
      const before = await clipsOf(page)

      await list.focus()
      await page.keyboard.press('ArrowUp')
      for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight')
      expect((await clipsOf(page))[0]).toContain('bar 2 beat 1')
      await page.keyboard.press('Control+d')
      expect(await clipsOf(page)).toHaveLength(3)
      await page.keyboard.press('Delete')
      for (let i = 0; i < 6; i++) await page.keyboard.press('Control+z')
      expect(await clipsOf(page)).toEqual(before)
      for (let i = 0; i < 4; i++) await page.keyboard.press('Control+Shift+Z')
      const after = await clipsOf(page)
      expect(after[0]).toContain('bar 2 beat 1')
      // Dragged by the pointer: a step of its own, and one step only.
      const box = await list.boundingBox()
      const at = { x: (box?.x ?? 0) + 300, y: (box?.y ?? 0) + 34 + 45 }
      await page.mouse.move(at.x, at.y)
      await page.mouse.down()
      for (let i = 1; i <= 20; i++) await page.mouse.move(at.x + 12 * i, at.y)
      await page.mouse.up()
      expect(await clipsOf(page)).not.toEqual(after)
      await page.keyboard.press('Control+z')
      expect(await clipsOf(page)).toEqual(after)
      await page.keyboard.press('Shift+M')
      await page.getByRole('button', { name: 'Mute', exact: true, pressed: true }).first().waitFor()
      await page.keyboard.press('Shift+M')
      await page.keyboard.press('m')
      await page.keyboard.press('Space')
      await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
      await page
        .getByRole('timer')
        .filter({ hasText: /0:(0[1-9]|1)/ })
        .waitFor()
      await page.keyboard.press('Space')
      await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      await page.getByText('Saved', { exact: true }).waitFor()
      expect(complaints).toEqual([])
      await browser?.close()
      await studio?.kill()

      page = await open('second')
      await page.getByRole('button', { name: 'Arrangement', exact: true }).click()
      await page.getByRole('listbox', { name: 'Clips' }).getByRole('option').nth(1).waitFor({ state: 'attached' })
      expect(await clipsOf(page)).toEqual(after)
      expect(
        readFileSync(await save(page, 'DAWproject'))
          .subarray(0, 2)
          .toString(),
      ).toBe('PK')
      const { project } = readBundle(readFileSync(await save(page, 'Everything, for')), 'x.fiddlehead')
      expect(projectSchema.safeParse(project).success).toBe(true)
      expect(project.clips).toHaveLength(2)
      expect(project.markers).toHaveLength(1)
    },
    LONG_MS,
  )
})
