import { open } from 'node:fs/promises'
import { openSync } from 'node:fs'
import { devNull } from 'node:os'
import { EngineError, invariant } from '#main/foundation/engine-error.ts'

type H5 = typeof import('h5wasm/node')

/** One element of an HDF5 dataset, or one member of a record, as it lies in memory. */
interface Layout {
  readonly type: number
  readonly size: number
  readonly signed: boolean
  readonly littleEndian: boolean
  readonly vlen: boolean
}
interface Column extends Layout {
  readonly name: string
  readonly offset: number
}

/** HDF5's classes of types that Million Song files use. */
const INTEGER = 0
const FLOAT = 1
const STRING = 3
const COMPOUND = 6
const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')
/** One read takes at most this much; more is a damaged header. */
const MAXIMUM_READ_BYTES = 64 << 20

export type Cell = string | number
export type Row = Readonly<Record<string, Cell>>

/** An open HDF5 file. Reads are synchronous; arrays come flat. */
export interface Hdf5File {
  /** Length of a table or array along its first axis; undefined where there is none of that name. */
  count(path: string): number | undefined
  /** Rows `from` to `to` of a table, only the wanted columns. */
  readRows(path: string, from: number, to: number, columns: readonly string[]): Row[]
  readTexts(path: string, from: number, to: number): string[]
  /** Numbers of rows `from` to `to`, further axes flattened. */
  readNumbers(path: string, from: number, to: number): Float64Array
  close(): void
}

let loading: Promise<H5> | undefined

/** Loads the library once; what it writes to the terminal about damaged files goes nowhere, since its calls say so too. */
const loadLibrary = (): Promise<H5> => {
  loading ??= (async () => {
    const h5 = await import('h5wasm/node')
    await h5.ready
    const { streams } = h5.FS as unknown as { streams: ({ nfd: number } | undefined)[] }
    const errors = streams[2]
    invariant(errors !== undefined, 'the HDF5 library has a stream for errors')
    errors.nfd = openSync(devNull, 'w')
    return h5
  })()
  return loading
}

const checkSignature = async (path: string): Promise<void> => {
  const unreadable = (cause: unknown): EngineError => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    return new EngineError(isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  }
  let head: Buffer
  try {
    const file = await open(path)
    try {
      head = Buffer.alloc(SIGNATURE.length)
      await file.read(head, 0, head.length, 0)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw unreadable(cause)
  }
  if (!head.equals(SIGNATURE)) throw new EngineError('SOURCE_FILE_DAMAGED', { path, reason: 'it is no HDF5 file' })
}

/** Text as these files have it: bytes in a fixed field, UTF-8 whatever the header says. */
const readText = (bytes: Buffer): string => {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end).trim()
}

const readCell = (bytes: Buffer, layout: Layout, at: number): Cell => {
  const { type, size, signed, littleEndian } = layout
  if (type === STRING) return readText(bytes.subarray(at, at + size))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === FLOAT) return size === 4 ? view.getFloat32(at, littleEndian) : view.getFloat64(at, littleEndian)
  if (size === 8) return Number(signed ? view.getBigInt64(at, littleEndian) : view.getBigUint64(at, littleEndian))
  if (size === 4) return signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian)
  if (size === 2) return signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian)
  return signed ? view.getInt8(at) : view.getUint8(at)
}

const isReadable = ({ type, size, vlen }: Layout): boolean =>
  !vlen &&
  ((type === STRING && size > 0) || (type === FLOAT && (size === 4 || size === 8)) || (type === INTEGER && [1, 2, 4, 8].includes(size)))

/**
 * Opens an HDF5 file; its user closes it. Nothing but what is asked for is read into memory.
 *
 * @throws  EngineError FILE_NOT_FOUND, FILE_UNREADABLE, SOURCE_FILE_DAMAGED
 * @source  HDF5 file format; tables as PyTables writes them
 */
