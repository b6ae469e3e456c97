import { createReadStream } from 'node:fs'
import { EngineError } from '#main/foundation/engine-error.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x7b, 0x5b])
const CLOSE = new Set([0x7d, 0x5d])
const COMMA = 0x2c
/** One entry of these files takes some kilobytes. */
const MAXIMUM_ENTRY_BYTES = 16 << 20

/**
 * The entries of a JSON file that is one object, one by one, without holding the whole: the pieces between the commas of its top level
 * are parsed each on its own.
 *
 * @throws  EngineError FILE_NOT_FOUND, FILE_UNREADABLE, SOURCE_FILE_DAMAGED
 * @source  RFC 8259
 */
export async function* readJsonEntries(path: string): AsyncGenerator<[string, unknown], void, undefined> {
  const damaged = (reason: string, cause?: unknown): EngineError => new EngineError('SOURCE_FILE_DAMAGED', { path, reason }, { cause })
  const parse = (piece: Buffer): [string, unknown] | undefined => {
    const source = piece.toString('utf8').trim()
    if (source === '') return undefined
    try {
      return Object.entries(JSON.parse(`{${source}}`) as Record<string, unknown>)[0]
    } catch (cause) {
      throw damaged(`it is no JSON near "${source.slice(0, 40)}"`, cause)
    }
  }
  let pending: Buffer[] = []
  let pendingBytes = 0
  let depth = 0
  let isText = false
  let isEscaped = false
  let isOver = false
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let start = 0
      const take = (end: number): [string, unknown] | undefined => {
        const piece = Buffer.concat([...pending, chunk.subarray(start, end)])
        pending = []
        pendingBytes = 0
        start = end + 1
        return parse(piece)
      }
      for (let at = 0; at < chunk.length && !isOver; at++) {
        const byte = chunk[at]
        if (isText) {
          if (isEscaped) isEscaped = false
          else if (byte === BACKSLASH) isEscaped = true
          else if (byte === QUOTE) isText = false
        } else if (byte === QUOTE) isText = true
        else if (OPEN.has(byte)) {
          depth += 1
          if (depth === 1) start = at + 1
        } else if (CLOSE.has(byte) || (byte === COMMA && depth === 1)) {
          depth -= CLOSE.has(byte) ? 1 : 0
          isOver = depth <= 0
          if (depth > 1 || (depth === 1 && byte !== COMMA)) continue
          const entry = take(at)
          if (entry !== undefined) yield entry
        }
      }
      if (isOver) return
      if (depth > 0 && start < chunk.length) {
        pending.push(chunk.subarray(start))
        pendingBytes += chunk.length - start
      }
      if (pendingBytes > MAXIMUM_ENTRY_BYTES) throw damaged('one of its entries never ends')
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause
    throw new EngineError('code' in cause && cause.code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  }
  throw damaged('it is cut off')
}
