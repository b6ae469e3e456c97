import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { killImport } from '../suites/kill-import.ts'
import { makeImportFolder } from '../suites/make-import-folder.ts'

it('an import that is killed again and again ends with the library of an undisturbed one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-import-kill-'))
  try {
    const made = makeImportFolder(join(folder, 'in'), { files: 12, damaged: 2, seed: 11, useEncoders: false, longestSeconds: 3 })
    const report = await killImport(join(folder, 'in'), { kills: 3, seed: 5 })
    expect(report).toMatchObject({ isSame: true, kills: 3, files: made.files })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 300_000)
