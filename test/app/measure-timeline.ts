/** Frame times of the page while clips are dragged among two hundred: `npm run bench -- timeline [--json]`. */
import { createProject, type Clip, type Project, type Source } from '#contract/project.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { writeBundle } from '#main/export/bundle/project-bundle.ts'
import { createRandom } from '#main/foundation/random.ts'
import { makeTrack } from '#test/suites/sample-projects.ts'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { hasChromium, openBrowser } from './browser.ts'
import { buildPage } from './build-page.ts'
import { startStudio } from './studio-process.ts'

const CLIPS = 200
const TRACKS = 10
const CLIP_SECONDS = 2
const RATE = 44100
const STEPS = 240

/** Two hundred clips of ten sounds on ten tracks, as a bundle. */
const makeBundle = (): Uint8Array => {
  const random = createRandom(3)
  const assets = Array.from({ length: TRACKS }, () => {
    const pcm = Float32Array.from(
      { length: CLIP_SECONDS * RATE },
      (_, i) => random.between(-0.6, 0.6) * Math.sin((Math.PI * i) / (CLIP_SECONDS * RATE)),
    )
    const bytes = encodeWav([pcm], { sampleRate: RATE, bits: 16 })
    return { assetId: createHash('sha256').update(bytes).digest('hex'), extension: 'wav' as const, bytes }
  })
  const sources = assets.map(({ assetId }, i): Source => ({ id: `source-${i}`, name: `Sound ${i}`, assetId, takeId: null, durationSeconds: CLIP_SECONDS, sampleRate: RATE, channelCount: 1, notes: [], recipe: null })) // prettier-ignore
  const fade = { seconds: 0.1, curve: 'equalPower' as const }
  const clips = Array.from({ length: CLIPS }, (_, i): Clip => ({ id: `clip-${i}`, trackId: `track-${i % TRACKS}`, sourceId: `source-${i % TRACKS}`, name: `Clip ${i}`, colour: null, startSeconds: 0.9 * Math.floor(i / TRACKS), durationSeconds: 0.85, offsetSeconds: 0.3, gainDb: 0, fadeIn: fade, fadeOut: fade, isReversed: false, loop: null })) // prettier-ignore
  const tracks = Array.from({ length: TRACKS }, (_, i) => makeTrack(`track-${i}`, { name: `Track ${i}` }))
  const project: Project = { ...createProject('Two hundred', 120), sources, tracks, clips }
  return writeBundle(project, assets)
}

/** Processor time of the page's own thread, in milliseconds: what other programs do meanwhile does not count. */
interface Work {
  readonly script: number
  readonly style: number
  readonly layout: number
  readonly all: number
}

const readWork = async (devtools: CDPSession): Promise<Work> => {
  const { metrics } = await devtools.send('Performance.getMetrics')
  const read = (name: string): number => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? 0)
  return { script: read('ScriptDuration'), style: read('RecalcStyleDuration'), layout: read('LayoutDuration'), all: read('TaskDuration') }
}

interface Drag {
  readonly times: number[]
  /** For one move of the pointer, with the frame that follows. */
  readonly work: Work
}

/** Moves the pointer to and fro over the canvas while every frame's time is taken. */
const dragAndMeasure = async (page: Page, devtools: CDPSession, at: { x: number; y: number }): Promise<Drag> => {
  await page.evaluate(() => {
    const times: number[] = []
    Object.assign(globalThis, { frameTimes: times })
    let last = performance.now()
    const tick = (now: number): void => {
      times.push(now - last)
      last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  await page.mouse.move(at.x, at.y)
  await page.mouse.down()
  const before = await readWork(devtools)
  for (let i = 0; i < STEPS; i++) await page.mouse.move(at.x + 120 * Math.sin(i / 12), at.y + 30 * Math.sin(i / 31))
  const times = await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes)
  const after = await readWork(devtools)
  await page.mouse.up()
  const perMove = (kind: keyof Work): number => (after[kind] - before[kind]) / STEPS
  return {
    times: times.slice(5),
    work: { script: perMove('script'), style: perMove('style'), layout: perMove('layout'), all: perMove('all') },
  }
}

const describeDrag = ({ times, work }: Drag): { frames: number; median: number; p95: number; worst: number; work: Work } => {
  const sorted = [...times].sort((a, b) => a - b)
  const share = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
  return { frames: times.length, median: share(0.5), p95: share(0.95), worst: share(1), work }
}

const run = async (isJson: boolean): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-measure-timeline-'))
  const rendererDir = join(folder, 'page')
  await buildPage(rendererDir)
  const computePath = join(import.meta.dirname, '../suites/toy-compute.ts')
  const studio = await startStudio({ dataDir: join(folder, 'data'), rendererDir, computePath })
  const browser = await openBrowser({ profileDir: join(folder, 'profile') })
  try {
    const page = browser.pages()[0] ?? (await browser.newPage())
    page.setDefaultTimeout(90_000)
    await page.goto(studio.address)
    await page.getByRole('heading', { name: /Hum something/ }).waitFor()
    await page
      .getByRole('button', { name: /^Arrangement/ })
      .first()
      .click({ force: true })
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Sound file' }).click({ force: true })
    await (await choosing).setFiles({ name: 'x.fiddlehead', mimeType: 'application/octet-stream', buffer: Buffer.from(makeBundle()) })
    const list = page.getByRole('listbox', { name: 'Clips' })
    await list
      .getByRole('option')
      .nth(CLIPS - 1)
      .waitFor({ state: 'attached' })
    // Until all sounds are decoded and drawn.
    await page.waitForTimeout(3000)
    const box = await list.boundingBox()
    const at = { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + 34 + 76 * 2 + 45 }
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const one = describeDrag(await dragAndMeasure(page, devtools, at))
    await list.focus()
    await page.keyboard.press('Control+a')
    const all = describeDrag(await dragAndMeasure(page, devtools, { x: at.x + 150, y: at.y }))
    const result = { clips: CLIPS, dragOneMilliseconds: one, dragAllMilliseconds: all }
    const line = (what: string, { frames, median, p95, worst, work }: typeof one): string =>
      `${what}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${frames} frames; processor time of the page for one move ${work.all.toFixed(1)} ms, ${work.script.toFixed(1)} of it script`
    const text = `${line('dragging one of 200 clips', one)}\n${line('dragging all 200', all)}`
    process.stdout.write(`${isJson ? JSON.stringify(result, null, 2) : text}\n`)
  } finally {
    await browser.close()
    await studio.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

if (hasChromium) await run(process.argv.includes('--json'))
else {
  process.stderr.write('Frame times are measured in Chromium, and there is none at /usr/bin/chromium.\n')
  process.exitCode = 1
}
