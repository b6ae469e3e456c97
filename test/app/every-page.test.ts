import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio, type StudioProcess } from './studio-process.ts'

const LONG_MS = 400_000
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')
/** A folder for pictures of every page, for whoever wants to look at them. */
const SHOTS = process.env['FIDDLEHEAD_SHOTS']
/** Words that no German sentence holds. */
const ENGLISH = /\b(the|and|your|with|from|this|that|play|show|open|choose|melody|recordings|notes|nothing|take|takes|close|back)\b/i
/** What was named by the engine or its owner: not the page's own words. */
const NAMES = /Demo hum|Toy violin|Tests play sines\.|Sketch \d+|Violin|\S*\/\S*/g

if (!hasChromium) console.warn('The pages’ browser tests are skipped: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('every page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-pages-'))
  const rendererDir = join(folder, 'page')
  let studio: StudioProcess | undefined
  let browser: BrowserContext | undefined
  let complaints: string[] = []
  let count = 0

  const open = async (): Promise<Page> => {
    count += 1
    studio = await startStudio({ dataDir: join(folder, `data-${count}`), rendererDir, computePath: TOY_COMPUTE })
    browser = await openBrowser({ profileDir: join(folder, `profile-${count}`), isMotionReduced: true })
    const page = browser.pages()[0] ?? (await browser.newPage())
    page.setDefaultTimeout(90_000)
    complaints = collectComplaints(page)
    await page.goto(studio.address)
    await page.getByRole('button', { name: 'Hear a violin now' }).click()
    await page.getByRole('article', { name: 'Take 3' }).waitFor()
    return page
  }
  /** Goes to each page of the rail in turn. */
  const onEachPage = async (page: Page, look: (name: string) => Promise<void>): Promise<void> => {
    const buttons = page.locator('nav li > button:has(svg + span)')
    for (let at = 0; at < (await buttons.count()); at++) {
      const button = buttons.nth(at)
      await button.click()
      const name = (await button.innerText()).trim()
      await page.locator('nav button[aria-current=page]', { hasText: name }).waitFor()
      await page.waitForLoadState('networkidle')
      await look(name)
    }
  }
  const shoot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS === undefined) return
    mkdirSync(SHOTS, { recursive: true })
    await page.screenshot({ path: join(SHOTS, `${name}.png`) })
  }

  beforeAll(() => buildPage(rendererDir), LONG_MS)
  afterEach(async () => {
    await browser?.close()
    await studio?.kill()
  }, LONG_MS)
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it(
    'has nothing that axe calls serious in light and dark, and fits a small window, twice the letters, and a large screen',
    async () => {
      const page = await open()
      const problems: Record<string, string[]> = {}
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await onEachPage(page, async (name) => {
          const found = await findSeriousProblems(page)
          if (found.length > 0) problems[`${name}, ${colorScheme}`] = found
          await shoot(page, `${colorScheme}-${name}`)
        })
      }
      expect(problems).toEqual({})

      const widest: Record<string, number> = {}
      // 200 % of 1280×720 leaves half as many points in each direction.
      for (const [width, height] of [
        [640, 360],
        [3840, 2160],
      ] as const) {
        await page.setViewportSize({ width, height })
        await onEachPage(page, async (name) => {
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          if (overflow > 0) widest[`${name} at ${width}×${height}`] = overflow
          await shoot(page, `${width}-${name}`)
        })
      }
      expect(widest).toEqual({})
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )

  it(
    'speaks German throughout, finds commands by name, and takes other keys',
    async () => {
      const page = await open()
      // A command by its name.
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Command' }).fill('opnsettngs')
      expect(await page.getByRole('dialog').getByRole('option').first().innerText()).toContain('Open the settings')
      await page.keyboard.press('Enter')

      await page.getByLabel('Language').selectOption('de')
      await page.getByRole('dialog', { name: 'Einstellungen' }).waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
      await page.keyboard.press('Escape')
      expect(await page.getByRole('article', { name: 'Fassung 1' }).innerText()).toMatch(/\d,\d Cent/)
      const english: Record<string, string[]> = {}
      await onEachPage(page, async (name) => {
        const said = await page.evaluate(() => {
          const labels = [...document.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap((element) =>
            ['aria-label', 'title', 'placeholder'].map((attribute) => element.getAttribute(attribute) ?? ''),
          )
          return [...document.body.innerText.split('\n'), ...labels]
        })
        const found = [...new Set(said)].filter((text) => ENGLISH.test(text.replace(NAMES, '')))
        if (found.length > 0) english[name] = found
        await shoot(page, `de-${name}`)
      })
      expect(english).toEqual({})

      // Another key, one that a second command has: it says so, and gives it up.
      await page.locator('nav li > button').first().click()
      await page.keyboard.press('?')
      const keys = page.getByRole('dialog', { name: 'Tasten' })
      await keys.getByRole('button', { name: /^Die gehörte als Favorit merken: F/ }).click()
      await page.keyboard.press('x')
      await keys.getByRole('alert').getByText('X ist schon:').waitFor()
      await keys.getByRole('button', { name: 'Stattdessen hier verwenden' }).click()
      await keys.getByRole('button', { name: /^Die gehörte als Favorit merken: X/ }).waitFor()
      await keys.getByRole('button', { name: /^Zwischen den letzten beiden wechseln.*: keine/ }).waitFor()
      await shoot(page, 'de-keys')
      await page.keyboard.press('Escape')
      await page.keyboard.press('2')
      await page.getByRole('button', { name: 'Fassung 2 anhalten' }).waitFor()
      await page.keyboard.press('x')
      await page.locator('[aria-label="Favorit: Fassung 2"][aria-pressed=true]').waitFor()

      // All of it is still so when the page comes back.
      await page.reload()
      await page.getByRole('article', { name: 'Fassung 3' }).waitFor()
      await page.keyboard.press('?')
      await page.getByRole('button', { name: 'Alle Tasten wie üblich' }).click()
      await page.getByRole('button', { name: /^Die gehörte als Favorit merken: F/ }).waitFor()
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )
})
