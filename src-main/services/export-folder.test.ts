import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeToExportFolder } from './export-folder.ts'

test('files in the folder of exports never lie over one another, nor outside of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-exports-'))
  try {
    writeFileSync(join(folder, 'song.wav'), 'mine')
    expect(await writeToExportFolder(folder, 'song.wav', new Uint8Array([1]))).toBe(join(folder, 'song (2).wav'))
    expect(await writeToExportFolder(folder, 'song.wav', new Uint8Array([2]))).toBe(join(folder, 'song (3).wav'))
    expect(await writeToExportFolder(folder, '../../evil.wav', new Uint8Array([3]))).toBe(join(folder, '-..-evil.wav'))
    expect(readdirSync(folder).sort()).toEqual(['-..-evil.wav', 'song (2).wav', 'song (3).wav', 'song.wav'])
    expect(readFileSync(join(folder, 'song.wav'), 'utf8')).toBe('mine')
    await expect(writeToExportFolder(join(folder, 'gone'), 'song.wav', new Uint8Array())).rejects.toMatchObject({ code: 'EXPORT_FOLDER_GONE' }) // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
