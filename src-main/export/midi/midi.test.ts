import fc from 'fast-check'
import midiFile, { type MidiEvent } from 'midi-file'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { melodySchema, type Melody } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readMidiMelody } from './read-midi.ts'
import { writeMidi } from './write-midi.ts'

const note = (onsetSeconds: number, durationSeconds: number, pitch: number, extra: object = {}): Melody['notes'][number] => ({
  onsetSeconds,
  durationSeconds,
  pitch,
  velocity: 0.7,
  confidence: 1,
  ...extra,
})

const melodies = fc
  .record({
    bpm: fc.integer({ min: 40, max: 220 }),
    steps: fc.array(
      fc.record({
        gap: fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 1, noNaN: true })),
        length: fc.double({ min: 0.08, max: 2, noNaN: true }),
        pitch: fc.double({ min: 55, max: 105, noNaN: true }),
        velocity: fc.double({ min: 0.05, max: 1, noNaN: true }),
        isSlurred: fc.boolean(),
      }),
      { minLength: 1, maxLength: 25 },
    ),
  })
  .map(({ bpm, steps }): Melody => {
    let position = 0
    const notes = steps.map(({ gap, length, pitch, velocity, isSlurred }) => {
      position += gap
      const made = note(position, length, pitch, { velocity, ...(isSlurred && { isSlurred }) })
      position += length
      return made
    })
    return { notes, durationSeconds: position, bpm }
  })

const event = (fields: object): MidiEvent => ({ deltaTime: 0, ...fields }) as MidiEvent
const build = (tracks: MidiEvent[][], ticksPerBeat = 480): Uint8Array =>
  Uint8Array.from(midiFile.writeMidi({ header: { format: 1, numTracks: tracks.length, ticksPerBeat }, tracks }))
/** A track of [onset ticks, end ticks, key] in order, chords allowed. */
const track = (channel: number, program: number, name: string, spans: readonly (readonly [number, number, number])[]): MidiEvent[] => {
  const events = spans.flatMap(([on, off, noteNumber]) => [
    { at: on, order: 1, type: 'noteOn', noteNumber, velocity: 90 },
    { at: off, order: 0, type: 'noteOff', noteNumber, velocity: 0 },
  ])
  events.sort((a, b) => a.at - b.at || a.order - b.order)
  let previous = 0
  const timed = events.map(({ at, type, noteNumber, velocity }) => {
    const deltaTime = at - previous
    previous = at
    return event({ deltaTime, type, channel, noteNumber, velocity })
  })
  return [
    event({ type: 'trackName', meta: true, text: name }),
    event({ type: 'programChange', channel, programNumber: program }),
    ...timed,
    event({ type: 'endOfTrack', meta: true }),
  ]
}
const keysOf = (bytes: Uint8Array): number[] => readMidiMelody(bytes).notes.map((one) => one.pitch)
const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    return error instanceof EngineError ? error.code : String(error)
  }
  return 'nothing thrown'
}

describe('MIDI round trip', () => {
  it('keeps times to a tick, pitches to a bend step, velocities to a step, slurs where notes touch', () => {
    fc.assert(
      fc.property(melodies, (melody) => {
        const read = readMidiMelody(writeMidi(melody))
        const tick = 60 / (melody.bpm ?? 120) / 480
        expect(melodySchema.safeParse(read).success).toBe(true)
        expect(read.bpm).toBeCloseTo(melody.bpm ?? 0, 2)
        expect(read.notes).toHaveLength(melody.notes.length)
        read.notes.forEach((got, i) => {
          const wanted = melody.notes[i] ?? note(0, 1, 0)
          expect(Math.abs(got.onsetSeconds - wanted.onsetSeconds)).toBeLessThan(tick)
          expect(Math.abs(got.durationSeconds - wanted.durationSeconds)).toBeLessThan(17 * tick)
          expect(Math.abs(got.pitch - wanted.pitch)).toBeLessThan(2 / 8192)
          expect(Math.abs(got.velocity - wanted.velocity)).toBeLessThan(1 / 127)
        })
      }),
      { numRuns: 60 },
    )
  })

  it('keeps a slur between different keys', () => {
    const melody: Melody = {
      notes: [note(0, 0.5, 69), note(0.5, 0.5, 71, { isSlurred: true }), note(1, 0.5, 72)],
      durationSeconds: 1.5,
      bpm: 120,
    }
    expect(readMidiMelody(writeMidi(melody)).notes.map((one) => one.isSlurred === true)).toEqual([false, true, false])
  })

  it('writes format 1 at 480 ticks, the key, the name and the lanes as controllers', () => {
    const lanes = {
      ...DEFAULT_LANES,
      dynamics: [
        { at: 0, value: 0 },
        { at: 1, value: 1 },
      ],
    }
    const bytes = writeMidi({ notes: [note(0, 2, 69)], durationSeconds: 2, bpm: 96, key: 'E minor' }, { lanes, name: 'Hum 1' })
    const midi = midiFile.parseMidi(bytes)
    expect(midi.header).toMatchObject({ format: 1, numTracks: 2, ticksPerBeat: 480 })
    expect(midi.tracks[1]?.[0]).toMatchObject({ type: 'trackName', text: 'Hum 1' })
    const valuesOf = (type: number): number[] =>
      (midi.tracks[1] ?? []).flatMap((one) => (one.type === 'controller' && one.controllerType === type ? [one.value] : []))
    const dynamics = valuesOf(11)
    expect(dynamics[0]).toBe(0)
    expect(dynamics.at(-1)).toBeGreaterThan(120)
    expect(dynamics).toEqual([...dynamics].sort((a, b) => a - b))
    expect(valuesOf(1)).toEqual([38])
    expect(valuesOf(19)).toEqual([66])
    expect(readMidiMelody(bytes).key).toBe('E minor')
  })
})

