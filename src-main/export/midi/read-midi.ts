import midiFile, { type MidiData } from 'midi-file'
import type { Melody, Note } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { keyFromFifths, keyName } from '#music/keys.ts'
import { createTempoMap, ticksToSeconds, type TempoMap } from '#music/ticks.ts'
import { choosePart, type MidiPart, splitParts } from './midi-parts.ts'

const MAXIMUM_BYTES = 8_000_000
const MAXIMUM_NOTES = 100_000
/** Notes that start within this window are one chord; its top note is the melody. */
const CHORD_WINDOW_SECONDS = 0.03
/** A lower note under a held one is accompaniment when it lies further down than this. */
const ACCOMPANIMENT_SEMITONES = 3
/** Overlaps up to this long are a slur (our own writer's, and common practice), not a second voice. */
const SLUR_OVERLAP_SECONDS = 0.06

const unreadable = (reason: string, cause?: unknown): EngineError => new EngineError('MELODY_UNREADABLE', { reason }, { cause })

const readId = (bytes: Uint8Array, offset: number): string => String.fromCharCode(...bytes.subarray(offset, offset + 4))

/** The Standard MIDI File inside a RIFF-RMID wrapper; other bytes pass through. */
const unwrapRmid = (bytes: Uint8Array): Uint8Array => {
  if (readId(bytes, 0) !== 'RIFF') return bytes
  if (readId(bytes, 8) !== 'RMID') throw unreadable('the file is not a MIDI file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const length = view.getUint32(offset + 4, true)
    if (readId(bytes, offset) === 'data') return bytes.subarray(offset + 8, offset + 8 + length)
    offset += 8 + length + (length & 1)
  }
  throw unreadable('the RMID file holds no MIDI data')
}

