import type { Melody } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { keyFromFifths, keyName } from '#music/keys.ts'
import { unzipSync } from 'fflate'
import { reduceToMelody } from '../midi/read-midi.ts'
import { unreadableScore } from './unreadable-score.ts'
import { findChild, readText, readXml, type XmlElement } from './xml-events.ts'

const LARGEST_BYTES = 20_000_000
const MAXIMUM_NOTES = 20_000
const DEFAULT_BPM = 100
const STEPS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }

/** A note of the score in quarter notes from its beginning. */
interface ScoreNote {
  start: number
  length: number
  readonly pitch: number
  readonly isTiedToNext: boolean
  readonly isTiedFromBefore: boolean
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4

/** The score inside a compressed MusicXML file, which its container names. */
const unpackMxl = (bytes: Uint8Array): Uint8Array => {
  const filter = ({ originalSize }: { originalSize: number }): boolean => originalSize <= LARGEST_BYTES
  try {
    const files = unzipSync(bytes, { filter })
    const container = files['META-INF/container.xml']
    const rootFiles = container === undefined ? undefined : findChild(readXml(new TextDecoder().decode(container)), 'rootfiles')
    const named = rootFiles?.children.find(({ name }) => name === 'rootfile')?.attributes['full-path']
    const path = named ?? Object.keys(files).find((name) => /\.(musicxml|xml)$/i.test(name) && !name.startsWith('META-INF'))
    const score = path === undefined ? undefined : files[path]
    if (score === undefined) throw unreadableScore('the archive holds no score')
    return score
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    throw unreadableScore('the archive is damaged', cause)
  }
}

const decodeText = (bytes: Uint8Array): string => {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

const readPitch = (note: XmlElement): number | undefined => {
  const step = readText(note, 'pitch/step')
  const octave = Number(readText(note, 'pitch/octave'))
  if (step === undefined || STEPS[step] === undefined || !Number.isFinite(octave)) return undefined
  return 12 * (octave + 1) + STEPS[step] + Number(readText(note, 'pitch/alter') ?? 0)
}

const hasTie = (note: XmlElement, type: string): boolean =>
  note.children.some((child) => child.name === 'tie' && child.attributes['type'] === type)

interface PartReading {
  readonly notes: ScoreNote[]
  readonly bpm: number | undefined
  readonly key: string | undefined
}

const readTempo = (element: XmlElement): number | undefined => {
  const sound = element.name === 'sound' ? element : findChild(element, 'sound')
  const bpm = Number(sound?.attributes['tempo'])
  return bpm >= 5 && bpm <= 1000 ? bpm : undefined
}

const readKey = (attributes: XmlElement): string | undefined => {
  const fifths = Number(readText(attributes, 'key/fifths') ?? NaN)
  const key = Number.isInteger(fifths) ? keyFromFifths(fifths, readText(attributes, 'key/mode') === 'minor') : null
  return key === null ? undefined : keyName(key)
}

/** The notes of one part. Grace notes take no time of their own and are left out; repeats are played once. */
const readPart = (part: XmlElement): PartReading => {
  const notes: ScoreNote[] = []
  let divisions = 1
  let transpose = 0
  let bpm: number | undefined
  let key: string | undefined
  let position = 0
  let lastStart = 0
  for (const element of part.children.filter(({ name }) => name === 'measure').flatMap(({ children }) => children)) {
    const length = Number(readText(element, 'duration') ?? 0) / divisions
    if (element.name === 'attributes') {
      divisions = Math.max(1, Number(readText(element, 'divisions') ?? divisions)) || 1
      transpose = Number(readText(element, 'transpose/chromatic') ?? transpose) || 0
      key ??= readKey(element)
    } else if (element.name === 'direction' || element.name === 'sound') bpm ??= readTempo(element)
    else if (element.name === 'backup') position = Math.max(0, position - length)
    else if (element.name === 'forward') position += length
    else if (element.name === 'note' && findChild(element, 'grace') === undefined && Number.isFinite(length) && length > 0) {
      const isChord = findChild(element, 'chord') !== undefined
      const start = isChord ? lastStart : position
      const pitch = readPitch(element)
      if (pitch !== undefined) {
        const isTiedToNext = hasTie(element, 'start')
        notes.push({ start, length, pitch: pitch + transpose, isTiedToNext, isTiedFromBefore: hasTie(element, 'stop') })
      }
      lastStart = start
      if (!isChord) position += length
    }
  }
  return { notes, bpm, key }
}

/** A note that ends where the next begins does not overlap it by a rounding error. */
const roundTime = (seconds: number): number => Math.round(seconds * 1e6) / 1e6

/** A tied note goes on in the one before it. */
const joinTies = (notes: readonly ScoreNote[]): ScoreNote[] => {
  const joined: ScoreNote[] = []
  const open = new Map<number, ScoreNote>()
  for (const note of notes) {
    const before = note.isTiedFromBefore ? open.get(note.pitch) : undefined
    if (before !== undefined && Math.abs(before.start + before.length - note.start) < 1e-6) before.length += note.length
    else joined.push({ ...note })
    const current = before ?? joined.at(-1)
    if (note.isTiedToNext && current !== undefined) open.set(note.pitch, current)
    else open.delete(note.pitch)
  }
  return joined
}

/** The violin's part where there is one by that name, else the first with notes. */
const choosePart = (score: XmlElement): PartReading | undefined => {
  const names = new Map(
    (findChild(score, 'part-list')?.children ?? []).map((part) => [part.attributes['id'], readText(part, 'part-name') ?? '']),
  )
  const parts = score.children
    .filter(({ name }) => name === 'part')
    .map((part) => ({ reading: readPart(part), name: names.get(part.attributes['id']) ?? '' }))
    .filter(({ reading }) => reading.notes.length > 0)
  return (parts.find(({ name }) => /viol[io]n\b|violon|geige|fiddle/i.test(name)) ?? parts[0])?.reading
}

/**
 * The melody of a MusicXML score, compressed (.mxl) or not: the violin's part where there is one, one note at a time.
 *
 * @throws  EngineError MELODY_UNREADABLE
 */
export const readMusicXml = (bytes: Uint8Array): Melody => {
  if (bytes.length > LARGEST_BYTES) throw unreadableScore(`it is ${Math.round(bytes.length / 1e6)} MB long`)
  const score = readXml(decodeText(isZip(bytes) ? unpackMxl(bytes) : bytes))
  if (score.name === 'score-timewise') throw unreadableScore('it is written by time; export it as "score-partwise"')
  if (score.name !== 'score-partwise') throw unreadableScore(`it is "${score.name}", not a score`)
  const part = choosePart(score)
  if (part === undefined) throw unreadableScore('it holds no notes')
  if (part.notes.length > MAXIMUM_NOTES) throw unreadableScore(`it holds ${part.notes.length} notes`)
  const secondsPerQuarter = 60 / (part.bpm ?? DEFAULT_BPM)
  const timed = joinTies(part.notes)
    .map(({ start, length, pitch }) => ({
      onset: roundTime(start * secondsPerQuarter),
      end: roundTime((start + length) * secondsPerQuarter),
      pitch,
      velocity: 0.7,
    }))
    .sort((a, b) => a.onset - b.onset || b.pitch - a.pitch)
  const notes = reduceToMelody(timed)
  const last = notes.at(-1)
  if (last === undefined) throw unreadableScore('it holds no notes')
  return {
    notes,
    durationSeconds: last.onsetSeconds + last.durationSeconds,
    ...(part.bpm === undefined ? {} : { bpm: part.bpm }),
    ...(part.key === undefined ? {} : { key: part.key }),
  }
}
