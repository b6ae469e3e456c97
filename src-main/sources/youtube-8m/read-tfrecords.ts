import { open, type FileHandle } from 'node:fs/promises'
import { EngineError } from '#main/foundation/engine-error.ts'
import { maskedCrc32c } from './crc32c.ts'

const HEADER_BYTES = 12
const FOOTER_BYTES = 4
const READ_BYTES = 1 << 20
/** A longer record is a damaged length, not data: a YouTube-8M video takes 0.35 MB. */
const MAXIMUM_RECORD_BYTES = 64 << 20

export interface TfRecord {
  /** Where the record begins in its file, in bytes. */
  readonly offset: number
  /** Valid until the next record is asked for. */
  readonly data: Uint8Array
  /** How much of the file was read, 0..1. */
  readonly share: number
}

/** A growing window over a file: what lies from `offset` on, read as it is needed. */
const createWindow = (file: FileHandle, start: number) => {
  let buffer = Buffer.alloc(READ_BYTES * 2)
  let from = 0
  let to = 0
  let offset = start
  /** Makes `length` bytes available, fewer at the end of the file. */
  const need = async (length: number): Promise<Uint8Array> => {
    while (to - from < length) {
      if (from + length > buffer.length) {
        const next = from + length > buffer.length && length > buffer.length ? Buffer.alloc(length + READ_BYTES) : buffer
        buffer.copy(next, 0, from, to)
        buffer = next
        to -= from
        from = 0
      }
      const { bytesRead } = await file.read(buffer, to, Math.min(READ_BYTES, buffer.length - to), offset + to - from)
      if (bytesRead === 0) break
      to += bytesRead
    }
    return buffer.subarray(from, Math.min(to, from + length))
  }
  const skip = (length: number): void => {
    from += length
    offset += length
  }
  return { need, skip, offset: () => offset }
}

/**
 * The records of a TFRecord file, checked by their CRCs, in constant memory. A record whose data fail are reported and left out; a length
 * that fails, or a file that ends inside a record, ends the file, since nothing tells where the next record begins.
 *
 * @param path      of the file
 * @param onDamage  is told the offset and what is wrong there
 * @param start     byte at which a record begins
 * @throws          EngineError FILE_NOT_FOUND, FILE_UNREADABLE
 * @source          TensorFlow, tensorflow/core/lib/io/record_writer.h: u64 length, masked CRC-32C, data, masked CRC-32C
 */
export async function* readTfRecords(
  path: string,
  onDamage: (offset: number, reason: string) => void,
  start = 0,
): AsyncGenerator<TfRecord, void, undefined> {
  const file = await open(path).catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new EngineError(isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  })
  try {
    const { size } = await file.stat()
    const window = createWindow(file, start)
    for (;;) {
      const offset = window.offset()
      const header = await window.need(HEADER_BYTES)
      if (header.length === 0) return
      if (header.length < HEADER_BYTES) return onDamage(offset, 'the file ends inside a record')
      const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES)
      const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
      if (maskedCrc32c(header.subarray(0, 8)) !== view.getUint32(8, true)) {
        const isText = offset === 0 && header.every((byte) => byte < 0x80)
        return onDamage(
          offset,
          isText ? 'it is no TFRecord file' : 'the length of a record fails its checksum; the rest of the file was left out',
        )
      }
      if (length > MAXIMUM_RECORD_BYTES)
        return onDamage(offset, `a record of ${length} bytes is no video; the rest of the file was left out`)
      const whole = HEADER_BYTES + length + FOOTER_BYTES
      const bytes = await window.need(whole)
      if (bytes.length < whole) return onDamage(offset, 'the file ends inside a record')
      const data = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length)
      const stored = new DataView(bytes.buffer, bytes.byteOffset + HEADER_BYTES + length, FOOTER_BYTES).getUint32(0, true)
      if (maskedCrc32c(data) === stored) yield { offset, data, share: size === 0 ? 1 : (offset + whole) / size }
      else onDamage(offset, 'a record fails its checksum and was left out')
      window.skip(whole)
    }
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) throw new EngineError('FILE_UNREADABLE', { path }, { cause })
    throw cause
  } finally {
    await file.close()
  }
}
