import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeImportFolder } from '#test/suites/make-import-folder.ts'
import { findSeriousProblems } from './accessibility.ts'
import { collectComplaints, hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio, type StudioProcess } from './studio-process.ts'

const LONG_MS = 300_000
const WORK_MS = 120_000

/** Gives the page a file as a drop from the desktop would. */
const drop = async (page: Page, name: string, bytes: Buffer): Promise<void> => {
  await page.evaluate(
    ({ fileName, base64 }) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], fileName))
      for (const type of ['dragenter', 'drop']) dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    },
    { fileName: name, base64: bytes.toString('base64') },
  )
}

/** How many different colours a picture has: a blank one has one. */
const countColours = (picture: Locator): Promise<number> =>
  picture.evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement
    const { data } = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] }
    const colours = new Set<number>()
    for (let i = 0; i + 2 < data.length; i += 4 * 97) colours.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0))
    return colours.size
  })

describe.skipIf(!hasChromium)('the library in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-recordings-'))
  const source = join(folder, 'home')
  let studio: StudioProcess | undefined
  let browser: BrowserContext | undefined

  beforeAll(async () => {
    makeImportFolder(source, { files: 6, damaged: 1, seed: 5, useEncoders: false, longestSeconds: 4 })
    await buildPage(join(folder, 'page'))
  }, LONG_MS)
  afterAll(async () => {
    await browser?.close()
    await studio?.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }, LONG_MS)

  it(
    'imports a folder and a dropped file, finds by words, edits many, cleans one and takes it back',
    async () => {
      studio = await startStudio({
        dataDir: join(folder, 'data'),
        rendererDir: join(folder, 'page'),
        computePath: join(import.meta.dirname, '../suites/toy-compute.ts'),
      })
      browser = await openBrowser({ profileDir: join(folder, 'profile') })
      const page = browser.pages()[0] ?? (await browser.newPage())
      page.setDefaultTimeout(WORK_MS)
      const complaints = collectComplaints(page)
      await page.goto(studio.address)
      await page.getByRole('heading', { name: 'Hum something. Hear it on a violin.' }).waitFor()
      await page.keyboard.press('l')
      await page.getByRole('heading', { name: 'Bring in your recordings' }).waitFor()
      expect(await findSeriousProblems(page)).toEqual([])

      await page.getByRole('button', { name: 'Name a path' }).click()
      await page.getByRole('textbox', { name: 'Folder or file on this computer' }).fill(source)
      await page.keyboard.press('Enter')
      await page.getByText('Import done.').waitFor()
      await page.getByText('5 added').waitFor()
      await page.getByRole('button', { name: '1 file was not read' }).click()
      await page.getByText('damaged-').first().waitFor()
      await page.keyboard.press('Escape')
      await page.getByText('5 recordings', { exact: true }).waitFor()

      const wav = readFileSync(join(source, 'session 0', 'wav-0000.wav'))
      // One more sample than the original: other bytes, the same sound.
      await drop(page, 'once more.wav', Buffer.concat([wav, Buffer.alloc(3)]))
      await page.getByText('6 recordings', { exact: true }).waitFor()

      await page.keyboard.press('/')
      await page.keyboard.type('wav-0000')
      await page.getByText('1 recording found').waitFor()
      await page.keyboard.press('Enter')
      const list = page.getByRole('listbox', { name: 'Recordings' })
      await page.keyboard.press('ArrowDown')
      expect(await list.getByRole('option', { selected: true }).innerText()).toMatch(/^wav-0000\n/)
      await page.keyboard.press(' ')
      await page.getByRole('button', { name: 'Stop' }).waitFor()
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      await page.keyboard.press('Escape')
      await page.getByText('6 recordings', { exact: true }).waitFor()

      await page.keyboard.press('Control+a')
      await page.getByRole('textbox', { name: 'Add tags' }).fill('sunday, slow')
      await page.getByRole('button', { name: 'Change 6 recordings' }).click()
      await page.keyboard.press('/')
      await page.keyboard.type('sunday')
      await page.getByText('6 recordings found').waitFor()
      expect(await findSeriousProblems(page)).toEqual([])
      await page.keyboard.press('Enter')
      await page.keyboard.press('Control+z')
      await page.getByText('Nothing like that is here.').waitFor()
      await page.getByRole('button', { name: 'Show everything' }).click()

      await list.getByRole('option', { name: /^wav-0000 / }).dblclick()
      const picture = page.getByRole('slider', { name: 'Picture of the recording' })
      const canvas = picture.locator('canvas')
      await picture.waitFor()
      await page.getByText('Drawing …').waitFor({ state: 'detached' })
      await expect.poll(() => countColours(canvas), { timeout: WORK_MS }).toBeGreaterThan(20)
      const caption = page.getByRole('textbox', { name: 'Caption of slice 1' })
      await caption.fill('an open G, slowly')
      const tokens = page.getByRole('list', { name: 'Tokens of the caption' })
      await expect.poll(() => tokens.getByRole('listitem').allInnerTexts()).toEqual(['an', 'open', 'g', ',', 'slowly'])
      await caption.press('Tab')

      const clean = page.getByRole('checkbox', { name: 'Clean this recording' })
      await clean.check()
      await page.getByRole('checkbox', { name: 'Even loudness' }).check()
      await page.getByText(/^From -?\d+\.\d to -20 LUFS/).waitFor()
      await page.keyboard.press('b')
      await page.getByRole('button', { name: 'Before', pressed: true }).waitFor()
      await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
      await page.keyboard.press('b')
      await page.getByRole('button', { name: 'After', pressed: true }).waitFor()
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await page.getByRole('button', { name: 'Keep this cleaning' }).click()
      await page.getByText('Kept', { exact: true }).waitFor()
      expect(await findSeriousProblems(page)).toEqual([])

      await picture.focus()
      await page.keyboard.press('Control+z')
      await page.getByRole('button', { name: 'Before', pressed: true }).waitFor()
      expect(await clean.isChecked()).toBe(false)
      expect(await caption.inputValue()).toBe('an open G, slowly')
      await page.keyboard.press('Escape')
      await list.waitFor()
      expect(complaints).toEqual([])
    },
    LONG_MS,
  )
})
