import { EngineError, invariant } from '#main/foundation/engine-error.ts'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/**
 * ZIP archives whose entries are stored as they are (sound does not shrink), of any size (ZIP64), read and written piece by piece.
 *
 * @source  PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5
 */
export interface ZipWriter {
  /** Adds one entry from pieces; answers its length. */
  add(name: string, pieces: Iterable<Uint8Array>): number
  /** Writes the directory and gives the archive its name. */
  finish(): { byteLength: number; fileCount: number }
  /** Leaves nothing behind. */
  abort(): void
}

interface Entry {
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly crc: number
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const UTF8_NAMES = 0x0800
const LARGEST_32 = 0xffffffff
/** 1980-01-01, the beginning of ZIP's time: the same contents give the same archive. */
const DATE = 0x0021

const record = (size: number, write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(size)
  write(new DataView(bytes.buffer))
  return bytes
}

/** The fields that local and central headers share, from "version needed" to "extra length". */
const writeShared = (view: DataView, at: number, { crc, length }: Entry, nameLength: number): void => {
  view.setUint16(at, 45, true)
  view.setUint16(at + 2, UTF8_NAMES, true)
  view.setUint16(at + 8, DATE, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, Math.min(length, LARGEST_32), true)
  view.setUint32(at + 18, Math.min(length, LARGEST_32), true)
  view.setUint16(at + 22, nameLength, true)
}

/** Lengths and offset in 64 bits, always written: simple, and read by every program that knows ZIP64. */
const writeExtra = (values: readonly number[]): Uint8Array =>
  record(4 + 8 * values.length, (view) => {
    view.setUint16(0, 1, true)
    view.setUint16(2, 8 * values.length, true)
    values.forEach((value, i) => view.setBigUint64(4 + 8 * i, BigInt(value), true))
  })

const writeCentral = (entry: Entry): Uint8Array[] => {
  const name = new TextEncoder().encode(entry.name)
  const isLarge = entry.length >= LARGEST_32 || entry.offset >= LARGEST_32
  const extra = isLarge
    ? writeExtra([
        ...(entry.length >= LARGEST_32 ? [entry.length, entry.length] : []),
        ...(entry.offset >= LARGEST_32 ? [entry.offset] : []),
      ])
    : new Uint8Array()
  const head = record(46, (view) => {
    view.setUint32(0, CENTRAL, true)
    view.setUint16(4, 45, true)
    writeShared(view, 6, entry, name.length)
    view.setUint16(30, extra.length, true)
    view.setUint32(42, Math.min(entry.offset, LARGEST_32), true)
  })
  return [head, name, extra]
}

const writeEnd = (count: number, start: number, length: number): Uint8Array[] => [
  record(56, (view) => {
    view.setUint32(0, END_64, true)
    view.setBigUint64(4, 44n, true)
    view.setUint16(12, 45, true)
    view.setUint16(14, 45, true)
    view.setBigUint64(24, BigInt(count), true)
    view.setBigUint64(32, BigInt(count), true)
    view.setBigUint64(40, BigInt(length), true)
    view.setBigUint64(48, BigInt(start), true)
  }),
  record(20, (view) => {
    view.setUint32(0, LOCATOR_64, true)
    view.setBigUint64(8, BigInt(start + length), true)
    view.setUint32(16, 1, true)
  }),
  record(22, (view) => {
    view.setUint32(0, END, true)
    view.setUint16(8, Math.min(count, 0xffff), true)
    view.setUint16(10, Math.min(count, 0xffff), true)
    view.setUint32(12, Math.min(length, LARGEST_32), true)
    view.setUint32(16, Math.min(start, LARGEST_32), true)
  }),
]

const explain = (path: string, cause: unknown): unknown => {
  if (cause instanceof EngineError || !(cause instanceof Error) || !('code' in cause)) return cause
  return new EngineError(cause.code === 'ENOSPC' || cause.code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path }, { cause })
}

/** A file's bytes for an entry, a piece at a time; each piece is only good until the next. Throws what `node:fs` throws. */
export function* readPieces(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r')
  try {
    const buffer = new Uint8Array(PIECE)
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) yield buffer.subarray(0, count)
  } finally {
    closeSync(file)
  }
}

/** An archive that gets its name only when it is whole. Throws DISK_FULL, FILE_UNWRITABLE. */
export const createZipFile = (path: string): ZipWriter => {
  const temporary = `${path}.part`
  const guard = <T>(step: () => T): T => {
    try {
      return step()
    } catch (cause) {
      throw explain(path, cause)
    }
  }
  const file = guard(() => openSync(temporary, 'w'))
  const entries: Entry[] = []
  let position = 0
  const put = (bytes: Uint8Array): void => {
    for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset, bytes.length - offset, position + offset)
    position += bytes.length
  }
  return {
    add: (name, pieces) =>
      guard(() => {
        const offset = position
        const nameBytes = new TextEncoder().encode(name)
        const headLength = 30 + nameBytes.length + 20
        position += headLength
        let crc = 0
        for (const piece of pieces) {
          crc = crc32(piece, crc)
          put(piece)
        }
        const entry = { name, offset, crc, length: position - offset - headLength }
        const end = position
        position = offset
        const extra = writeExtra([entry.length, entry.length])
        put(
          record(30, (view) => {
            view.setUint32(0, LOCAL, true)
            writeShared(view, 4, { ...entry, length: LARGEST_32 }, nameBytes.length)
            view.setUint16(28, extra.length, true)
          }),
        )
        put(nameBytes)
        put(extra)
        position = end
        entries.push(entry)
        return entry.length
      }),
    finish: () =>
      guard(() => {
        const start = position
        for (const entry of entries) for (const bytes of writeCentral(entry)) put(bytes)
        for (const bytes of writeEnd(entries.length, start, position - start)) put(bytes)
        fsyncSync(file)
        closeSync(file)
        renameSync(temporary, path)
        return { byteLength: position, fileCount: entries.length }
      }),
    abort: () => {
      closeSync(file)
      rmSync(temporary, { force: true })
    },
  }
}

