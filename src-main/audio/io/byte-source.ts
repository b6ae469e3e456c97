import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { EngineError } from '#main/foundation/engine-error.ts'

/** Random access to bytes, so that headers and blocks are read without holding a whole file. */
export interface ByteSource {
  readonly length: number
  /** Up to `length` bytes from `offset`; fewer at the end. The bytes may be a view: do not write to them. */
  read(offset: number, length: number): Uint8Array
}

/** Bytes that are in memory already. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  read: (offset, length) => bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)),
})

/** The part of a source from `start` on. */
export const sliceSource = (source: ByteSource, start: number, end = source.length): ByteSource => {
  const length = Math.max(0, end - start)
  return { length, read: (offset, count) => source.read(start + offset, Math.max(0, Math.min(count, length - offset))) }
}

const systemCode = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '')

/**
 * Runs `use` on an open file and closes it afterwards, whatever happens.
 *
 * @throws  EngineError FILE_NOT_FOUND, FILE_IS_FOLDER, FILE_UNREADABLE
 */
export const withFileSource = async <T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> => {
  const unreadable = (cause: unknown): EngineError =>
    new EngineError(['ENOENT', 'ENOTDIR'].includes(systemCode(cause)) ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    throw unreadable(cause)
  }
  try {
    const facts = fstatSync(file)
    if (!facts.isFile()) throw new EngineError(facts.isDirectory() ? 'FILE_IS_FOLDER' : 'FILE_UNREADABLE', { path })
    const { size } = facts
    const read = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      let filled = 0
      while (filled < bytes.length) {
        let count: number
        try {
          count = readSync(file, bytes, filled, bytes.length - filled, offset + filled)
        } catch (cause) {
          throw unreadable(cause)
        }
        if (count === 0) break
        filled += count
      }
      return bytes.subarray(0, filled)
    }
    return await use({ length: size, read })
  } finally {
    closeSync(file)
  }
}

export const readAscii = (bytes: Uint8Array, offset: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(offset, offset + length))

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
