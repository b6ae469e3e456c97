import { EngineError } from '#main/foundation/engine-error.ts'

/** One field of a message: a number for varints and fixed widths, bytes for everything with a length. */
export interface ProtobufField {
  readonly number: number
  readonly value: number | Uint8Array
}

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

const damaged = (reason: string): EngineError => new EngineError('SOURCE_FILE_DAMAGED', { path: 'record', reason })

/** A variable-length number up to 2^53 and the byte behind it; larger ones lose their last bits, as labels and lengths never are. */
export const readVarint = (bytes: Uint8Array, start: number): { value: number; next: number } => {
  let value = 0
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i]
    if (byte === undefined) throw damaged('a number is cut off')
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, next: start + i + 1 }
  }
  throw damaged('a number is longer than ten bytes')
}

/**
 * The fields of a message in their order.
 *
 * @throws  EngineError SOURCE_FILE_DAMAGED where the bytes are no message
 * @source  Protocol Buffers, encoding specification
 */
export function* readFields(message: Uint8Array): Generator<ProtobufField, void, undefined> {
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at)
    const number = Math.floor(tag.value / 8)
    at = tag.next
    switch (tag.value % 8) {
      case VARINT: {
        const { value, next } = readVarint(message, at)
        at = next
        yield { number, value }
        break
      }
      case LENGTH: {
        const { value: length, next } = readVarint(message, at)
        at = next + length
        if (at > message.length) throw damaged('a field is longer than its record')
        yield { number, value: message.subarray(next, at) }
        break
      }
      case FIXED32:
      case FIXED64: {
        const width = tag.value % 8 === FIXED32 ? 4 : 8
        if (at + width > message.length) throw damaged('a field is cut off')
        const view = new DataView(message.buffer, message.byteOffset + at, width)
        at += width
        yield { number, value: width === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true) }
        break
      }
      default:
        throw damaged('it is no protocol buffer')
    }
  }
}
