import midiFile, { type MidiEvent } from 'midi-file'
import { type CURVE_LANES, LANE_RANGES, laneAt, type CurveLane, type Lanes } from '#contract/expression.ts'
import type { Melody, Note } from '#contract/melody.ts'
import { readKey } from '#music/keys.ts'
import { createTempoMap, DEFAULT_BPM, PPQ, secondsToTicks, type TempoChange } from '#music/ticks.ts'

export interface WriteMidiOptions {
  /** Written as CC11 dynamics, CC1 vibrato depth and CC19 vibrato rate, which virtual violins (SWAM) read. */
  readonly lanes?: Pick<Lanes, CurveLane>
  readonly name?: string
}

const VIOLIN_PROGRAM = 40
const BEND_RANGE_SEMITONES = 2
const BEND_STEPS = 8192
/** Slurred notes overlap by this much, so that samplers play legato. */
const SLUR_OVERLAP_TICKS = 10
/** A slur is only written across notes that touch. */
const SLUR_GAP_TICKS = 15
const LANE_STEP_TICKS = 60
const LANE_CONTROLLERS = [
  ['dynamics', 11],
  ['vibratoDepth', 1],
  ['vibratoRate', 19],
] as const satisfies readonly (readonly [(typeof CURVE_LANES)[number], number])[]

/** An event at an absolute tick; `order` settles what comes first at the same tick. */
interface TimedEvent {
  readonly atTicks: number
  readonly order: number
  readonly event: MidiEvent
}

const toDeltas = (events: readonly TimedEvent[]): MidiEvent[] => {
  let previous = 0
  const sorted = [...events].sort((a, b) => a.atTicks - b.atTicks || a.order - b.order)
  const track = sorted.map(({ atTicks, event }) => {
    const deltaTime = atTicks - previous
    previous = atTicks
    return { ...event, deltaTime }
  })
  return [...track, { deltaTime: 0, type: 'endOfTrack', meta: true }]
}

const controller = (channel: number, controllerType: number, value: number): MidiEvent => ({
  deltaTime: 0,
  type: 'controller',
  channel,
  controllerType,
  value,
})

const writeLanes = (stretch: LaneStretch, channel: number, toTicks: (seconds: number) => number): TimedEvent[] => {
  const events: TimedEvent[] = []
  const startTicks = toTicks(stretch.startSeconds)
  const lengthTicks = toTicks(stretch.startSeconds + stretch.durationSeconds) - startTicks
  const [from, to] = stretch.part ?? [0, 1]
  for (const [lane, number] of LANE_CONTROLLERS) {
    const { min, max } = LANE_RANGES[lane]
    let written = -1
    for (let ticks = 0; ticks <= lengthTicks; ticks += LANE_STEP_TICKS) {
      const at = from + (lengthTicks === 0 ? 0 : ticks / lengthTicks) * (to - from)
      const share = (laneAt(stretch.lanes[lane], at) - min) / (max - min)
      const value = Math.round(127 * Math.min(1, Math.max(0, share)))
      if (value !== written) events.push({ atTicks: startTicks + ticks, order: 1, event: controller(channel, number, value) })
      written = value
    }
  }
  return events
}

const writeNotes = (notes: readonly Note[], channel: number, toTicks: (seconds: number) => number): TimedEvent[] => {
  const events: TimedEvent[] = []
  let bend = 0
  const starts = notes.map((note) => toTicks(note.onsetSeconds))
  notes.forEach((note, i) => {
    const start = starts[i] ?? 0
    const nextStart = starts[i + 1] ?? Infinity
    const key = Math.min(127, Math.max(0, Math.round(note.pitch)))
    const value = Math.max(-BEND_STEPS, Math.min(BEND_STEPS - 1, Math.round(((note.pitch - key) / BEND_RANGE_SEMITONES) * BEND_STEPS)))
    const soundingEnd = Math.min(Math.max(start + 1, toTicks(note.onsetSeconds + note.durationSeconds)), Math.max(start + 1, nextStart))
    const next = notes[i + 1]
    const touches = next !== undefined && next.isSlurred === true && nextStart - soundingEnd <= SLUR_GAP_TICKS
    const isRepeated = next !== undefined && Math.round(next.pitch) === key
    const end = touches && !isRepeated ? nextStart + SLUR_OVERLAP_TICKS : soundingEnd
    if (value !== bend) events.push({ atTicks: start, order: 2, event: { deltaTime: 0, type: 'pitchBend', channel, value } })
    bend = value
    const velocity = Math.max(1, Math.round(note.velocity * 127))
    events.push({ atTicks: start, order: 3, event: { deltaTime: 0, type: 'noteOn', channel, noteNumber: key, velocity } })
    events.push({ atTicks: end, order: 0, event: { deltaTime: 0, type: 'noteOff', channel, noteNumber: key, velocity: 64 } })
  })
  return events
}

