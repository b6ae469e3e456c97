import { parseMidi } from 'midi-file'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Recipe } from '#contract/recipe.ts'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio } from './studio-process.ts'

const LONG_MS = 240_000

if (!hasChromium) console.warn('The test of changing takes is skipped: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('changing takes in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-takes-'))
  const rendererDir = join(folder, 'page')
  beforeAll(() => buildPage(rendererDir), LONG_MS)
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it(
    'composes, plays a bit again, varies, compares and keeps every recipe, all by keys',
    async () => {
      const computePath = join(import.meta.dirname, '../suites/toy-compute.ts')
      const studio = await startStudio({ dataDir: join(folder, 'data'), rendererDir, computePath })
      const browser = await openBrowser({ profileDir: join(folder, 'profile'), isMotionReduced: true })
      try {
        const page = browser.pages()[0] ?? (await browser.newPage())
        page.setDefaultTimeout(90_000)
        const complaints = collectComplaints(page)
        await page.goto(studio.address)

        // Words alone: the melody is composed.
        await page.getByRole('button', { name: 'Have one composed' }).click()
        await page.getByRole('textbox', { name: 'What kind of melody' }).fill('sad, in D minor')
        await page.getByRole('button', { name: 'Compose', exact: true }).click()
        await page.getByRole('listbox', { name: 'Notes of the melody' }).getByRole('option').nth(3).waitFor()
        const prompt = page.getByRole('textbox', { name: 'How should it sound?' })
        await expect.poll(() => prompt.inputValue(), { timeout: 60_000 }).toBe('sad, in D minor')

        const slider = page.getByRole('slider', { name: 'How closely to follow you' })
        await slider.press('End')
        expect(await slider.getAttribute('aria-valuetext')).toContain('clean on the keys')
        await page.keyboard.press('Control+Enter')
        await page.getByRole('article', { name: 'Take 3' }).waitFor()

        // The second note much softer than the rest, by keys; the file of the notes says so.
        await page.getByRole('button', { name: 'Each note' }).click()
        const bars = page.getByRole('listbox', { name: /how loud each note/ })
        await bars.focus()
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('ArrowRight')
        for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown')
        const loudness = (await bars.getByRole('option').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).map(
          (name) => Number(/(\d+) % loud/.exec(name ?? '')?.[1]),
        )
        const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'MIDI', exact: true }).click()])
        const strokes = parseMidi(readFileSync(await saved.path())).tracks.flatMap((track) => track.filter((event) => event.type === 'noteOn')) // prettier-ignore
        expect(strokes.map(({ velocity }) => velocity)).toEqual(loudness.map((percent) => expect.closeTo(percent * 1.27, -0.5)))
        expect(loudness[1]).toBeLessThan((loudness[0] ?? 0) - 20)
        await page.keyboard.press('Escape')

        // The second and third note of the first take, by keys alone.
        await page.keyboard.press('1')
        await page.getByRole('button', { name: 'Stop Take 1' }).waitFor()
        await page.getByRole('button', { name: 'Stop Take 1' }).click()
        await page.keyboard.press('e')
        await page.getByText('Note 1 ·').waitFor()
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('ArrowRight')
        await page.getByRole('slider', { name: 'Beginning of the bit' }).press('ArrowRight')
        await page.getByText('Notes 2 to 3 ·').waitFor()
        expect(await findSeriousProblems(page)).toEqual([])
        await page.keyboard.press('r')
        await page.getByRole('article', { name: 'Take 4' }).waitFor()
        await page.getByText(/^Take 2, 0\.5 to 1\.5 s played again$/).waitFor()

        // The new take is the first one now: compared with the one it came from.
        await page.keyboard.press('1')
        await page.getByRole('button', { name: 'Stop Take 1' }).waitFor()
        await page.getByLabel('Compared as B').waitFor()
        await page.keyboard.press('x')
        await page.getByRole('button', { name: 'Stop Take 2' }).waitFor()
        await page.getByRole('article', { name: 'Take 2' }).getByLabel('Compared as A').waitFor()

        await page.keyboard.press('v')
        await page.getByRole('article', { name: 'Take 7' }).waitFor()
        expect(await page.getByText(/, varied by 35 %$/).count()).toBe(3)
        await page.getByRole('article', { name: 'Take 1', exact: true }).getByRole('button', { name: 'Change' }).click()
        await page.getByRole('button', { name: 'Recipe', exact: true }).click()
        await page.getByRole('dialog').getByText('As JSON', { exact: true }).click()
        const recipe = JSON.parse((await page.getByRole('dialog').locator('pre').textContent()) ?? '') as Recipe
        expect(recipe).toMatchObject({ freedom: 1, prompt: 'sad, in D minor', edits: [{ kind: 'vary', strength: 0.35 }] })
        expect(await findSeriousProblems(page)).toEqual([])
        expect(complaints).toEqual([])
      } finally {
        await browser.close()
        await studio.kill()
      }
    },
    LONG_MS,
  )
})
