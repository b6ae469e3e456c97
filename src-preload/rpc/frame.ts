/**
 * One message as one binary frame: u32 header length (little endian), the header as UTF-8 JSON, then the raw bytes of
 * every typed array in turn, each padded to 8 bytes. No base64: a minute of PCM costs what it weighs.
 */
const ARRAY_TYPES = { Float32Array, Float64Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array } as const
type ArrayTypeName = keyof typeof ARRAY_TYPES
type BinaryArray = InstanceType<(typeof ARRAY_TYPES)[ArrayTypeName]>

interface ArrayEntry {
  readonly path: readonly (string | number)[]
  readonly type: ArrayTypeName
  readonly length: number
}

/** A frame that does not follow the format. The receiver drops the frame and lives on. */
export class MalformedFrame extends Error {
  constructor(reason: string) {
    super(`malformed frame: ${reason}`)
    this.name = 'MalformedFrame'
  }
}

const padTo8 = (length: number): number => (length + 7) & ~7
const MAXIMUM_DEPTH = 64

const typeNameOf = (value: object): ArrayTypeName | null => {
  for (const name of Object.keys(ARRAY_TYPES) as ArrayTypeName[]) if (value instanceof ARRAY_TYPES[name]) return name
  return null
}

const extractArrays = (value: unknown, path: (string | number)[], found: { entry: ArrayEntry; array: BinaryArray }[]): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const type = typeNameOf(value)
  if (type !== null) {
    const array = value as BinaryArray
    found.push({ entry: { path: [...path], type, length: array.length }, array })
    return null
  }
  if (path.length > MAXIMUM_DEPTH) throw new MalformedFrame('nested too deeply')
  if (Array.isArray(value)) return value.map((item: unknown, index) => extractArrays(item, [...path, index], found))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, extractArrays(item, [...path, key], found)]))
}

/** A cloneable message as bytes. */
export const encodeFrame = (message: unknown): Uint8Array<ArrayBuffer> => {
  const found: { entry: ArrayEntry; array: BinaryArray }[] = []
  const body = extractArrays(message, [], found)
  const header = new TextEncoder().encode(JSON.stringify({ body, arrays: found.map(({ entry }) => entry) }))
  const start = padTo8(4 + header.length)
  const total = found.reduce((sum, { array }) => sum + padTo8(array.byteLength), start)
  const frame = new Uint8Array(total)
  new DataView(frame.buffer).setUint32(0, header.length, true)
  frame.set(header, 4)
  let offset = start
  for (const { array } of found) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset)
    offset += padTo8(array.byteLength)
  }
  return frame
}

const isEntry = (value: unknown): value is ArrayEntry => {
  if (typeof value !== 'object' || value === null) return false
  const { path, type, length } = value as Record<string, unknown>
  return (
    Array.isArray(path) &&
    path.every((step) => typeof step === 'string' || typeof step === 'number') &&
    typeof type === 'string' &&
    Object.hasOwn(ARRAY_TYPES, type) &&
    typeof length === 'number' &&
    Number.isInteger(length) &&
    length >= 0
  )
}

const parseHeader = (frame: Uint8Array, headerLength: number): { body: unknown; arrays: ArrayEntry[] } => {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(4, 4 + headerLength)))
  } catch {
    throw new MalformedFrame('the header is not JSON')
  }
  const arrays: unknown = typeof header === 'object' && header !== null && 'arrays' in header ? header.arrays : null
  if (!Array.isArray(arrays) || !arrays.every(isEntry)) throw new MalformedFrame('the header lists no arrays')
  return { body: (header as { body?: unknown }).body, arrays }
}

/** Puts one array where the sender had it. Only places that the body itself holds can be filled. */
const placeArray = (root: { body: unknown }, path: readonly (string | number)[], array: BinaryArray): void => {
  let parent: object = root
  let key: string | number = 'body'
  for (const step of path) {
    const next: unknown = Object.hasOwn(parent, key) ? (parent as Record<string | number, unknown>)[key] : undefined
    if (typeof next !== 'object' || next === null) throw new MalformedFrame('an array has no place')
    parent = next
    key = step
  }
  if (key === '__proto__' || !Object.hasOwn(parent, key) || (parent as Record<string | number, unknown>)[key] !== null) {
    throw new MalformedFrame('an array has no place')
  }
  ;(parent as Record<string | number, unknown>)[key] = array
}

/** The message that `encodeFrame` was given; its arrays own their memory. Throws MalformedFrame for anything else. */
export const decodeFrame = (bytes: ArrayBuffer | Uint8Array): unknown => {
  const frame = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)
  if (frame.byteLength < 4) throw new MalformedFrame('shorter than its length field')
  const headerLength = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true)
  if (headerLength > frame.byteLength - 4) throw new MalformedFrame('the header is cut off')
  const { body, arrays } = parseHeader(frame, headerLength)
  const root = { body }
  let offset = padTo8(4 + headerLength)
  for (const { path, type, length } of arrays) {
    const constructor = ARRAY_TYPES[type]
    const byteLength = length * constructor.BYTES_PER_ELEMENT
    if (offset + byteLength > frame.byteLength) throw new MalformedFrame('an array is cut off')
    // A copy: Node's buffers are windows into a shared pool and are not aligned.
    const copy = frame.slice(offset, offset + byteLength)
    placeArray(root, path, new constructor(copy.buffer as ArrayBuffer, copy.byteOffset, length))
    offset += padTo8(byteLength)
  }
  return root.body
}
