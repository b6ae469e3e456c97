import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type * as FileSystem from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refuseUnwritable, writeFileAtomically, writeFileAtomicallySync } from './write-file.ts'

const failsWith = (code: string): unknown => expect.objectContaining({ code })

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-write-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('writing a file', () => {
  it('replaces the old contents and leaves nothing else behind', async () => {
    const inside = mkdtempSync(join(folder, 'write-'))
    const path = join(inside, 'a.txt')
    await writeFileAtomically(path, 'one')
    await writeFileAtomically(path, Uint8Array.of(116, 119, 111))
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(readdirSync(inside)).toEqual(['a.txt'])
  })

  it('says when the folder does not exist, or is one', async () => {
    await expect(writeFileAtomically(join(folder, 'none', 'a.txt'), 'x')).rejects.toThrow(failsWith('FILE_UNWRITABLE'))
    const target = mkdtempSync(join(folder, 'target-'))
    writeFileSync(join(target, 'inside'), '')
    chmodSync(target, 0o700)
    await expect(writeFileAtomically(target, 'x')).rejects.toThrow(failsWith('FILE_UNWRITABLE'))
  })

  it('says before the work where nothing can be written, and writes nothing', async () => {
    const inside = mkdtempSync(join(folder, 'early-'))
    await expect(refuseUnwritable(inside)).rejects.toThrow(failsWith('FILE_IS_FOLDER'))
    await expect(refuseUnwritable(join(inside, 'none', 'a.wav'))).rejects.toThrow(failsWith('FILE_UNWRITABLE'))
    await refuseUnwritable(join(inside, 'a.wav'))
    expect(readdirSync(inside)).toEqual([])
  })

  it('keeps the old contents when the disk is full', async () => {
    const inside = mkdtempSync(join(folder, 'full-'))
    const path = join(inside, 'a.txt')
    await writeFileAtomically(path, 'old')
    vi.resetModules()
    vi.doMock('node:fs/promises', async (importOriginal) => {
      const original = await importOriginal<typeof FileSystem>()
      const open: typeof FileSystem.open = async (...given) => {
        const file = await original.open(...given)
        file.sync = () => Promise.reject(Object.assign(new RangeError('no space left on device'), { code: 'ENOSPC' }))
        return file
      }
      return { ...original, open }
    })
    const { writeFileAtomically: writeToFullDisk } = await import('./write-file.ts')
    await expect(writeToFullDisk(path, 'new')).rejects.toThrow(failsWith('DISK_FULL'))
    vi.doUnmock('node:fs/promises')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(inside)).toEqual(['a.txt'])
  })

  it('does the same at once, where a caller must not go on before', () => {
    const inside = mkdtempSync(join(folder, 'sync-'))
    const path = join(inside, 'a.bin')
    writeFileAtomicallySync(path, Uint8Array.of(1))
    writeFileAtomicallySync(path, Uint8Array.of(1, 2, 3))
    expect([...readFileSync(path)]).toEqual([1, 2, 3])
    expect(() => writeFileAtomicallySync(join(inside, 'none', 'a.bin'), Uint8Array.of(1))).toThrow(failsWith('FILE_UNWRITABLE'))
    mkdirSync(join(inside, 'b'))
    expect(() => writeFileAtomicallySync(join(inside, 'b'), 'x')).toThrow(failsWith('FILE_UNWRITABLE'))
    expect(readdirSync(inside)).toEqual(['a.bin', 'b'])
  })
})