/** A stretch of a part on which lanes lie; `part` is the share of the lanes that is heard, the whole where left out. */
export interface LaneStretch {
  readonly startSeconds: number
  readonly durationSeconds: number
  readonly lanes: Pick<Lanes, CurveLane>
  readonly part?: readonly [from: number, to: number]
}

/** One track of notes. Times are seconds of the tempo map. */
export interface MidiPart {
  readonly name: string
  /** 0..15 */
  readonly channel: number
  /** In order of onset. */
  readonly notes: readonly Note[]
  readonly laneStretches: readonly LaneStretch[]
}

/** What holds for all parts. */
export interface MidiConductor {
  readonly tempo: readonly TempoChange[]
  readonly metre: readonly { readonly atTicks: number; readonly beats: number; readonly unit: number }[]
  readonly key?: string
  readonly markers?: readonly { readonly atSeconds: number; readonly name: string }[]
}

const toMeta = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?')

const writePart = ({ name, channel, notes, laneStretches }: MidiPart, toTicks: (seconds: number) => number): MidiEvent[] => {
  const setUp: MidiEvent[] = [
    { deltaTime: 0, type: 'trackName', meta: true, text: toMeta(name) },
    { deltaTime: 0, type: 'programChange', channel, programNumber: VIOLIN_PROGRAM },
    controller(channel, 101, 0),
    controller(channel, 100, 0),
    controller(channel, 6, BEND_RANGE_SEMITONES),
    controller(channel, 38, 0),
    controller(channel, 101, 127),
    controller(channel, 100, 127),
  ]
  return toDeltas([
    ...setUp.map((event, i) => ({ atTicks: 0, order: -20 + i, event })),
    ...laneStretches.flatMap((stretch) => writeLanes(stretch, channel, toTicks)),
    ...writeNotes(notes, channel, toTicks),
  ])
}

/**
 * A format 1 MIDI file at 480 ticks a quarter note: a track of tempo, metre, key and markers, and one track for each part.
 * Fractional pitches become pitch bends (range ±2 semitones by RPN 0), slurred notes overlap, lanes become controllers.
 */
export const writeMidiFile = (conductor: MidiConductor, parts: readonly MidiPart[]): Uint8Array => {
  // The file stores whole microseconds a beat (24 bits): place the ticks by that tempo, not by the one asked for.
  const tempo = conductor.tempo.map(({ atTicks, bpm }) => ({
    atTicks,
    microsecondsPerBeat: Math.min(0xffffff, Math.max(1, Math.round(60e6 / bpm))),
  }))
  const map = createTempoMap(tempo.map(({ atTicks, microsecondsPerBeat }) => ({ atTicks, bpm: 60e6 / microsecondsPerBeat })))
  const toTicks = (seconds: number): number => Math.round(secondsToTicks(seconds, map))
  const key = conductor.key === undefined ? null : readKey(conductor.key)
  const events: TimedEvent[] = [
    ...tempo.map(({ atTicks, microsecondsPerBeat }): TimedEvent => {
      return { atTicks, order: 0, event: { deltaTime: 0, type: 'setTempo', meta: true, microsecondsPerBeat } }
    }),
    ...conductor.metre.map(({ atTicks, beats, unit }): TimedEvent => {
      const event = {
        deltaTime: 0,
        type: 'timeSignature',
        meta: true,
        numerator: beats,
        denominator: unit,
        metronome: 24,
        thirtyseconds: 8,
      } as const
      return { atTicks, order: 1, event }
    }),
    ...(conductor.markers ?? []).map(({ atSeconds, name }): TimedEvent => {
      return { atTicks: toTicks(atSeconds), order: 3, event: { deltaTime: 0, type: 'marker', meta: true, text: toMeta(name) } }
    }),
  ]
  if (key !== null) {
    const scale = key.mode === 'minor' ? 1 : 0
    events.push({ atTicks: 0, order: 2, event: { deltaTime: 0, type: 'keySignature', meta: true, key: key.fifths, scale } })
  }
  const header = { format: 1 as const, numTracks: parts.length + 1, ticksPerBeat: PPQ }
  return Uint8Array.from(midiFile.writeMidi({ header, tracks: [toDeltas(events), ...parts.map((part) => writePart(part, toTicks))] }))
}

/** A melody as a MIDI file of one violin track in 4/4; see `writeMidiFile`. */
export const writeMidi = (melody: Melody, options: WriteMidiOptions = {}): Uint8Array => {
  const whole = { startSeconds: 0, durationSeconds: melody.durationSeconds }
  const laneStretches = options.lanes === undefined ? [] : [{ ...whole, lanes: options.lanes }]
  return writeMidiFile(
    {
      tempo: [{ atTicks: 0, bpm: melody.bpm ?? DEFAULT_BPM }],
      metre: [{ atTicks: 0, beats: 4, unit: 4 }],
      ...(melody.key !== undefined && { key: melody.key }),
    },
    [{ name: options.name ?? 'Violin', channel: 0, notes: melody.notes, laneStretches }],
  )
}
