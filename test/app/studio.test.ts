import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readWav } from '#main/audio/io/wav.ts'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser, type BrowserOptions } from './browser.ts'
import { buildPage } from './build-page.ts'
import { writeHum } from './hum-sound.ts'
import { startStudio, type StudioProcess } from './studio-process.ts'

const LONG_MS = 240_000
const WORK_MS = 90_000
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')
const MELODY = [57, 59, 61, 64, 61, 57]

if (!hasChromium) console.warn('The studio’s browser tests are skipped: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('the studio in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-app-'))
  const rendererDir = join(folder, 'page')
  const humPath = join(folder, 'hum.wav')
  let studio: StudioProcess | undefined
  let browser: BrowserContext | undefined
  let complaints: string[] = []
  let dataCount = 0

  const open = async (options: Partial<BrowserOptions> & { dataDir?: string } = {}): Promise<Page> => {
    const number = dataCount++
    const dataDir = options.dataDir ?? join(folder, `data-${number}`)
    studio = await startStudio({ dataDir, rendererDir, computePath: TOY_COMPUTE })
    browser = await openBrowser({ ...options, profileDir: join(folder, `profile-${number}`) })
    const page = browser.pages()[0] ?? (await browser.newPage())
    page.setDefaultTimeout(WORK_MS)
    complaints = collectComplaints(page)
    await page.goto(studio.address)
    return page
  }
  const close = async (): Promise<void> => {
    await browser?.close()
    await studio?.kill()
    browser = undefined
    studio = undefined
  }
  const typeMelody = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('button', { name: 'Type notes' }).first().click()
    await page.getByRole('textbox', { name: 'Your melody' }).fill(text)
    await page.getByRole('button', { name: 'Open this melody' }).click()
    await roll(page).waitFor()
  }
  const roll = (page: Page): Locator => page.getByRole('listbox', { name: 'Notes of the melody' })
  const notesOf = (page: Page): Promise<string[]> =>
    roll(page)
      .getByRole('option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('aria-label') ?? ''))

  beforeAll(async () => {
    writeHum(humPath, MELODY)
    await buildPage(rendererDir)
  }, LONG_MS)
  afterEach(close, LONG_MS)
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it(
    'leads from the welcome to three takes of the example, and has everything after a power cut',
    async () => {
      const dataDir = join(folder, 'kept')
      let page = await open({ dataDir })
      await page.getByRole('heading', { name: 'Hum something. Hear it on a violin.' }).waitFor()
      await page.getByRole('button', { name: 'Hear a violin now' }).click()
      await page.getByRole('article', { name: 'Take 3' }).waitFor()
      expect(await page.getByRole('article').count()).toBe(3)
      expect(await page.getByLabel('Match with your melody: 97 percent').count()).toBe(3)
      const notes = await notesOf(page)
      expect(notes.length).toBeGreaterThan(3)

      await page.keyboard.press('2')
      await page.getByRole('button', { name: 'Stop Take 2' }).waitFor()
      await page.keyboard.press('3')
      await page.getByRole('button', { name: 'Stop Take 3' }).waitFor()
      await page.keyboard.press('x')
      await page.getByRole('button', { name: 'Stop Take 2' }).waitFor()
      await page.keyboard.press('f')
      await page.locator('[aria-label="Favourite: Take 2"][aria-pressed=true]').waitFor()

      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'WAV' }).nth(1).click()
      const download = await downloading
      expect(download.suggestedFilename()).toMatch(/\.wav$/)
      const wav = readWav(readFileSync(await download.path()))
      expect(wav.sampleRate).toBe(48000)
      expect(wav.channels[0]?.some((sample) => Math.abs(sample) > 0.1)).toBe(true)

      await page.getByRole('textbox', { name: 'How should it sound?' }).fill('pizzicato, growing louder')
      await page.getByRole('combobox', { name: 'Bowing' }).and(page.locator(':has(option[value=pizzicato]:checked)')).waitFor()
      await page.getByRole('slider', { name: 'Loudness, 0 %' }).press('End')
      await page.getByText('drawn by hand').first().waitFor()
      // Long enough for the pause after typing; then the power goes.
      await page.waitForTimeout(1500)
      expect(complaints).toEqual([])
      await close()

      page = await open({ dataDir })
      await page.getByRole('article', { name: 'Take 3' }).waitFor()
      expect(await notesOf(page)).toEqual(notes)
      expect(await page.getByRole('textbox', { name: 'How should it sound?' }).inputValue()).toBe('pizzicato, growing louder')
      expect(await page.getByRole('combobox', { name: 'Bowing' }).inputValue()).toBe('pizzicato')
      expect(await page.getByRole('slider', { name: 'Loudness, 0 %' }).getAttribute('aria-valuenow')).toBe('1')
      await page.locator('[aria-label="Favourite: Take 2"][aria-pressed=true]').waitFor()
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'records from the microphone, shows the notes, and edits them by keyboard',
    async () => {
      const page = await open({ humPath })
      await page.getByRole('button', { name: 'Hum a melody' }).click()
      await page.getByText('Ready. Hum to try, or press Record.').waitFor()
      await page.keyboard.press('Shift+R')
      await page.getByText(/^Recording, (9|1\d)\./).waitFor()
      await page.keyboard.press('r')
      await roll(page).waitFor()
      const found = await notesOf(page)
      // The loop is heard more than once through; each of its pitches must be among the notes, in the violin's octaves.
      for (const name of ['A', 'B', 'C#', 'E']) expect(found.some((note) => new RegExp(`^${name}\\d`).test(note))).toBe(true)
      await page.getByRole('button', { name: 'Hear what you hummed' }).or(page.getByTitle('Hear what you hummed')).first().click()
      await page.keyboard.press('Escape')

      await roll(page).focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('Shift+ArrowUp')
      const octaveUp = await notesOf(page)
      expect(Number(/\d/.exec(octaveUp[0] ?? '')?.[0])).toBe(Number(/\d/.exec(found[0] ?? '')?.[0]) + 1)
      await page.keyboard.press('s')
      expect(await notesOf(page)).toHaveLength(found.length + 1)
      await page.keyboard.press('Delete')
      expect(await notesOf(page)).toHaveLength(found.length)
      for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z')
      expect(await notesOf(page)).toEqual(found)
      await page.keyboard.press('Control+Shift+Z')
      expect(await notesOf(page)).toEqual(octaveUp)
      await page.reload()
      await roll(page).getByRole('option').first().waitFor()
      expect(await notesOf(page)).toEqual(octaveUp)
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'keeps what was just hummed although nobody pressed Record',
    async () => {
      const page = await open({ humPath })
      await page.getByRole('button', { name: 'Hum a melody' }).waitFor()
      await page.keyboard.press('r')
      await page.getByRole('button', { name: /Keep the last [5-9] seconds/ }).waitFor()
      await page.keyboard.press('Shift+C')
      await roll(page).getByRole('option').nth(2).waitFor()
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'is kind where there is no microphone, and takes a file instead',
    async () => {
      const page = await open()
      await page.getByRole('button', { name: 'Hum a melody' }).click()
      const trouble = page.getByRole('alert')
      await trouble.getByText('No microphone was found.').waitFor()
      await trouble.getByText('drop a sound file here instead').waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      const choosing = page.waitForEvent('filechooser')
      await trouble.getByRole('button', { name: 'Open a sound file instead' }).click()
      await (await choosing).setFiles(humPath)
      await roll(page).getByRole('option').nth(3).waitFor()
      expect((await notesOf(page)).length).toBe(MELODY.length)

      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'picture.wav', mimeType: 'audio/wav', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]) })
      await page.getByRole('alert').waitFor()
      expect((await page.getByRole('alert').textContent())?.length).toBeGreaterThan(40)
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'stops a render, reads typed melodies, and explains what it cannot read',
    async () => {
      const page = await open()
      await page.getByRole('button', { name: 'Type notes' }).click()
      await page.getByRole('textbox', { name: 'Your melody' }).fill('hello there')
      await page.getByRole('button', { name: 'Open this melody' }).click()
      await page.getByRole('dialog').getByRole('alert').waitFor()
      await page.keyboard.press('Escape')
      await typeMelody(page, 'A4 B4 C#5 D5 in quarter notes at 96, then a long E5')
      expect((await notesOf(page)).map((note) => note.split(',')[0])).toEqual(['A4', 'B4', 'C#5', 'D5', 'E5'])
      await page.getByRole('button', { name: /^Play 3 takes/ }).click()
      await page.getByRole('group', { name: 'The violin is playing' }).getByRole('button', { name: 'Stop' }).click()
      await page
        .getByRole('button', { name: /^Play 3 takes/ })
        .and(page.locator(':enabled'))
        .waitFor()
      expect(await page.getByRole('article').count()).toBeLessThan(3)
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it.each(['light', 'dark'] as const)(
    'has nothing that axe calls serious on any screen, %s',
    async (theme) => {
      const page = await open({ humPath, theme, isMotionReduced: true })
      const problems: Record<string, string[]> = {}
      const check = async (screen: string): Promise<void> => {
        problems[screen] = await findSeriousProblems(page)
      }
      await page.getByRole('heading', { name: /Hum something/ }).waitFor()
      await check('welcome')
      await page.getByRole('button', { name: 'Type notes' }).click()
      await page.getByRole('dialog').waitFor()
      await check('type a melody')
      await page.keyboard.press('Escape')
      await typeMelody(page, 'A4 B4 C#5 D5 in quarter notes at 96')
      await check('no takes yet')
      await page.getByRole('button', { name: /^Play 3 takes/ }).click()
      await page.getByRole('article', { name: 'Take 3' }).waitFor()
      await page.getByTitle('Show the notes as a list').click()
      await check('notes and takes')
      for (const dialog of ['Keys', 'Settings']) {
        await page.getByRole('button', { name: dialog, exact: true }).click()
        await page.getByRole('dialog').waitFor()
        await check(dialog)
        await page.keyboard.press('Escape')
      }
      await page.keyboard.press('r')
      await page.getByText('Ready. Hum to try, or press Record.').waitFor()
      await check('record')
      expect(problems).toEqual(Object.fromEntries(Object.keys(problems).map((screen) => [screen, []])))
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )
})
