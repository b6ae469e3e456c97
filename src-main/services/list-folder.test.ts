import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, parse } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listFolder } from './list-folder.ts'

describe('a folder to choose in', () => {
  let home: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'fiddlehead-home-'))
    for (const name of ['Music', 'take 10', 'take 9', '.hidden']) mkdirSync(join(home, name))
    writeFileSync(join(home, 'a.zip'), 'x')
    writeFileSync(join(home, '.secret'), 'x')
    symlinkSync(join(home, 'Music'), join(home, 'elsewhere'))
    symlinkSync(join(home, 'gone'), join(home, 'broken'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('shows folders and files by name, follows links to folders, leaves out what is hidden', async () => {
    const listing = await listFolder('', home)
    expect(listing).toMatchObject({ path: home, parent: dirname(home), isCut: false })
    expect(listing.folders.map(({ name }) => name)).toEqual(['elsewhere', 'Music', 'take 9', 'take 10'])
    expect(listing.files).toEqual([{ name: 'a.zip', path: join(home, 'a.zip') }])
    expect(listing.places.map(({ name }) => name)).toEqual([basename(home), 'Music', parse(home).root])
    expect((await listFolder('~/Music', home)).path).toBe(join(home, 'Music'))
  })

  it('goes to the nearest folder above what is no folder, and knows the top', async () => {
    expect((await listFolder(join(home, 'a.zip'), home)).path).toBe(home)
    expect((await listFolder(join(home, 'not', 'yet', 'there'), home)).path).toBe(home)
    expect((await listFolder(parse(home).root, home)).parent).toBeNull()
  })
})
