import { BasicMIDI, type MIDIMessage } from 'spessasynth_core'
import { describe, expect, it } from 'vitest'
import { writeProjectMidi } from '#main/export/midi/write-project-midi.ts'
import { SAMPLE_PROJECT } from '#test/suites/sample-projects.ts'

/**
 * The arrangement's MIDI file in the eyes of a synthesiser's reader, which shares nothing with the library that writes it. Events are
 * taken from their raw bytes, and ticks become seconds by the synthesiser's own tempo map.
 */
const bytes = writeProjectMidi(SAMPLE_PROJECT)
const midi = BasicMIDI.fromArrayBuffer(Uint8Array.from(bytes).buffer)
const NOTE_ON = 0x90
const CONTROLLER = 0xb0
const PITCH_BEND = 0xe0

const eventsOf = (track: number, kind: number): readonly MIDIMessage[] =>
  (midi.tracks[track]?.events ?? []).filter(({ statusByte }) => (statusByte < 0x80 ? statusByte : statusByte & 0xf0) === kind)
const textOf = ({ data }: MIDIMessage): string => new TextDecoder().decode(data)
/** Controllers of one number, in the order in which they lie. */
const controls = (track: number, number: number): { seconds: number; value: number }[] =>
  eventsOf(track, CONTROLLER)
    .filter(({ data }) => data[0] === number)
    .map(({ ticks, data }) => ({ seconds: midi.midiTicksToSeconds(ticks), value: data[1] ?? -1 }))

describe('the MIDI file of an arrangement, read by a synthesiser', () => {
  it('has its tempo and metre map, markers and names', () => {
    expect([midi.format, midi.timeDivision, midi.tracks.length]).toEqual([1, 480, 3])
    // Written in whole microseconds a beat.
    const tempo = midi.tempoChanges.map((change) => [change.ticks, Math.round(change.tempo * 1000) / 1000])
    expect(tempo).toEqual(expect.arrayContaining([[0, 92], [2880, 120]])) // prettier-ignore
    expect(eventsOf(0, 0x58).map(({ ticks, data }) => [ticks, data[0], 2 ** (data[1] ?? 0)])).toEqual([[0, 3, 4], [2880, 6, 8]]) // prettier-ignore
    expect(eventsOf(0, 0x06).map((marker) => [textOf(marker), midi.midiTicksToSeconds(marker.ticks)])).toEqual([
      ['A', 0],
      ['B "loud"', expect.closeTo(4.5, 2)],
    ])
    expect(midi.tracks.map(({ name }) => name).slice(1)).toEqual(['Violin', 'Ideas'])
  })

  it('plays the notes of the clips where they lie, as loud as they are, each ended', () => {
    const { clips, sources, tracks } = SAMPLE_PROJECT
    const violin = tracks.find(({ name }) => name === 'Violin')
    const plain = clips.find(({ id }) => id === 'plain')
    const source = sources.find(({ id }) => id === plain?.sourceId)
    expect(plain?.trackId).toBe(violin?.id)
    const strokes = eventsOf(1, NOTE_ON).filter(({ data }) => (data[1] ?? 0) > 0)
    const notes = source?.notes.filter(({ onsetSeconds }) => onsetSeconds < (plain?.durationSeconds ?? 0)) ?? []
    expect(notes.length).toBeGreaterThan(1)
    notes.forEach((note, i) => {
      const stroke = strokes[i]
      expect(midi.midiTicksToSeconds(stroke?.ticks ?? -1)).toBeCloseTo((plain?.startSeconds ?? 0) + note.onsetSeconds, 2)
      expect(stroke?.data[0]).toBe(Math.round(note.pitch))
      expect(stroke?.data[1]).toBe(Math.max(1, Math.round(note.velocity * 127)))
    })
    for (const track of [1, 2]) {
      const keys = new Map<number, number>()
      for (const { statusByte, data } of midi.tracks[track]?.events ?? []) {
        const [key = 0, velocity = 0] = data
        if ((statusByte & 0xf0) === NOTE_ON && velocity > 0) keys.set(key, (keys.get(key) ?? 0) + 1)
        else if ((statusByte & 0xf0) === 0x80 || (statusByte & 0xf0) === NOTE_ON) keys.set(key, (keys.get(key) ?? 0) - 1)
      }
      expect([...keys.values()].every((open) => open === 0)).toBe(true)
    }
  })

  it('carries loudness, vibrato and bends, the range of the bends said first', () => {
    for (const number of [11, 1, 19]) {
      const curve = controls(1, number)
      expect(curve.length, `CC${number}`).toBeGreaterThan(0)
      expect(curve.every(({ seconds, value }) => seconds >= 0 && value >= 0 && value <= 127)).toBe(true)
    }
    const range = eventsOf(1, CONTROLLER).filter(({ data }) => [101, 100, 6].includes(data[0] ?? 0))
    expect(range.slice(0, 3).map(({ data }) => [data[0], data[1]])).toEqual([[101, 0], [100, 0], [6, 2]]) // prettier-ignore
    const bends = eventsOf(1, PITCH_BEND).map(({ data }) => ((data[1] ?? 0) << 7) + (data[0] ?? 0) - 8192)
    // A quarter tone of the two semitones.
    expect(bends).toContain(2048 / 2)
  })
})
