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
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { translateStorageError } from '../sqlite/storage-error.ts'

/** Kinds of file that the library keeps. */
export const BLOB_EXTENSIONS = ['wav', 'mid'] as const
export type BlobExtension = (typeof BLOB_EXTENSIONS)[number]

/** Files named by their content: the same sound is kept once, and a file that is there is whole. */
export interface BlobStore {
  /** Writes the bytes durably and answers their SHA-256, hex. */
  put(bytes: Uint8Array, extension: BlobExtension): string
  read(id: string, extension: BlobExtension): Uint8Array
  pathOf(id: string, extension: BlobExtension): string
  remove(id: string, extension: BlobExtension): void
  /** Deletes every file that `isKnown` denies: what a kill between file and row left behind. Answers how many. */
  sweep(isKnown: (id: string) => boolean): number
}

/** The place of a blob below the data folder. The studio's asset route and the store share this one rule. */
export const blobPathOf = (dataDir: string, id: string, extension: BlobExtension): string =>
  join(dataDir, 'blobs', id.slice(0, 2), `${id}.${extension}`)

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
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(folder)
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
      rmSync(pathOf(id, extension), { force: true })
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
          rmSync(join(root, folder.name, name), { force: true })
          count++
        }
      }
      return count
    },
  }
}
