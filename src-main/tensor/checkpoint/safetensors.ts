/**
 * The safetensors container: u64 header length, JSON header, raw little-endian tensors.
 *
 * @source https://github.com/huggingface/safetensors (format description)
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { EngineError } from '#main/foundation/engine-error.ts'

export interface NamedTensor {
  readonly shape: number[]
  readonly data: Float32Array
}

export interface TensorFile {
  readonly tensors: Map<string, NamedTensor>
  readonly metadata: Record<string, string>
}

/** float32 bits to IEEE half bits, round to nearest even, overflow to infinity. */
const toHalf = (value: number, scratch: { f: Float32Array; u: Uint32Array }): number => {
  scratch.f[0] = value
  const bits = scratch.u[0] ?? 0
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 0xff
  const mantissa = bits & 0x7fffff
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200)
  const half = exponent - 112
  if (half >= 31) return sign | 0x7c00
  if (half <= 0) {
    if (half < -10) return sign
    const full = mantissa | 0x800000
    const shift = 14 - half
    const rounded = (full + (1 << (shift - 1)) - 1 + ((full >>> shift) & 1)) >>> shift
    return sign | rounded
  }
  const rounded = (half << 10) + ((mantissa + 0xfff + ((mantissa >>> 13) & 1)) >>> 13)
  return sign | rounded
}

const fromHalf = (half: number): number => {
  const sign = (half & 0x8000) !== 0 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const mantissa = half & 0x3ff
  if (exponent === 0) return sign * mantissa * 2 ** -24
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15)
}

/** float32 of every half, made when the first file is read: a look-up costs a tenth of the arithmetic. */
let halfValues: Float32Array | undefined

const widenHalves = (halves: Uint16Array): Float32Array => {
  halfValues ??= new Float32Array(65536).map((_, half) => fromHalf(half))
  const data = new Float32Array(halves.length)
  for (let i = 0; i < data.length; i++) data[i] = halfValues[halves[i] ?? 0] ?? 0
  return data
}

const encodeTensor = (tensor: NamedTensor, dtype: 'F32' | 'F16'): Uint8Array => {
  if (dtype === 'F32') return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
  const f = new Float32Array(1)
  const scratch = { f, u: new Uint32Array(f.buffer) }
  const halves = new Uint16Array(tensor.data.length)
  for (let i = 0; i < halves.length; i++) halves[i] = toHalf(tensor.data[i] ?? 0, scratch)
  return new Uint8Array(halves.buffer)
}

/** Bytes of a safetensors file; tensors in name order so that equal weights give equal bytes. */
export const encodeSafetensors = (file: TensorFile, dtype: 'F32' | 'F16' = 'F32'): Uint8Array => {
  const names = [...file.tensors.keys()].sort()
  const header: Record<string, unknown> = { __metadata__: file.metadata }
  const parts: Uint8Array[] = []
  let offset = 0
  for (const name of names) {
    const tensor = file.tensors.get(name) as NamedTensor
    const bytes = encodeTensor(tensor, dtype)
    header[name] = { dtype, shape: tensor.shape, data_offsets: [offset, offset + bytes.length] }
    parts.push(bytes)
    offset += bytes.length
  }
  let json = JSON.stringify(header)
  json += ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8)
  const head = Buffer.from(json)
  const result = new Uint8Array(8 + head.length + offset)
  new DataView(result.buffer).setBigUint64(0, BigInt(head.length), true)
  result.set(head, 8)
  let position = 8 + head.length
  for (const part of parts) {
    result.set(part, position)
    position += part.length
  }
  return result
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>

const readLength = (bytes: Uint8Array): number =>
  bytes.length < 8 ? Infinity : Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true))

const parseHeader = (bytes: Uint8Array, name: string): { header: Header; metadata: Record<string, string> } => {
  try {
    const header = JSON.parse(Buffer.from(bytes).toString('utf8')) as Header
    return { header, metadata: (header['__metadata__'] ?? {}) as unknown as Record<string, string> }
  } catch (cause) {
    throw new EngineError('MODEL_DAMAGED', { model: name, reason: 'its header is not readable' }, { cause })
  }
}

/**
 * Parses safetensors bytes; F16 is widened to float32.
 *
 * @throws EngineError MODEL_DAMAGED when lengths, offsets or types do not fit
 */
export const decodeSafetensors = (bytes: Uint8Array, name: string): TensorFile => {
  const damaged = (reason: string): EngineError => new EngineError('MODEL_DAMAGED', { model: name, reason })
  const headerLength = readLength(bytes)
  if (headerLength > bytes.length - 8) throw damaged('it is shorter than its header')
  const { header, metadata } = parseHeader(bytes.subarray(8, 8 + headerLength), name)
  const tensors = new Map<string, NamedTensor>()
  const body = 8 + headerLength
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') continue
    const [start, end] = entry.data_offsets
    const size = entry.shape.reduce((product, n) => product * n, 1)
    const width = entry.dtype === 'F32' ? 4 : entry.dtype === 'F16' ? 2 : 0
    if (width === 0) throw damaged(`it holds numbers of the unknown kind ${entry.dtype}`)
    if (end - start !== size * width || body + end > bytes.length || start < 0) throw damaged('it is cut short')
    const raw = Uint8Array.from(bytes.subarray(body + start, body + end)) // a Buffer's slice would share memory
    if (width === 4) tensors.set(key, { shape: entry.shape, data: new Float32Array(raw.buffer) })
    else tensors.set(key, { shape: entry.shape, data: widenHalves(new Uint16Array(raw.buffer)) })
  }
  return { tensors, metadata }
}

export const readSafetensors = (path: string): TensorFile => {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new EngineError('MODEL_NOT_INSTALLED', { model: path }, { cause })
  }
  return decodeSafetensors(bytes, path)
}

/** What a file says of itself, without its tensors. @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED */
export const readSafetensorsMetadata = (path: string): Record<string, string> => {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    throw new EngineError('MODEL_NOT_INSTALLED', { model: path }, { cause })
  }
  try {
    const head = new Uint8Array(8)
    const headerLength = readLength(head.subarray(0, readSync(file, head)))
    if (headerLength > fstatSync(file).size - 8)
      throw new EngineError('MODEL_DAMAGED', { model: path, reason: 'it is shorter than its header' })
    const header = new Uint8Array(headerLength)
    readSync(file, header)
    return parseHeader(header, path).metadata
  } finally {
    closeSync(file)
  }
}