/** A file that ends inside a declared track parses silently with fewer notes: refuse it instead. */
const checkChunks = (bytes: Uint8Array): void => {
  if (bytes.length < 14 || readId(bytes, 0) !== 'MThd') throw unreadable('the file is not a MIDI file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const trackCount = view.getUint16(10)
  let offset = 8 + view.getUint32(4)
  for (let track = 0; track < trackCount; track++) {
    if (offset + 8 > bytes.length) throw unreadable(`the MIDI file is cut off (track ${track + 1} of ${trackCount} is missing)`)
    const end = offset + 8 + view.getUint32(offset + 4)
    if (end > bytes.length) throw unreadable(`the MIDI file is cut off inside track ${track + 1} of ${trackCount}`)
    offset = end
  }
}

const parse = (bytes: Uint8Array): MidiData => {
  try {
    return midiFile.parseMidi(bytes)
  } catch (cause) {
    throw unreadable('the MIDI file is damaged', cause)
  }
}

interface Timing {
  readonly toSeconds: (ticks: number) => number
  readonly bpm: number | undefined
}

const readTiming = (midi: MidiData): Timing => {
  const { ticksPerBeat, framesPerSecond, ticksPerFrame } = midi.header
  const changes: { atTicks: number; bpm: number }[] = []
  for (const track of midi.tracks) {
    let ticks = 0
    for (const event of track) {
      ticks += event.deltaTime
      if (event.type === 'setTempo' && event.microsecondsPerBeat > 0)
        changes.push({ atTicks: ticks, bpm: 60e6 / event.microsecondsPerBeat })
    }
  }
  if (framesPerSecond !== undefined && ticksPerFrame !== undefined && ticksPerFrame > 0) {
    const rate = (framesPerSecond === 29 ? 30 / 1.001 : framesPerSecond) * ticksPerFrame
    return { toSeconds: (ticks) => ticks / rate, bpm: undefined }
  }
  if (ticksPerBeat === undefined || ticksPerBeat <= 0) throw unreadable('the MIDI file states no time division')
  const map: TempoMap = createTempoMap(changes)
  const bpm = changes.length === 0 ? undefined : map[0]?.bpm
  return { toSeconds: (ticks) => ticksToSeconds(ticks, map, ticksPerBeat), bpm }
}

const readKeyName = (midi: MidiData): string | undefined => {
  const event = midi.tracks.flat().find((candidate) => candidate.type === 'keySignature')
  if (event?.type !== 'keySignature') return undefined
  const key = keyFromFifths(event.key, event.scale === 1)
  return key === null ? undefined : keyName(key)
}

/** A note of a part as it stands in the file, in seconds; parts may hold chords. */
export interface TimedNote {
  onset: number
  end: number
  pitch: number
  velocity: number
}

/** Skyline: one note at a time, the upper voice of chords and double stops. Input in order of onset. */
export const reduceToMelody = (notes: readonly TimedNote[]): Note[] => {
  const kept: (TimedNote & { isSlurred?: boolean })[] = []
  for (const note of notes) {
    const previous = kept.at(-1)
    if (previous !== undefined && note.onset - previous.onset < CHORD_WINDOW_SECONDS) {
      if (note.pitch > previous.pitch)
        kept[kept.length - 1] = { ...note, onset: previous.onset, ...(previous.isSlurred === true && { isSlurred: true }) }
      continue
    }
    if (previous !== undefined && note.onset < previous.end) {
      const overlap = previous.end - note.onset
      if (overlap > SLUR_OVERLAP_SECONDS && previous.pitch - note.pitch > ACCOMPANIMENT_SEMITONES) continue
      previous.end = note.onset
      kept.push(overlap <= SLUR_OVERLAP_SECONDS ? { ...note, isSlurred: true } : { ...note })
      continue
    }
    kept.push({ ...note })
  }
  return kept
    .filter((note) => note.end > note.onset)
    .map(({ onset, end, pitch, velocity, isSlurred }) => ({
      onsetSeconds: onset,
      durationSeconds: end - onset,
      pitch: Math.min(127, Math.max(0, pitch)),
      velocity,
      confidence: 1,
      ...(isSlurred === true && { isSlurred }),
    }))
}

const openMidi = (bytes: Uint8Array): MidiData => {
  if (bytes.length === 0) throw unreadable('the file is empty')
  if (bytes.length > MAXIMUM_BYTES) throw unreadable(`the file is ${Math.round(bytes.length / 1e6)} MB long, far more than a melody needs`)
  const data = unwrapRmid(bytes)
  checkChunks(data)
  return parse(data)
}

const timePart = (part: MidiPart, timing: Timing): TimedNote[] => {
  if (part.spans.length > MAXIMUM_NOTES) throw unreadable(`the MIDI file holds ${part.spans.length} notes, far more than a melody needs`)
  const timed = part.spans.map((span) => ({
    onset: timing.toSeconds(span.startTicks),
    end: timing.toSeconds(span.endTicks),
    pitch: span.pitch,
    velocity: span.velocity,
  }))
  if (timed.some((note) => !Number.isFinite(note.end + note.onset + note.pitch + note.velocity)))
    throw unreadable('the MIDI file is damaged')
  return timed
}

/**
 * The melody of a MIDI file: the violin's part where there is one, reduced to one note at a time.
 * Times follow the file's own tempo map; a rest before the first note is kept.
 */
export const readMidiMelody = (bytes: Uint8Array): Melody => {
  const midi = openMidi(bytes)
  const timing = readTiming(midi)
  const part = choosePart(splitParts(midi))
  if (part === null) throw unreadable('the MIDI file holds no notes')
  const notes = reduceToMelody(timePart(part, timing))
  const last = notes.at(-1)
  if (last === undefined) throw unreadable('the MIDI file holds no notes')
  const key = readKeyName(midi)
  return {
    notes,
    durationSeconds: last.onsetSeconds + last.durationSeconds,
    ...(timing.bpm !== undefined && { bpm: timing.bpm }),
    ...(key !== undefined && { key }),
  }
}

/** Every part of a MIDI file that sounds, percussion left out. */
export interface MidiScore {
  readonly parts: readonly {
    readonly name: string
    readonly channel: number
    /** General MIDI program, counted from 0: 40 is the violin. */
    readonly program: number
    readonly notes: readonly TimedNote[]
  }[]
  readonly durationSeconds: number
  readonly bpm?: number
  readonly key?: string
  /** Name of the file's first track, which by convention is the title of the piece; bytes as the file has them. */
  readonly title?: string
  readonly copyright?: string
}

/** All parts with their names and programs, notes in seconds and unreduced. Throws MELODY_UNREADABLE. */
export const readMidiScore = (bytes: Uint8Array): MidiScore => {
  const midi = openMidi(bytes)
  const timing = readTiming(midi)
  const parts = splitParts(midi).map((part) => {
    return { name: part.name, channel: part.channel, program: part.program, notes: timePart(part, timing) }
  })
  const key = readKeyName(midi)
  let title: string | undefined
  let copyright: string | undefined
  for (const event of midi.tracks[0] ?? []) {
    if (event.type === 'trackName') title ??= event.text
    if (event.type === 'copyrightNotice') copyright ??= event.text
  }
  return {
    parts,
    durationSeconds: parts.reduce((end, part) => part.notes.reduce((latest, note) => Math.max(latest, note.end), end), 0),
    ...(timing.bpm !== undefined && { bpm: timing.bpm }),
    ...(key !== undefined && { key }),
    ...(title !== undefined && { title }),
    ...(copyright !== undefined && { copyright }),
  }
}
