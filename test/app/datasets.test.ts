import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { importFolder } from './import-folder.ts'
import { makeEvenings, scaleFrom, writeLine } from './make-recordings.ts'
import { startStudio, type StudioProcess } from './studio-process.ts'

const LONG_MS = 300_000
const WORK_MS = 120_000
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')
const COPIES = join(import.meta.dirname, '../fixtures/sources')

if (!hasChromium) console.warn('The tests of data sets in a browser are skipped: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('data sets, sources and coverage in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-datasets-app-'))
  const rendererDir = join(folder, 'page')
  const musicDir = join(folder, 'music')
  const playedPath = join(folder, 'played.wav')
  let studio: StudioProcess | undefined
  let browser: BrowserContext | undefined
  let complaints: string[] = []
  let count = 0

  const open = async (options: { humPath?: string; hasMusic?: boolean } = {}): Promise<Page> => {
    const number = count++
    const dataDir = join(folder, `data-${number}`)
    if (options.hasMusic === true) await importFolder(dataDir, musicDir)
    studio = await startStudio({ dataDir, rendererDir, computePath: TOY_COMPUTE })
    const microphone = options.humPath === undefined ? {} : { humPath: options.humPath }
    browser = await openBrowser({ ...microphone, profileDir: join(folder, `profile-${number}`) })
    const page = browser.pages()[0] ?? (await browser.newPage())
    page.setDefaultTimeout(WORK_MS)
    complaints = collectComplaints(page)
    await page.goto(studio.address)
    return page
  }
  const goTo = (page: Page, name: string): Promise<void> => page.getByRole('navigation').getByRole('button', { name, exact: true }).click()
  const chip = (page: Page, name: string): Locator => page.getByRole('checkbox', { name: new RegExp(`^${name}\\b`) })

  beforeAll(async () => {
    makeEvenings(musicDir)
    writeLine(playedPath, { pitches: scaleFrom(55, 24), noteSeconds: 0.5, levelDb: -17, fullness: 1 })
    await buildPage(rendererDir)
  }, LONG_MS)
  afterEach(async () => {
    await browser?.close()
    await studio?.kill()
    browser = undefined
    studio = undefined
  }, LONG_MS)
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it(
    'builds a data set from what was imported, shows its figures, passes it on and opens it again',
    async () => {
      const page = await open({ hasMusic: true })
      await goTo(page, 'Data sets')
      await page.getByText('No data set yet.').waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      await page.getByLabel('Name of a new data set').fill('Legato')
      await page.keyboard.press('Enter')
      await page.getByText('3 slices answer to this.').waitFor()
      await page.getByText('It is not built yet.').waitFor()
      await chip(page, 'legato').check()
      await page.getByText('2 slices answer to this.').waitFor()

      await page.getByRole('button', { name: 'Build', exact: true }).click()
      await page.getByText(/^2 slices of 2 recordings, 2 sessions/).waitFor()
      const hash = await page.locator('code').innerText()
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
      // What is hidden from sight does not lengthen the page below its end.
      expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0)
      // The plots say in a table what their columns show.
      const articulation = page.getByRole('table', { name: 'Articulation' })
      expect(await articulation.getByRole('rowheader').allInnerTexts()).toEqual(['legato'])
      expect(await page.getByRole('table', { name: 'Pitch' }).getByRole('rowheader').count()).toBeGreaterThan(10)
      for (const name of ['Durations of the slices', 'Dynamics', 'Quality', 'Rights', 'Split'])
        expect(await page.getByRole('table', { name }).getByRole('row').count()).toBeGreaterThan(1)
      expect(await page.getByRole('region', { name: 'What is in it' }).getByRole('row').count()).toBe(3)
      expect(await findSeriousProblems(page)).toEqual([])

      const messages = page.getByRole('region', { name: 'Messages' })
      const exported = join(folder, 'legato')
      await page.getByLabel('Where to').fill(exported)
      await page.getByRole('button', { name: 'Write it' }).click()
      await messages.getByText(exported, { exact: true }).waitFor()
      const files = readdirSync(exported, { recursive: true }).map(String)
      const lines = files
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => readFileSync(join(exported, name), 'utf8').trim().split('\n'))
        .filter((line) => line !== '')
      expect(lines).toHaveLength(2)
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ sample_rate: 44100 })
      expect(files.filter((name) => name.endsWith('.wav')).length).toBeGreaterThanOrEqual(2)

      await page.getByRole('radio', { name: /zip/ }).check()
      const zip = join(folder, 'legato.zip')
      await page.getByLabel('Where to').fill(zip)
      await page.getByRole('button', { name: 'Write it' }).click()
      await messages.getByText(zip, { exact: true }).waitFor()
      expect(complaints).toEqual([])
      await browser?.close()
      await studio?.kill()

      const other = await open()
      await goTo(other, 'Data sets')
      await other.getByText('The library is empty').waitFor()
      await other.getByLabel('Its zip on this computer').fill(zip)
      await other.getByRole('button', { name: 'Open', exact: true }).click()
      await other.getByText(/^2 slices of 2 recordings, 2 sessions/).waitFor()
      expect(await other.locator('code').innerText()).toBe(hash)
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'adds a public data set, shows its licence first, and imports what was chosen',
    async () => {
      const page = await open()
      await goTo(page, 'Sources')
      await page.getByText('No copy of a public data set yet.').waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      await page.getByLabel('Its folder on this computer').fill(join(COPIES, 'youtube-8m'))
      await page.keyboard.press('Enter')
      await page.getByText('It holds no sound and no notes').waitFor()
      await page.getByRole('button', { name: 'Look', exact: true }).click()
      await page.getByRole('region', { name: 'What matches' }).waitFor()
      expect(await page.getByRole('button', { name: /^Import/ }).count()).toBe(0)

      // The second copy is not typed but looked for: from the field's folder by keys and by mouse.
      await page.getByLabel('Its folder on this computer').fill(join(COPIES, 'fma'))
      await page.getByRole('button', { name: 'Browse …' }).click()
      const chooser = page.getByRole('dialog', { name: 'Its folder on this computer' })
      await chooser.getByText(join(COPIES, 'fma'), { exact: true }).waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      await chooser.getByRole('button', { name: 'fma_small' }).focus()
      await page.keyboard.press('Backspace')
      await chooser.getByText(COPIES, { exact: true }).waitFor()
      await chooser.getByRole('button', { name: 'midi-folder' }).click()
      await chooser.getByText(join(COPIES, 'midi-folder'), { exact: true }).waitFor()
      await chooser.getByRole('button', { name: 'Choose this folder' }).click()
      expect(await page.getByLabel('Its folder on this computer').inputValue()).toBe(join(COPIES, 'midi-folder'))
      await page.getByRole('button', { name: 'Add a copy' }).click()
      await page.getByText('It holds no sound.', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Look', exact: true }).click()
      await page.getByRole('region', { name: 'What matches' }).waitFor()
      const sound = page.getByRole('row').filter({
        has: page.getByRole('checkbox', { name: /^Choose (?!all)/, disabled: false }),
        hasNot: page.locator('.problem'),
      })
      expect(await sound.count()).toBeGreaterThan(1)
      const button = page.getByRole('button', { name: /^Import/ })
      expect(await button.isDisabled()).toBe(true)
      await page.getByLabel('I have read the licence').check()
      await sound.first().getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Import 1 chosen item' }).click()
      await page.getByText('1 recording added').waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'shows the holes, and fills one with what the microphone hears',
    async () => {
      const page = await open({ hasMusic: true, humPath: playedPath })
      await goTo(page, 'Coverage')
      const summary = page.getByText(/holes among the \d+ fields/)
      await summary.waitFor()
      const holesOf = async (): Promise<number> => Number(/^\d+/.exec(await summary.innerText())?.[0])
      const before = await holesOf()
      expect(before).toBeGreaterThan(50)
      const row = page.getByRole('row', { name: /^legato loud/ })
      expect((await row.getByRole('cell').allInnerTexts()).slice(0, 2).map((text) => text.trim())).toEqual(['hole', 'hole'])
      expect(await findSeriousProblems(page)).toEqual([])

      await chip(page, 'legato').check()
      await chip(page, 'loud').check()
      await page.getByRole('button', { name: 'Make the list' }).click()
      await page.getByRole('heading', { name: /^Play G3 to G#4, loud, legato, \d seconds/ }).waitFor()
      await page.getByText('Ready. Press Record and play.').waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      await page.keyboard.press('r')
      await page.getByText(/^Recording,/).waitFor()
      await page.getByText(/^It fits and is kept: G3 to G#4, loud, legato/).waitFor()
      // The import listens once more; then the map is fuller.
      await expect.poll(holesOf, { timeout: WORK_MS }).toBeLessThan(before)
      const [low] = await row.getByRole('cell').allInnerTexts()
      expect(Number(low)).toBeGreaterThan(1)
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )
})
