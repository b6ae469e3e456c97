import type { RiffChunk } from '#main/audio/io/wav-writer.ts'
import { viewOf } from '#main/audio/io/byte-source.ts'
import { toAscii } from '../text/plain-text.ts'

/** `bext`: where the sound belongs on the timeline, and where it came from. */
export interface BroadcastFacts {
  readonly description: string
  /** ISO 8601, or undefined where the file shall not say. */
  readonly createdAt?: string
  /** Samples since midnight at the file's own rate; a DAW's "original position". */
  readonly timeReferenceSamples: number
  readonly codingHistory: string
}

/** `acid`: what loops and samplers read. */
export interface LoopFacts {
  readonly bpm: number
  readonly beats: number
  readonly metre: { readonly beats: number; readonly unit: number }
  /** MIDI note of the tonic. */
  readonly rootKey?: number
}

/** `cue ` and the names beside it. */
export interface CuePoint {
  readonly atSamples: number
  readonly name: string
}

const PROGRAM = 'Fiddlehead'
const BEXT_BYTES = 602
const TWO_32 = 2 ** 32
const utf8 = new TextEncoder()

const writeAscii = (bytes: Uint8Array, offset: number, length: number, text: string): void => {
  utf8.encodeInto(toAscii(text).slice(0, length), bytes.subarray(offset, offset + length))
}

/** Text up to the first zero byte; UTF-8, which ASCII is a part of. */
const readText = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trim()
}

/** @source EBU Tech 3285 v2: Broadcast Wave Format */
export const encodeBext = (facts: BroadcastFacts): RiffChunk => {
  const history = toAscii(facts.codingHistory)
  const bytes = new Uint8Array(BEXT_BYTES + history.length + 2)
  const view = viewOf(bytes)
  writeAscii(bytes, 0, 256, facts.description)
  writeAscii(bytes, 256, 32, PROGRAM)
  if (facts.createdAt !== undefined) {
    writeAscii(bytes, 320, 10, facts.createdAt.slice(0, 10))
    writeAscii(bytes, 330, 8, facts.createdAt.slice(11, 19))
  }
  view.setUint32(338, facts.timeReferenceSamples % TWO_32, true)
  view.setUint32(342, Math.floor(facts.timeReferenceSamples / TWO_32), true)
  view.setUint16(346, 1, true)
  writeAscii(bytes, BEXT_BYTES, history.length, history)
  bytes.set([13, 10], BEXT_BYTES + history.length)
  return { id: 'bext', bytes }
}

/** Description and time reference; null where the chunk is cut off. */
export const decodeBext = (bytes: Uint8Array): { description: string; timeReferenceSamples: number } | null => {
  if (bytes.length < 346) return null
  const view = viewOf(bytes)
  return {
    description: readText(bytes.subarray(0, 256)),
    timeReferenceSamples: view.getUint32(338, true) + view.getUint32(342, true) * TWO_32,
  }
}

const ACID_ROOT_IS_SET = 2
const ACID_STRETCHES = 4

/** @source the layout that libsndfile's wav.c reads */
export const encodeAcid = ({ bpm, beats, metre, rootKey }: LoopFacts): RiffChunk => {
  const bytes = new Uint8Array(24)
  const view = viewOf(bytes)
  view.setUint32(0, ACID_STRETCHES | (rootKey === undefined ? 0 : ACID_ROOT_IS_SET), true)
  view.setUint16(4, rootKey ?? 60, true)
  view.setUint16(6, 0x8000, true)
  view.setUint32(12, beats, true)
  view.setUint16(16, metre.unit, true)
  view.setUint16(18, metre.beats, true)
  view.setFloat32(20, bpm, true)
  return { id: 'acid', bytes }
}

/** Null where the chunk is cut off or names no tempo. */
export const decodeAcid = (bytes: Uint8Array): LoopFacts | null => {
  if (bytes.length < 24) return null
  const view = viewOf(bytes)
  const bpm = view.getFloat32(20, true)
  if (!(bpm > 0 && bpm < 1000)) return null
  const isRootSet = (view.getUint32(0, true) & ACID_ROOT_IS_SET) !== 0
  return {
    bpm,
    beats: view.getUint32(12, true),
    metre: { beats: view.getUint16(18, true), unit: view.getUint16(16, true) },
    ...(isRootSet && { rootKey: view.getUint16(4, true) }),
  }
}

