import { EngineError } from '#main/foundation/engine-error.ts'
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { translateStorageError } from '../sqlite/storage-error.ts'

/** Kinds of file that the library keeps. */
export const BLOB_EXTENSIONS = [
  'wav',
  'mid',
  'flac',
  'mp3',
  'ogg',
  'opus',
  'aiff',
  'm4a',
  'aac',
  'musicxml',
  'mxl',
  'abc',
  'zip',
  'dawproject',
  'fiddlehead',
] as const
export type BlobExtension = (typeof BLOB_EXTENSIONS)[number]

/** Files named by their content: the same sound is kept once, and a file that is there is whole. */
export interface BlobStore {
  /** Writes the bytes durably and answers their SHA-256, hex. */
  put(bytes: Uint8Array, extension: BlobExtension): string
  /** Copies a file in, reading it once and writing durably, beside whatever else this process does. */
  putFile(sourcePath: string, extension: BlobExtension): Promise<{ id: string; byteLength: number }>
  read(id: string, extension: BlobExtension): Uint8Array
  pathOf(id: string, extension: BlobExtension): string
  remove(id: string, extension: BlobExtension): void
  /** Deletes every file that `isKnown` denies: what a kill between file and row left behind. Answers how many. */
  sweep(isKnown: (id: string) => boolean): number
}

/** The place of a blob below the data folder. The studio's asset route and the store share this one rule. */
export const blobPathOf = (dataDir: string, id: string, extension: BlobExtension): string =>
  join(dataDir, 'blobs', id.slice(0, 2), `${id}.${extension}`)

const COPY_BYTES = 1 << 20

/** What the source refuses is that file's trouble; what the store refuses concerns them all. */
const readChunk = async (source: FileHandle, buffer: Uint8Array, path: string): Promise<number> => {
  try {
    return (await source.read(buffer, 0, buffer.length)).bytesRead
  } catch (cause) {
    throw new EngineError('FILE_UNREADABLE', { path }, { cause })
  }
}

const openSource = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r')
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    throw new EngineError(isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  }
}

/** By unlink: where a disk is read-only, rmSync of Node 24 throws an error without a code. */
const removeFile = (path: string): void => {
  try {
    unlinkSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw translateStorageError(error, path)
  }
}

/** What an error left half done; where it cannot be removed now, the next sweep does it. */
const discard = (path: string): void => {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

const syncFolder = (folder: string): void => {
  // Windows cannot open folders; its rename is durable by itself.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const writeDurably = (path: string, bytes: Uint8Array): void => {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true })
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const handle = openSync(temporary, 'wx')
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(handle, bytes, offset)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, path)
  } catch (error) {
    discard(temporary)
    throw error
  }
  syncFolder(folder)
}

/** Into a file of the store that has no name yet; answers its hash and length once it is on the disk. */
const copyDurably = async (sourcePath: string, temporary: string): Promise<{ id: string; byteLength: number }> => {
  const hash = createHash('sha256')
  const source = await openSource(sourcePath)
  try {
    const target = await open(temporary, 'wx')
    try {
      const buffer = new Uint8Array(COPY_BYTES)
      let byteLength = 0
      for (let count = await readChunk(source, buffer, sourcePath); count > 0; count = await readChunk(source, buffer, sourcePath)) {
        hash.update(buffer.subarray(0, count))
        for (let offset = 0; offset < count;) offset += (await target.write(buffer, offset, count - offset)).bytesWritten
        byteLength += count
      }
      await target.sync()
      return { id: hash.digest('hex'), byteLength }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

export const createBlobStore = (dataDir: string): BlobStore => {
  const pathOf = (id: string, extension: BlobExtension): string => blobPathOf(dataDir, id, extension)
  return {
    pathOf,
    put(bytes, extension) {
      const id = createHash('sha256').update(bytes).digest('hex')
      const path = pathOf(id, extension)
      try {
        if (!existsSync(path) || statSync(path).size !== bytes.length) writeDurably(path, bytes)
      } catch (error) {
        throw translateStorageError(error, path)
      }
      return id
    },
    async putFile(sourcePath, extension) {
      const incoming = join(dataDir, 'blobs', 'incoming')
      const temporary = join(incoming, `${randomBytes(8).toString('hex')}.tmp`)
      try {
        mkdirSync(incoming, { recursive: true })
        const copied = await copyDurably(sourcePath, temporary)
        const path = pathOf(copied.id, extension)
        if (existsSync(path) && statSync(path).size === copied.byteLength) removeFile(temporary)
        else {
          mkdirSync(dirname(path), { recursive: true })
          renameSync(temporary, path)
          syncFolder(dirname(path))
        }
        return copied
      } catch (error) {
        discard(temporary)
        throw translateStorageError(error, join(dataDir, 'blobs'))
      }
    },
    read(id, extension) {
      const path = pathOf(id, extension)
      try {
        return readFileSync(path)
      } catch (error) {
        if (!existsSync(path)) throw new EngineError('FILE_NOT_FOUND', { path }, { cause: error })
        throw new EngineError('FILE_UNREADABLE', { path }, { cause: error })
      }
    },
    remove(id, extension) {
      removeFile(pathOf(id, extension))
    },
    sweep(isKnown) {
      const root = join(dataDir, 'blobs')
      if (!existsSync(root)) return 0
      let count = 0
      for (const folder of readdirSync(root, { withFileTypes: true })) {
        if (!folder.isDirectory()) continue
        for (const name of readdirSync(join(root, folder.name))) {
          const id = name.split('.')[0] ?? ''
          if (!name.endsWith('.tmp') && isKnown(id)) continue
          removeFile(join(root, folder.name, name))
          count++
        }
      }
      return count
    },
  }
}
