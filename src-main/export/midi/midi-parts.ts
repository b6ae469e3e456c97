import type { MidiData, MidiEvent } from 'midi-file'

/** A sounding stretch of one key, in ticks, with its pitch bend applied. */
export interface MidiSpan {
  startTicks: number
  endTicks: number
  /** MIDI note number, fractional where the channel was bent at the onset. */
  pitch: number
  velocity: number
}

/** Notes of one (track, channel, program): what a score would call a part. */
export interface MidiPart {
  readonly name: string
  readonly channel: number
  readonly program: number
  readonly spans: MidiSpan[]
}

const PERCUSSION_CHANNEL = 9

/** State of one channel while a track is read. */
interface ChannelState {
  program: number
  bend: number
  bendRangeSemitones: number
  rpn: number
  open: Map<number, { span: MidiSpan; part: MidiPart }>
}

const createChannel = (): ChannelState => ({ program: 0, bend: 0, bendRangeSemitones: 2, rpn: 0x3fff, open: new Map() })

const readController = (state: ChannelState, controller: number, value: number): void => {
  if (controller === 101) state.rpn = (state.rpn & 0x7f) | (value << 7)
  else if (controller === 100) state.rpn = (state.rpn & 0x3f80) | value
  else if (controller === 6 && state.rpn === 0) state.bendRangeSemitones = value
  else if (controller === 121) state.bend = 0
}

const closeNote = (state: ChannelState, key: number, atTicks: number): void => {
  const open = state.open.get(key)
  if (open === undefined) return
  state.open.delete(key)
  open.span.endTicks = atTicks
  if (atTicks > open.span.startTicks) open.part.spans.push(open.span)
}

const readTrack = (events: readonly MidiEvent[]): MidiPart[] => {
  const parts = new Map<string, MidiPart>()
  const channels = new Map<number, ChannelState>()
  let name = ''
  for (const event of events) if (event.type === 'trackName' && name === '') name = event.text
  const channelOf = (index: number): ChannelState => {
    const known = channels.get(index)
    if (known !== undefined) return known
    const created = createChannel()
    channels.set(index, created)
    return created
  }
  let ticks = 0
  for (const event of events) {
    ticks += event.deltaTime
    if (!('channel' in event) || event.type === 'channelPrefix') continue
    const state = channelOf(event.channel)
    if (event.type === 'programChange') state.program = event.programNumber
    else if (event.type === 'pitchBend') state.bend = event.value / 8192
    else if (event.type === 'controller') readController(state, event.controllerType, event.value)
    else if (event.type === 'noteOff' || (event.type === 'noteOn' && event.velocity === 0)) closeNote(state, event.noteNumber, ticks)
    else if (event.type === 'noteOn') {
      closeNote(state, event.noteNumber, ticks)
      const id = `${event.channel}/${state.program}`
      const part = parts.get(id) ?? { name, channel: event.channel, program: state.program, spans: [] }
      parts.set(id, part)
      const pitch = event.noteNumber + state.bend * state.bendRangeSemitones
      state.open.set(event.noteNumber, {
        span: { startTicks: ticks, endTicks: ticks, pitch, velocity: Math.min(1, event.velocity / 127) },
        part,
      })
    }
  }
  for (const state of channels.values()) for (const key of [...state.open.keys()]) closeNote(state, key, ticks)
  return [...parts.values()]
}

/** Every part that sounds, percussion left out, spans in order of onset. */
export const splitParts = (midi: MidiData): MidiPart[] => {
  const parts = midi.tracks.flatMap(readTrack).filter((part) => part.channel !== PERCUSSION_CHANNEL && part.spans.length > 0)
  for (const part of parts) part.spans.sort((a, b) => a.startTicks - b.startTicks || b.pitch - a.pitch)
  return parts
}

/** The violin in five languages; a violoncello or violone is none. */
export const VIOLIN_NAME = /violin|violon(?!ce|e)|geige|fiddle|skripka/i
const MELODY_NAME = /melod|solo|lead|vocal|voice|tune|sopran/i

/** Preference of General MIDI parts: violin and fiddle first, then strings, then what is called a melody, then the rest. */
const rankPart = ({ program, name }: MidiPart): number => {
  if (program === 40 || program === 110 || (program === 0 && VIOLIN_NAME.test(name))) return 3
  if ((program >= 41 && program <= 45) || (program >= 48 && program <= 51)) return 2
  return MELODY_NAME.test(name) ? 1 : 0
}

const meanPitch = ({ spans }: MidiPart): number => spans.reduce((sum, span) => sum + span.pitch, 0) / spans.length

/** The part a violinist would take: best rank; among equals the highest of those that play at least a quarter of the busiest one's notes. */
export const choosePart = (parts: readonly MidiPart[]): MidiPart | null => {
  const best = Math.max(...parts.map(rankPart))
  const candidates = parts.filter((part) => rankPart(part) === best)
  const busiest = Math.max(...candidates.map((part) => part.spans.length))
  const eligible = candidates.filter((part) => part.spans.length >= busiest / 4)
  return eligible.reduce<MidiPart | null>((top, part) => (top === null || meanPitch(part) > meanPitch(top) ? part : top), null)
}
