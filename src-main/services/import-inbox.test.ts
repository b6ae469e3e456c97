import { createFakeClock } from '#main/foundation/clock.ts'
import { createRandom } from '#main/foundation/random.ts'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createImportInbox, type ImportInbox } from './import-inbox.ts'

describe('files that a page hands over', () => {
  let dataDir: string
  let inbox: ImportInbox
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-inbox-'))
    inbox = createImportInbox({ dataDir, clock: createFakeClock(), random: createRandom(1) })
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
  const bytes = Uint8Array.of(1, 2, 3)

  it('lie below their folder, in one parcel, until it is no longer wanted', async () => {
    const first = await inbox.receive({ path: 'Bach/day one/a.wav', bytes })
    const second = await inbox.receive({ parcelId: first.parcelId, path: 'Bach/b?.wav', bytes })
    expect(second).toEqual(first)
    expect([...readFileSync(join(first.folder, 'day one', 'a.wav'))]).toEqual([1, 2, 3])
    expect(existsSync(join(first.folder, 'b_.wav'))).toBe(true)
    const other = await inbox.receive({ path: 'Ysaye/c.wav', bytes })
    await inbox.keepOnly([first.folder])
    expect([existsSync(first.folder), existsSync(other.folder)]).toEqual([true, false])
  })

  it.each(['../../etc/x.wav', 'Bach/../../x.wav', 'alone.wav', '/x'])('never leave the inbox: %s', async (path) => {
    await expect(inbox.receive({ path, bytes })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(inbox.receive({ parcelId: '../parcel-1', path: 'Bach/a.wav', bytes })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