export const openHdf5 = async (path: string): Promise<Hdf5File> => {
  await checkSignature(path)
  const h5 = await loadLibrary()
  const damaged = (reason: string, cause?: unknown): EngineError => new EngineError('SOURCE_FILE_DAMAGED', { path, reason }, { cause })
  /** Whatever the library throws means that the file is not what it should be. */
  const guarded = <R>(read: () => R): R => {
    try {
      return read()
    } catch (cause) {
      if (cause instanceof EngineError) throw cause
      throw damaged('it is damaged or cut off', cause)
    }
  }
  const file = guarded(() => new h5.File(path, 'r'))
  if (file.file_id <= 0n) throw damaged('it is damaged or cut off')

  const describeAfresh = (name: string) => {
    const found = guarded(() => file.get(name))
    if (!(found instanceof h5.Dataset)) return undefined
    const metadata = guarded(() => found.metadata)
    return metadata.shape === null ? undefined : { ...metadata, shape: metadata.shape.map(Number) }
  }
  const described = new Map<string, ReturnType<typeof describeAfresh>>()
  const describe = (name: string): ReturnType<typeof describeAfresh> => {
    if (!described.has(name)) described.set(name, describeAfresh(name))
    return described.get(name)
  }
  const readBytes = (name: string, from: number, to: number): { bytes: Buffer; layout: NonNullable<ReturnType<typeof describe>> } => {
    const layout = describe(name)
    const length = layout?.shape[0]
    if (layout === undefined || length === undefined) throw damaged(`it holds no ${name}`)
    if (from < 0 || to > length || to < from) throw damaged(`${name} ends at ${length}, before ${to}`)
    const inner = layout.shape.slice(1)
    const size = layout.size * inner.reduce((product, count) => product * count, to - from)
    if (!(size >= 0 && size <= MAXIMUM_READ_BYTES)) throw damaged(`${name} claims ${size} bytes`)
    if (size === 0) return { bytes: Buffer.alloc(0), layout }
    const pointer = h5.Module._malloc(size)
    try {
      const ones = layout.shape.map(() => 1n)
      const count = [to - from, ...inner].map(BigInt)
      const offset = [from, ...inner.map(() => 0)].map(BigInt)
      const status = guarded(() => h5.Module.get_dataset_data(file.file_id, `/${name}`, count, offset, ones, BigInt(pointer)))
      if (status < 0) throw damaged(`${name} cannot be unpacked`)
      return { bytes: Buffer.from(h5.Module.HEAPU8.slice(pointer, pointer + size).buffer), layout }
    } finally {
      h5.Module._free(pointer)
    }
  }
  return {
    count: (name) => describe(name)?.shape[0],
    readRows: (name, from, to, columns) => {
      const { bytes, layout } = readBytes(name, from, to)
      const members: readonly Column[] = layout.type === COMPOUND ? (layout.compound_type?.members ?? []) : []
      const wanted = members.filter((member) => columns.includes(member.name) && isReadable(member))
      return Array.from({ length: to - from }, (_, i) =>
        Object.fromEntries(wanted.map((member) => [member.name, readCell(bytes, member, i * layout.size + member.offset)])),
      )
    },
    readTexts: (name, from, to) => {
      const { bytes, layout } = readBytes(name, from, to)
      if (layout.type !== STRING || !isReadable(layout)) throw damaged(`${name} holds no text`)
      return Array.from({ length: to - from }, (_, i) => readText(bytes.subarray(i * layout.size, (i + 1) * layout.size)))
    },
    readNumbers: (name, from, to) => {
      const { bytes, layout } = readBytes(name, from, to)
      if (layout.type === STRING || !isReadable(layout)) throw damaged(`${name} holds no numbers`)
      return Float64Array.from({ length: bytes.length / layout.size }, (_, i) => Number(readCell(bytes, layout, i * layout.size)))
    },
    close: () => void h5.Module.close_file(file.file_id),
  }
}