const subchunk = (id: string, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(8 + body.length + (body.length % 2))
  utf8.encodeInto(id, bytes)
  viewOf(bytes).setUint32(4, body.length, true)
  bytes.set(body, 8)
  return bytes
}

const listChunk = (kind: string, parts: readonly Uint8Array[]): RiffChunk => {
  const bytes = new Uint8Array(4 + parts.reduce((sum, part) => sum + part.length, 0))
  utf8.encodeInto(kind, bytes)
  let offset = 4
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return { id: 'LIST', bytes }
}

const zeroEnded = (text: string): Uint8Array => utf8.encode(`${text.replaceAll('\0', '')}\0`)

/** Cue points by number, and a list of their names. @source Microsoft/IBM Multimedia Programming Interface 1.0, `cue ` and `adtl` */
export const encodeCues = (cues: readonly CuePoint[]): RiffChunk[] => {
  const bytes = new Uint8Array(4 + cues.length * 24)
  const view = viewOf(bytes)
  view.setUint32(0, cues.length, true)
  cues.forEach(({ atSamples }, i) => {
    const offset = 4 + i * 24
    view.setUint32(offset, i + 1, true)
    view.setUint32(offset + 4, atSamples, true)
    utf8.encodeInto('data', bytes.subarray(offset + 8))
    view.setUint32(offset + 20, atSamples, true)
  })
  const labels = cues.map(({ name }, i) => {
    const text = zeroEnded(name)
    const body = new Uint8Array(4 + text.length)
    viewOf(body).setUint32(0, i + 1, true)
    body.set(text, 4)
    return subchunk('labl', body)
  })
  return [{ id: 'cue ', bytes }, listChunk('adtl', labels)]
}

/** The parts of a LIST chunk of one kind, such as `adtl` or `INFO`. */
const readList = (bytes: Uint8Array, kind: string): { id: string; body: Uint8Array }[] => {
  const parts: { id: string; body: Uint8Array }[] = []
  if (readText(bytes.subarray(0, 4)) !== kind) return parts
  const view = viewOf(bytes)
  for (let offset = 4; offset + 8 <= bytes.length;) {
    const length = view.getUint32(offset + 4, true)
    parts.push({ id: readText(bytes.subarray(offset, offset + 4)), body: bytes.subarray(offset + 8, offset + 8 + length) })
    offset += 8 + length + (length % 2)
  }
  return parts
}

/** Cue points in order of time; without a name where the file gives none. */
export const decodeCues = (chunks: readonly RiffChunk[]): CuePoint[] => {
  const names = new Map<number, string>()
  for (const chunk of chunks) {
    if (chunk.id !== 'LIST') continue
    for (const { id, body } of readList(chunk.bytes, 'adtl'))
      if (id === 'labl' && body.length >= 4) names.set(viewOf(body).getUint32(0, true), readText(body.subarray(4)))
  }
  const cues: CuePoint[] = []
  for (const { id, bytes } of chunks) {
    if (id !== 'cue ') continue
    for (let offset = 4; offset + 24 <= bytes.length; offset += 24) {
      const view = viewOf(bytes)
      cues.push({ atSamples: view.getUint32(offset + 20, true), name: names.get(view.getUint32(offset, true)) ?? '' })
    }
  }
  return cues.sort((a, b) => a.atSamples - b.atSamples)
}

/** @source Microsoft/IBM Multimedia Programming Interface 1.0, `INFO` */
export const encodeInfo = (facts: { title: string; comment: string; createdAt?: string }): RiffChunk => {
  const entries = [
    ['INAM', facts.title],
    ['ISFT', PROGRAM],
    ['ICRD', facts.createdAt?.slice(0, 10) ?? ''],
    ['ICMT', facts.comment],
  ].filter(([, text]) => text !== '')
  return listChunk(
    'INFO',
    entries.map(([id, text]) => subchunk(id ?? '', zeroEnded(text ?? ''))),
  )
}

/** The title that an `INFO` list gives, or an empty text. */
export const decodeTitle = (chunks: readonly RiffChunk[]): string => {
  const infos = chunks.filter((chunk) => chunk.id === 'LIST').flatMap((chunk) => readList(chunk.bytes, 'INFO'))
  const title = infos.find((part) => part.id === 'INAM')
  return title === undefined ? '' : readText(title.body)
}
