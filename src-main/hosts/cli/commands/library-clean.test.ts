import { DEFAULT_CLEANING_CHAIN } from '#contract/cleaning.ts'
import { runCli } from '#test/suites/run-cli.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readChain, writeChain } from './library-clean.ts'

const isOn = (text: string): string[] =>
  readChain(text)
    .steps.filter((step) => step.isOn)
    .map(({ kind }) => kind)

const HUM = join(import.meta.dirname, '../../../../resources/demo-hum.wav')

describe('a cleaning chain in a terminal', () => {
  it('is set, shown, taken back, done again and cleared; a wrong one changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-clean-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
    const library = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await runCli('library', ...args, '--data-dir', folder, '--json')).out)
    await library('import', HUM)
    const { rows } = (await library('search', '--unit', 'recordings')) as { rows: { id: string }[] }
    const id = rows[0]?.id ?? ''
    const chainOf = async (...args: string[]): Promise<string | null> => {
      const [told] = (await library('clean', id, ...args)) as [{ cleaning: Parameters<typeof writeChain>[0] | null; report: unknown[] }]
      if (told.cleaning !== null) expect(told.report.length).toBeGreaterThan(0)
      return told.cleaning === null ? null : writeChain(told.cleaning)
    }
    expect(await chainOf()).toBeNull()
    expect(await chainOf('--chain', 'noise=0.6,channels=mid')).toBe('channels=mid,noise=0.6')
    expect(await library('clean', id, '--chain', 'polish')).toMatchObject({ error: { code: 'INVALID_ARGUMENT' } })
    expect(await chainOf()).toBe('channels=mid,noise=0.6')
    await library('undo')
    expect(await chainOf()).toBeNull()
    await library('redo')
    expect(await chainOf()).toBe('channels=mid,noise=0.6')
    expect(await chainOf('--off')).toBeNull()
    expect(await library('clean', 'recording-nowhere')).toMatchObject({ error: { code: 'NOT_FOUND' } })
  }, 120_000)

  it('is the home chain, or the steps that are named, in the order in which they work', () => {
    expect(readChain('home')).toEqual(DEFAULT_CLEANING_CHAIN)
    expect(isOn('loudness, hum=50, dc')).toEqual(['dcRemoval', 'humFilter', 'loudness'])
    expect(readChain('noise=0.5@1.5-2.25').steps).toContainEqual({
      kind: 'noiseReduction',
      isOn: true,
      strength: 0.5,
      noisePrint: { fromSeconds: 1.5, toSeconds: 2.25 },
    })
  })

  it.each(['home', 'rate=22050,channels=mid,dc,hum=60,noise=0.3@0-1.5,loudness=-23,trim=0.1', 'channels=left,noise=1'])(
    'comes back as it was written: %s',
    (text) => {
      const chain = readChain(text)
      const on = (steps: typeof chain.steps): typeof chain.steps => steps.filter((step) => step.isOn)
      expect(on(readChain(writeChain(chain)).steps)).toEqual(on(chain.steps))
      if (text !== 'home') expect(writeChain(chain)).toBe(text)
    },
  )

  it.each(['', 'polish', 'dc=1', 'hum=55', 'noise=2', 'noise=0.5@3-1', 'noise=0.5@3', 'channels=both', 'loudness=0', 'trim=x'])(
    'is refused with what it takes: "%s"',
    (text) => {
      expect(() => readChain(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    },
  )
})