export interface ZipReader {
  readonly names: readonly string[]
  /** An entry's length as the directory says. */
  lengthOf(name: string): number
  /** An entry's bytes in pieces, checked against its checksum at the end. */
  read(name: string): Generator<Uint8Array>
  readWhole(name: string): Uint8Array
  close(): void
}

const PIECE = 1 << 20

/**
 * Opens an archive of stored entries.
 *
 * @param code  what an archive that cannot be read is called
 * @throws      EngineError of that code, FILE_NOT_FOUND, FILE_UNREADABLE
 */
export const openZipFile = (path: string, code: 'DATASET_UNREADABLE' | 'VOICE_UNREADABLE' = 'DATASET_UNREADABLE'): ZipReader => {
  const broken = (reason: string, cause?: unknown): EngineError => new EngineError(code, { path, reason }, { cause })
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new EngineError(isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  }
  const { size } = fstatSync(file)
  const readAt = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length)
    for (let filled = 0; filled < length;) {
      const count = readSync(file, bytes, filled, length - filled, offset + filled)
      if (count === 0) throw broken('it breaks off')
      filled += count
    }
    return bytes
  }
  const viewAt = (offset: number, length: number): DataView => new DataView(readAt(offset, length).buffer)

  const findDirectory = (): { start: number; length: number } => {
    const tailLength = Math.min(size, 22 + 65535)
    const tail = viewAt(size - tailLength, tailLength)
    for (let at = tailLength - 22; at >= 0; at--) {
      if (tail.getUint32(at, true) !== END) continue
      const start = tail.getUint32(at + 16, true)
      const length = tail.getUint32(at + 12, true)
      const locator = size - tailLength + at - 20
      if (locator >= 0 && viewAt(locator, 20).getUint32(0, true) === LOCATOR_64) {
        const end = viewAt(Number(viewAt(locator, 20).getBigUint64(8, true)), 56)
        return { start: Number(end.getBigUint64(48, true)), length: Number(end.getBigUint64(40, true)) }
      }
      return { start, length }
    }
    throw broken('it is no zip archive')
  }

  const readEntries = (): Map<string, Entry> => {
    const { start, length } = findDirectory()
    if (start + length > size) throw broken('it breaks off')
    const directory = viewAt(start, length)
    const entries = new Map<string, Entry>()
    for (let at = 0; at + 46 <= length;) {
      if (directory.getUint32(at, true) !== CENTRAL) throw broken('its directory is damaged')
      if (directory.getUint16(at + 10, true) !== 0) throw broken('it was packed by another program')
      const nameLength = directory.getUint16(at + 28, true)
      const extraLength = directory.getUint16(at + 30, true)
      const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength))
      let entryLength = directory.getUint32(at + 24, true)
      let offset = directory.getUint32(at + 42, true)
      let extra = at + 46 + nameLength + 4
      if (entryLength === LARGEST_32) {
        entryLength = Number(directory.getBigUint64(extra, true))
        extra += 16
      }
      if (offset === LARGEST_32) offset = Number(directory.getBigUint64(extra, true))
      entries.set(name, { name, offset, length: entryLength, crc: directory.getUint32(at + 16, true) })
      at += 46 + nameLength + extraLength + directory.getUint16(at + 32, true)
    }
    return entries
  }

  let entries: Map<string, Entry>
  try {
    entries = readEntries()
  } catch (error) {
    closeSync(file)
    throw error instanceof EngineError ? error : broken('its directory is damaged', error)
  }

  function* read(name: string): Generator<Uint8Array> {
    const entry = entries.get(name)
    if (entry === undefined) throw broken(`"${name}" is missing in it`)
    const head = viewAt(entry.offset, 30)
    if (head.getUint32(0, true) !== LOCAL) throw broken(`"${name}" is damaged`)
    const start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true)
    let crc = 0
    for (let done = 0; done < entry.length; done += PIECE) {
      const piece = readAt(start + done, Math.min(PIECE, entry.length - done))
      crc = crc32(piece, crc)
      yield piece
    }
    if (crc !== entry.crc) throw broken(`"${name}" is damaged`)
  }

  return {
    names: [...entries.keys()],
    lengthOf: (name) => entries.get(name)?.length ?? 0,
    read,
    readWhole(name) {
      const pieces = [...read(name)]
      const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
      let offset = 0
      for (const piece of pieces) {
        whole.set(piece, offset)
        offset += piece.length
      }
      invariant(offset === whole.length, 'the pieces fill the whole')
      return whole
    },
    close: () => closeSync(file),
  }
}
