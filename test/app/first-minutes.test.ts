import { readWav } from '#main/audio/io/wav.ts'
import { unzipSync } from 'fflate'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { writeHum } from './hum-sound.ts'
import { startStudio } from './studio-process.ts'

const LONG_MS = 900_000
const TOY_COMPUTE = join(import.meta.dirname, '../suites/toy-compute.ts')
const SCREENS = join(import.meta.dirname, '../../.cache/first-minutes')
const MELODY = [57, 59, 61, 64, 61, 57]

if (!hasChromium) console.warn('A newcomer’s first minutes are not tested: there is no Chromium at /usr/bin/chromium.')

it.skipIf(!hasChromium)(
  'leads somebody who has never seen it from the start to a violin clip on the timeline and a DAWproject on disk',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-newcomer-'))
    const humPath = join(folder, 'hum.wav')
    writeHum(humPath, MELODY)
    const rendererDir = join(folder, 'page')
    await buildPage(rendererDir)
    rmSync(SCREENS, { recursive: true, force: true })
    mkdirSync(SCREENS, { recursive: true })
    const studio = await startStudio({ dataDir: join(folder, 'data'), rendererDir, computePath: TOY_COMPUTE })
    const browser = await openBrowser({ profileDir: join(folder, 'profile'), humPath })
    try {
      const page = browser.pages()[0] ?? (await browser.newPage())
      page.setDefaultTimeout(90_000)
      const complaints = collectComplaints(page)
      let step = 0
      const show = async (name: string): Promise<void> => {
        const path = join(SCREENS, `${String(++step).padStart(2, '0')}-${name}.png`)
        // A screen that draws without end on a machine without rest has no moment for a picture; the way goes on.
        await page.screenshot({ path, timeout: 15_000 }).catch(() => console.info(`no picture of ${name}`))
      }
      // Only what is in sight is pressed, in the words that stand there: no key, no menu that one has to know. The browser is not
      // waited for to be at rest: while it listens it never is.
      const press = async (name: string | RegExp): Promise<void> => {
        const button = page.getByRole('button', { name }).first().and(page.locator(':enabled'))
        await button.waitFor()
        await button.click({ force: true })
      }
      const began = performance.now()
      await page.goto(studio.address)
      await page.getByRole('heading', { name: /Hum something/ }).waitFor()
      await show('welcome')
      await press('Hum a melody')
      await page.getByText('Ready. Hum to try, or press Record.').waitFor()
      await show('microphone')
      await press(/^Record/)
      await page.getByText(/^Recording, [67]\./).waitFor()
      await show('recording')
      await press('Stop')
      await page.getByRole('listbox', { name: 'Notes of the melody' }).getByRole('option').nth(2).waitFor()
      await show('notes')
      await page.getByRole('textbox', { name: 'How should it sound?' }).fill('tender, growing louder')
      await press(/^Play 3 takes/)
      await page.getByRole('article', { name: 'Take 3' }).waitFor()
      await show('takes')
      await press(/^Arrangement/)
      await press('+ Take 1')
      await page.getByRole('listbox', { name: 'Clips' }).getByRole('option').first().waitFor({ state: 'attached' })
      await show('timeline')
      await page.getByText('Into the DAW').click()
      await show('formats')
      const [download] = await Promise.all([page.waitForEvent('download'), press(/^DAWproject/)])
      const files = unzipSync(readFileSync(await download.path()))
      const seconds = (performance.now() - began) / 1000
      await show('saved')
      console.info(`from the start to a DAWproject: ${seconds.toFixed(0)} s, ${step} pictures in .cache/first-minutes`)

      const xml = new TextDecoder().decode(files['project.xml'])
      const schema = readFileSync(join(import.meta.dirname, '../fixtures/dawproject/Project.xsd'), 'utf8')
      expect((await validateXML({ xml: { fileName: 'project.xml', contents: xml }, schema })).errors).toEqual([])
      const sounds = Object.keys(files).filter((path) => path.endsWith('.wav'))
      expect(sounds).toHaveLength(1)
      expect(xml).toContain(`path="${sounds[0]}"`)
      const { channels } = readWav(files[sounds[0] ?? ''] ?? new Uint8Array())
      expect(channels[0]?.some((sample) => Math.abs(sample) > 0.05)).toBe(true)
      // Every note of the take lies beside its sound.
      expect((xml.match(/<Note /g) ?? []).length).toBeGreaterThanOrEqual(3)
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
      await studio.kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  },
  LONG_MS,
)
