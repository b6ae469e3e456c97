import { type ProtobufField, readFields, readVarint } from './protobuf.ts'

/**
 * A tf.train.Example or SequenceExample, opened as far as it is asked: lists stay bytes until they are read.
 *
 * @source  tensorflow/core/example/feature.proto, example.proto
 */
export interface Example {
  /** Encoded Feature by name: an Example's features, a SequenceExample's context. */
  readonly features: ReadonlyMap<string, Uint8Array>
  /** Encoded Features by name, one for each step; empty in an Example. */
  readonly lists: ReadonlyMap<string, readonly Uint8Array[]>
}

const NONE = new Uint8Array(0)
const bytesOf = ({ value }: ProtobufField): Uint8Array => (typeof value === 'number' ? NONE : value)
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')

/** Messages in field 1 of a message. */
const readRepeated = (message: Uint8Array): Uint8Array[] => [...readFields(message)].filter(({ number }) => number === 1).map(bytesOf)

/** The entries of a map<string, message>: key in field 1, value in field 2. */
const readMap = (message: Uint8Array): Map<string, Uint8Array> =>
  new Map(
    readRepeated(message).map((entry) => {
      const fields = [...readFields(entry)]
      const last = (number: number): Uint8Array => bytesOf(fields.findLast((field) => field.number === number) ?? { number, value: NONE })
      return [textOf(last(1)), last(2)]
    }),
  )

/** Throws EngineError SOURCE_FILE_DAMAGED where the bytes are no example. */
export const readExample = (record: Uint8Array): Example => {
  let features = new Map<string, Uint8Array>()
  let lists = new Map<string, Uint8Array[]>()
  for (const field of readFields(record)) {
    if (field.number === 1) features = readMap(bytesOf(field))
    if (field.number === 2) lists = new Map([...readMap(bytesOf(field))].map(([name, list]) => [name, readRepeated(list)]))
  }
  return { features, lists }
}

/** The values of a BytesList (field 1), FloatList (2) or Int64List (3); floats and numbers may be packed. */
export const readBytesList = (feature: Uint8Array | undefined): Uint8Array[] =>
  feature === undefined ? [] : [...readFields(feature)].filter(({ number }) => number === 1).flatMap((list) => readRepeated(bytesOf(list)))

export const readTexts = (feature: Uint8Array | undefined): string[] => readBytesList(feature).map(textOf)

export const readFloats = (feature: Uint8Array | undefined): number[] => {
  const values: number[] = []
  for (const list of feature === undefined ? [] : readFields(feature)) {
    if (list.number !== 2) continue
    for (const { number, value } of readFields(bytesOf(list))) {
      if (number !== 1) continue
      if (typeof value === 'number') values.push(value)
      else {
        const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
        for (let at = 0; at + 4 <= value.length; at += 4) values.push(view.getFloat32(at, true))
      }
    }
  }
  return values
}

export const readIntegers = (feature: Uint8Array | undefined): number[] => {
  const values: number[] = []
  for (const list of feature === undefined ? [] : readFields(feature)) {
    if (list.number !== 3) continue
    for (const { number, value } of readFields(bytesOf(list))) {
      if (number !== 1) continue
      if (typeof value === 'number') values.push(value)
      else
        for (let at = 0; at < value.length;) {
          const read = readVarint(value, at)
          values.push(read.value)
          at = read.next
        }
    }
  }
  return values
}