describe('reading MIDI of others', () => {
  it('prefers the violin to a busier piano, and leaves percussion out', () => {
    const piano = track(0, 0, 'Piano', [
      [0, 240, 90],
      [240, 480, 91],
      [480, 720, 92],
      [720, 960, 93],
    ])
    const violin = track(1, 40, 'Vl', [
      [0, 480, 69],
      [480, 960, 71],
    ])
    const drums = track(9, 40, 'Drums', [[0, 480, 100]])
    expect(keysOf(build([piano, violin, drums]))).toEqual([69, 71])
    expect(codeOf(() => readMidiMelody(build([drums])))).toBe('MELODY_UNREADABLE')
  })

  it('takes a part called violin where all programs are 0', () => {
    expect(keysOf(build([track(0, 0, 'Piano', [[0, 480, 90]]), track(1, 0, 'Violino I', [[0, 480, 70]])]))).toEqual([70])
  })

  it('plays the top of chords and drops a lower voice under a held note', () => {
    const spans = [
      [0, 480, 60],
      [0, 480, 64],
      [10, 480, 67],
      [480, 1440, 76],
      [720, 960, 60],
      [1440, 1920, 74],
    ] as const
    expect(keysOf(build([track(0, 40, '', spans)]))).toEqual([67, 76, 74])
  })

  it('follows tempo changes', () => {
    const tempo = [
      event({ type: 'setTempo', meta: true, microsecondsPerBeat: 500_000 }),
      event({ deltaTime: 480, type: 'setTempo', meta: true, microsecondsPerBeat: 1_000_000 }),
      event({ type: 'endOfTrack', meta: true }),
    ]
    const melody = readMidiMelody(
      build([
        tempo,
        track(0, 40, '', [
          [0, 480, 60],
          [480, 960, 62],
        ]),
      ]),
    )
    expect(melody.notes.map((one) => one.durationSeconds)).toEqual([0.5, 1])
    expect(melody.bpm).toBe(120)
  })

  it('unwraps RIFF-RMID', () => {
    const inner = build([track(0, 40, '', [[0, 480, 69]])])
    const riff = new Uint8Array(20 + inner.length)
    riff.set(new TextEncoder().encode('RIFF    RMIDdata'))
    new DataView(riff.buffer).setUint32(16, inner.length, true)
    riff.set(inner, 20)
    expect(keysOf(riff)).toEqual([69])
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('not a midi file at all')],
    ['a JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...new Array<number>(40).fill(7)])],
    ['a cut file', build([track(0, 40, '', [[0, 480, 69]])]).subarray(0, 40)],
    ['a file without notes', build([[event({ type: 'endOfTrack', meta: true })]])],
  ])('refuses %s with MELODY_UNREADABLE', (_, bytes) => {
    expect(codeOf(() => readMidiMelody(bytes))).toBe('MELODY_UNREADABLE')
  })

  it('never throws anything but an EngineError, and answers only valid melodies, whatever the bytes', () => {
    const good = writeMidi({ notes: [note(0, 0.5, 69.3), note(0.5, 0.5, 71)], durationSeconds: 1, bpm: 100 }, { lanes: DEFAULT_LANES })
    const damages = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(damages, fc.nat(good.length), (changes, length) => {
        const bytes = good.slice(0, length % 3 === 0 ? length : good.length)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          expect(melodySchema.safeParse(readMidiMelody(bytes)).success).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError)
        }
      }),
      { numRuns: 600 },
    )
  })
})
