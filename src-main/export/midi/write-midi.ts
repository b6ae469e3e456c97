import midiFile, { type MidiEvent } from 'midi-file'
import { type CURVE_LANES, LANE_RANGES, laneAt, type CurveLane, type Lanes } from '#contract/expression.ts'
import type { Melody, Note } from '#contract/melody.ts'
import { readKey } from '#music/keys.ts'
import { createTempoMap, DEFAULT_BPM, PPQ, secondsToTicks } from '#music/ticks.ts'

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

const controller = (controllerType: number, value: number): MidiEvent => ({
  deltaTime: 0,
  type: 'controller',
  channel: 0,
  controllerType,
  value,
})

const writeLanes = (lanes: Pick<Lanes, CurveLane>, lengthTicks: number): TimedEvent[] => {
  const events: TimedEvent[] = []
  for (const [lane, number] of LANE_CONTROLLERS) {
    const { min, max } = LANE_RANGES[lane]
    let written = -1
    for (let atTicks = 0; atTicks <= lengthTicks; atTicks += LANE_STEP_TICKS) {
      const share = (laneAt(lanes[lane], lengthTicks === 0 ? 0 : atTicks / lengthTicks) - min) / (max - min)
      const value = Math.round(127 * Math.min(1, Math.max(0, share)))
      if (value !== written) events.push({ atTicks, order: 1, event: controller(number, value) })
      written = value
    }
  }
  return events
}

const writeNotes = (notes: readonly Note[], toTicks: (seconds: number) => number): TimedEvent[] => {
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
    if (value !== bend) events.push({ atTicks: start, order: 2, event: { deltaTime: 0, type: 'pitchBend', channel: 0, value } })
    bend = value
    const velocity = Math.max(1, Math.round(note.velocity * 127))
    events.push({ atTicks: start, order: 3, event: { deltaTime: 0, type: 'noteOn', channel: 0, noteNumber: key, velocity } })
    events.push({ atTicks: end, order: 0, event: { deltaTime: 0, type: 'noteOff', channel: 0, noteNumber: key, velocity: 64 } })
  })
  return events
}

/**
 * A format 1 MIDI file: a tempo track and one violin track at 480 ticks a quarter note. Fractional pitches become
 * pitch bends (range ±2 semitones by RPN 0), slurred notes overlap, lanes become controllers.
 */
export const writeMidi = (melody: Melody, options: WriteMidiOptions = {}): Uint8Array => {
  // The file stores whole microseconds a beat (24 bits): place the ticks by that tempo, not by the one asked for.
  const microsecondsPerBeat = Math.min(0xffffff, Math.max(1, Math.round(60e6 / (melody.bpm ?? DEFAULT_BPM))))
  const map = createTempoMap([{ atTicks: 0, bpm: 60e6 / microsecondsPerBeat }])
  const toTicks = (seconds: number): number => Math.round(secondsToTicks(seconds, map))
  const key = melody.key === undefined ? null : readKey(melody.key)
  const conductor: TimedEvent[] = [
    { atTicks: 0, order: 0, event: { deltaTime: 0, type: 'setTempo', meta: true, microsecondsPerBeat } },
    {
      atTicks: 0,
      order: 1,
      event: { deltaTime: 0, type: 'timeSignature', meta: true, numerator: 4, denominator: 4, metronome: 24, thirtyseconds: 8 },
    },
  ]
  if (key !== null) {
    const scale = key.mode === 'minor' ? 1 : 0
    conductor.push({ atTicks: 0, order: 2, event: { deltaTime: 0, type: 'keySignature', meta: true, key: key.fifths, scale } })
  }
  const setUp: MidiEvent[] = [
    { deltaTime: 0, type: 'trackName', meta: true, text: (options.name ?? 'Violin').replace(/[^\x20-\x7e]/g, '?') },
    { deltaTime: 0, type: 'programChange', channel: 0, programNumber: VIOLIN_PROGRAM },
    controller(101, 0),
    controller(100, 0),
    controller(6, BEND_RANGE_SEMITONES),
    controller(38, 0),
    controller(101, 127),
    controller(100, 127),
  ]
  const lengthTicks = toTicks(melody.durationSeconds)
  const part = [
    ...setUp.map((event, i) => ({ atTicks: 0, order: -20 + i, event })),
    ...(options.lanes === undefined ? [] : writeLanes(options.lanes, lengthTicks)),
    ...writeNotes(melody.notes, toTicks),
  ]
  const header = { format: 1 as const, numTracks: 2, ticksPerBeat: PPQ }
  return Uint8Array.from(midiFile.writeMidi({ header, tracks: [toDeltas(conductor), toDeltas(part)] }))
}
