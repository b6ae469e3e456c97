import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeSourceFixtures } from '#test/fixtures/sources/make-source-fixtures.ts'
import { collectScan } from './collect-scan.ts'
import { detectSource, getSource, SOURCES } from './sources.ts'

const fixtures = fileURLToPath(new URL('../../test/fixtures/sources', import.meta.url))

describe('sources', () => {
  it('are recognised by their folders', async () => {
    for (const { id } of SOURCES) expect((await detectSource(join(fixtures, id))).source.id, id).toBe(id)
    expect((await detectSource(join(fixtures, 'musiccaps-real'))).source.id).toBe('musiccaps')
  })

  it('are refused where a folder is none or cannot be opened', async () => {
    await expect(detectSource(mkdtempSync(join(tmpdir(), 'empty-')))).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' })
    await expect(detectSource(join(fixtures, 'nowhere'))).rejects.toMatchObject({
      code: 'SOURCE_FOLDER_UNREADABLE',
      details: { reason: 'it does not exist' },
    })
    await expect(detectSource(join(fixtures, 'README.md'))).rejects.toMatchObject({ details: { reason: 'it is a file' } })
    expect(() => getSource('spotify' as 'fma')).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }) as Error)
  })

  it('say under which licence they stand', () => {
    for (const { licence } of SOURCES) {
      expect(licence.url).toMatch(/^https?:/)
      expect(licence.summary.length).toBeGreaterThan(40)
    }
  })

  it('read the kept files as they read fresh ones, with one id for each item', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'sources-'))
    await makeSourceFixtures(fresh)
    for (const source of SOURCES) {
      const kept = await collectScan(source, join(fixtures, source.id))
      const made = await collectScan(source, join(fresh, source.id))
      const text = (value: object, root: string): string => JSON.stringify(value).replaceAll(root, '')
      expect(text(made, fresh), source.id).toBe(text(kept, fixtures))
      expect(kept.items.length).toBeGreaterThan(1)
    }
  })
})
