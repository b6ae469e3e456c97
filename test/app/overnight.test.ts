import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRecordedLibrary } from '#test/suites/recorded-library.ts'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio } from './studio-process.ts'

const LONG_MS = 600_000

if (!hasChromium) console.warn('The test of the overnight page is skipped: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('a night, in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-night-'))
  const dataDir = join(folder, 'data')
  const rendererDir = join(folder, 'page')
  beforeAll(() => Promise.all([buildPage(rendererDir), writeRecordedLibrary(dataDir, join(folder, 'recordings'))]), LONG_MS)
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it(
    'goes from recordings to a plan, a pause, a voice, a blind test, a blend and back from the trash',
    async () => {
      const computePath = join(import.meta.dirname, '../suites/toy-compute.ts')
      const studio = await startStudio({ dataDir, rendererDir, computePath })
      const browser = await openBrowser({ profileDir: join(folder, 'profile'), isMotionReduced: true })
      try {
        const page = browser.pages()[0] ?? (await browser.newPage())
        page.setDefaultTimeout(60_000)
        const complaints = collectComplaints(page)
        const look = async (name: string): Promise<void> => {
          expect(await findSeriousProblems(page), name).toEqual([])
          const shots = process.env['SCREENSHOTS']
          if (shots !== undefined) {
            await page.screenshot({ path: join(shots, `${name}.png`) })
            await page.emulateMedia({ colorScheme: 'dark' })
            await page.screenshot({ path: join(shots, `${name}-dark.png`) })
            await page.emulateMedia({ colorScheme: 'light' })
          }
        }
        await page.goto(studio.address)
        await page.getByRole('button', { name: 'Overnight' }).click()

        // Evening: the plan and what it foresees.
        await page.getByRole('textbox', { name: 'Name of the new voice' }).fill('My violin')
        await page.getByText(/^Ends about \d/).waitFor()
        await look('plan')
        await page.getByText('Advanced').click()
        await page.getByRole('textbox', { name: 'Rank' }).fill('4')
        await page.getByRole('button', { name: 'Begin', exact: true }).click()

        // Night: it runs, is laid aside, and goes on where it stood; the studio plays meanwhile.
        await page.getByText(/step \d+ of 24/).waitFor()
        await page.getByRole('button', { name: 'Pause' }).click()
        await page.getByRole('button', { name: 'Go on' }).waitFor()
        await look('paused')
        await page.getByRole('button', { name: 'Go on' }).click()
        await page.getByRole('img', { name: /^My violin: error/ }).waitFor()
        await page
          .getByRole('button', { name: /^Play A4 B4 C#5 D5 after/ })
          .first()
          .click()
        await page.getByRole('button', { name: /^Stop A4 B4 C#5 D5 after/ }).waitFor()
        await look('night')

        // Morning: proof in words and by ear.
        await page.getByRole('heading', { name: '“My violin” is ready' }).waitFor()
        await page.getByRole('row', { name: /Distance to your sound \(FAD\).*better \(−40 %\)/ }).waitFor()
        await page.getByRole('row', { name: /In tune with the melody.*as before \(−0\.3 points\)/ }).waitFor()
        await page.getByRole('button', { name: 'No preview of A4 B4 C#5 D5' }).waitFor()
        await page.getByRole('button', { name: 'Prepare the blind test' }).click()
        const best = page.getByRole('radio', { name: 'A is the best' })
        await best.waitFor()
        expect(await page.getByText('Solo violin', { exact: true }).count()).toBe(1)
        await page.getByRole('button', { name: 'A', exact: true }).click()
        await best.check()
        await page.getByText(/^You liked best: /).waitFor()
        expect(await page.getByRole('img', { name: /^Spectrogram of/ }).count()).toBe(2)
        await look('morning')

        await page.getByRole('button', { name: 'Use this voice' }).click()
        await page.getByRole('button', { name: 'In use' }).waitFor()
        await page.getByRole('button', { name: 'Blend', exact: true }).click()
        await page.getByRole('slider', { name: 'Strength 60 %' }).press('ArrowRight')
        await page.getByRole('button', { name: 'Hear it at 65 %' }).click()
        await page.getByText('at 65 %', { exact: true }).waitFor()
        await page.getByRole('button', { name: 'Keep as a new voice' }).click()
        await page.getByRole('heading', { name: 'My violin 65 %' }).waitFor()
        await page.getByText('65 % My violin').waitFor()
        await look('voice')

        // Its card: what it was made from, how it learned, how it sounds.
        const voices = page.getByRole('region', { name: 'Voices' })
        await voices.getByRole('button', { name: /^My violin (?!65 %)/ }).click()
        await page.getByText(/^At home, /).waitFor()
        await page.getByRole('img', { name: /^My violin: error/ }).waitFor()
        await page.getByRole('region', { name: 'How it sounds' }).getByRole('button', { name: 'A4 B4 C#5 D5' }).click()
        await page.getByTitle('Stop A4 B4 C#5 D5').waitFor()
        await look('card')
        await voices.getByRole('button', { name: /^My violin 65 %/ }).click()

        // To another library and back, to the trash and back.
        const downloading = page.waitForEvent('download')
        await page.getByRole('button', { name: 'Save as a file' }).click()
        expect((await downloading).suggestedFilename()).toBe('my-violin-65.fiddlehead-voice')
        await page.getByRole('button', { name: 'Discard' }).click()
        await page.getByRole('button', { name: 'Undo' }).click()
        await page.getByRole('button', { name: 'My violin 65 %' }).click()
        await page.getByRole('button', { name: 'Train on' }).click()
        await page.getByText('Advanced').click()
        expect(await page.getByRole('combobox', { name: 'Begin from' }).inputValue()).toBe('my-violin-65')

        // Two more for later, ready by the morning; which one comes first is chosen by button and by key.
        for (const name of ['Second', 'Third']) {
          await page.getByRole('button', { name: 'Plan a night' }).click()
          await page.getByRole('textbox', { name: 'Name of the new voice' }).fill(name)
          await page.getByRole('radio', { name: /^At\b/ }).check()
          await page.getByRole('checkbox', { name: 'Finish by' }).check()
          await page.getByRole('button', { name: 'Begin at that time' }).click()
          await page.getByRole('heading', { name, exact: true }).waitFor()
        }
        const queued = page.getByRole('region', { name: 'Waiting' }).getByRole('listitem')
        const [first, second] = [queued.nth(0), queued.nth(1)]
        await first.getByText(/^Begins .*ready by 06:30$/).waitFor()
        await page.getByRole('button', { name: 'Third earlier' }).click()
        await first.getByText('1. Third', { exact: true }).waitFor()
        expect(await page.getByRole('button', { name: 'Third earlier' }).isDisabled()).toBe(true)
        await look('queue')
        await first.getByRole('button').first().press('Alt+ArrowDown')
        await second.getByText('2. Third', { exact: true }).waitFor()
        await first.getByText('1. Second', { exact: true }).waitFor()

        // The studio plays with the chosen voice, and says so in the recipe.
        await page.getByRole('button', { name: 'Studio' }).click()
        expect(await page.getByRole('combobox', { name: 'Voice' }).inputValue()).toBe('my-violin')
        await page.keyboard.press('g')
        await page.getByRole('article', { name: 'Take 3' }).waitFor() // until then the list moves under the pointer
        await page.getByRole('article', { name: 'Take 1', exact: true }).getByRole('button', { name: 'Change' }).click()
        await page.getByRole('button', { name: 'Recipe', exact: true }).click()
        await page.getByRole('dialog').getByText('my-violin').first().waitFor({ state: 'attached' })
        expect(complaints).toEqual([])
      } finally {
        await browser.close()
        await studio.kill()
      }
    },
    LONG_MS,
  )
})
