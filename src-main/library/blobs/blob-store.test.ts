import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type * as FileSystem from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBlobStore } from './blob-store.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-blobs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the store of sounds', () => {
  it('sweeps what no row knows, and minds nothing that is gone already', () => {
    const blobs = createBlobStore(folder)
    const known = blobs.put(Uint8Array.of(1), 'wav')
    const unknown = blobs.put(Uint8Array.of(2), 'wav')
    expect(blobs.sweep((id) => id === known)).toBe(1)
    expect([existsSync(blobs.pathOf(known, 'wav')), existsSync(blobs.pathOf(unknown, 'wav'))]).toEqual([true, false])
    expect(() => blobs.remove(unknown, 'wav')).not.toThrow()
  })

  it('says that the library is read-only where the disk is, and keeps what is there', async () => {
    const kept = createBlobStore(folder).put(Uint8Array.of(1), 'wav')
    writeFileSync(join(folder, 'source.wav'), 'new')
    const refuse = (): never => {
      throw Object.assign(new RangeError('EROFS: read-only file system'), { code: 'EROFS' })
    }
    vi.resetModules()
    vi.doMock('node:fs', async (importOriginal) => ({
      ...(await importOriginal<typeof FileSystem>()),
      unlinkSync: refuse,
      mkdirSync: refuse,
    }))
    const { createBlobStore: createOnReadOnlyDisk } = await import('./blob-store.ts')
    const blobs = createOnReadOnlyDisk(folder)
    vi.doUnmock('node:fs')
    const readOnly = expect.objectContaining({ code: 'LIBRARY_READ_ONLY' }) as Error
    expect(() => blobs.sweep(() => false)).toThrow(readOnly)
    expect(() => blobs.remove(kept, 'wav')).toThrow(readOnly)
    await expect(blobs.putFile(join(folder, 'source.wav'), 'wav')).rejects.toThrow(readOnly)
    expect([...blobs.read(kept, 'wav')]).toEqual([1])
  })
})
