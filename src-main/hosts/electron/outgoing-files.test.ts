import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanFileName, createFileActions, prepareOutgoingFile, sweepOutgoingFiles } from './outgoing-files.ts'

const ID = 'ab'.repeat(32)
let dataDir = ''
const outgoingDir = (): string => join(dataDir, 'outgoing')

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-outgoing-'))
  mkdirSync(join(dataDir, 'blobs', 'ab'), { recursive: true })
  writeFileSync(join(dataDir, 'blobs', 'ab', `${ID}.wav`), 'sound')
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const createShell = () => {
  const done: unknown[] = []
  let chosen: string | null = null
  const actions = createFileActions(
    { dataDir, outgoingDir: outgoingDir() },
    {
      startDrag: (paths) => done.push(['drag', ...paths]),
      copyText: (text) => done.push(['copy', text]),
      reveal: (path) => done.push(['reveal', path]),
      choosePath: () => Promise.resolve(chosen),
    },
  )
  return { actions, done, choose: (path: string | null) => (chosen = path) }
}

describe('files on their way out of the window', () => {
  it('get a name that every system takes, with their own extension', () => {
    expect(cleanFileName('Take 1.wav', '.wav')).toBe('Take 1.wav')
    expect(cleanFileName('../../etc/pass:wd', '.wav')).toBe('-..-etc-pass-wd.wav')
    expect(cleanFileName('...', '.mid')).toBe('Fiddlehead.mid')
    expect(cleanFileName('x'.repeat(999), '.wav')).toHaveLength(124)
  })
  it('are copies inside their folder: writing into one leaves the library as it was', () => {
    const path = prepareOutgoingFile({ dataDir, outgoingDir: outgoingDir() }, { assetId: ID, fileName: '../Take.wav' }) ?? ''
    expect(path.startsWith(outgoingDir())).toBe(true)
    writeFileSync(path, 'other!')
    expect(readFileSync(join(dataDir, 'blobs', 'ab', `${ID}.wav`), 'utf8')).toBe('sound')
    expect(prepareOutgoingFile({ dataDir, outgoingDir: outgoingDir() }, { assetId: 'cd'.repeat(32), fileName: 'x.wav' })).toBeNull()
  })
  it('are dragged, copied by path, shown, and saved elsewhere', async () => {
    const { actions, done, choose } = createShell()
    const file = { assetId: ID, fileName: 'Take 1.wav' }
    actions.drag([file])
    const copied = await actions.act('copyPath', file)
    await actions.act('reveal', file)
    expect(done).toEqual([['drag', copied], ['copy', copied], ['reveal', copied]]) // prettier-ignore
    expect(basename(copied ?? '')).toBe('Take 1.wav')
    expect(await actions.act('saveAs', file)).toBeNull()
    choose(join(dataDir, 'mine.wav'))
    expect(await actions.act('saveAs', file)).toBe(join(dataDir, 'mine.wav'))
    expect(readFileSync(join(dataDir, 'mine.wav'), 'utf8')).toBe('sound')
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.part'))).toEqual([])
  })
  it('do nothing for a message that is none', async () => {
    const { actions, done } = createShell()
    for (const message of [null, [], [{ assetId: '../x', fileName: 'a' }], [{ path: '/etc/passwd' }], 'x']) actions.drag(message)
    expect(await actions.act('saveAs', { assetId: '../../x', fileName: 'a' })).toBeNull()
    expect(await actions.act('remove', { assetId: ID, fileName: 'a' })).toBeNull()
    expect(done).toEqual([])
  })
  it('are taken away after two weeks', () => {
    const path = prepareOutgoingFile({ dataDir, outgoingDir: outgoingDir() }, { assetId: ID, fileName: 'a.wav' }) ?? ''
    const day = 86_400
    sweepOutgoingFiles(outgoingDir(), Date.now())
    expect(readFileSync(path, 'utf8')).toBe('sound')
    utimesSync(join(path, '..'), Date.now() / 1000 - 15 * day, Date.now() / 1000 - 15 * day)
    sweepOutgoingFiles(outgoingDir(), Date.now())
    expect(readdirSync(outgoingDir())).toEqual([])
  })
})
