import midiFile, { type MidiEvent } from 'midi-file'
import { describe, expect, it } from 'vitest'
import { SAMPLE_PROJECT } from '#test/suites/sample-projects.ts'
import { writeProjectMidi } from './write-project-midi.ts'

const midi = midiFile.parseMidi(writeProjectMidi(SAMPLE_PROJECT))
/** Events of one type with their absolute ticks. */
const eventsOf = <T extends MidiEvent['type']>(track: number, type: T): (Extract<MidiEvent, { type: T }> & { ticks: number })[] => {
  let ticks = 0
  return (midi.tracks[track] ?? []).flatMap((event) => {
    ticks += event.deltaTime
    return event.type === type ? [{ ...(event as Extract<MidiEvent, { type: T }>), ticks }] : []
  })
}

describe('the notes of an arrangement as MIDI', () => {
  it('carries the tempo and metre map, key and markers', () => {
    expect(midi.header).toMatchObject({ format: 1, numTracks: 3, ticksPerBeat: 480 })
    expect(eventsOf(0, 'setTempo').map(({ ticks, microsecondsPerBeat }) => [ticks, microsecondsPerBeat])).toEqual([
      [0, 652174],
      [2880, 500000],
    ])
    expect(eventsOf(0, 'timeSignature').map(({ ticks, numerator, denominator }) => [ticks, numerator, denominator])).toEqual([
      [0, 3, 4],
      [2880, 6, 8],
    ])
    // 2880 ticks at 92 are 3.913 s, the rest at 120
    expect(eventsOf(0, 'marker').map(({ ticks, text }) => [ticks, text])).toEqual([
      [0, 'A'],
      [2880 + Math.round((4.5 - (6 * 60) / 92) * 960), 'B "loud"'],
    ])
    expect(eventsOf(0, 'keySignature')).toHaveLength(1)
  })

  it('has a track for each that has notes, where they sound: trimmed, slipped, looped', () => {
    expect([1, 2].map((track) => eventsOf(track, 'trackName')[0]?.text)).toEqual(['Violin', 'Ideas'])
    expect([1, 2].map((track) => eventsOf(track, 'noteOn')[0]?.channel)).toEqual([0, 1])
    const toSeconds = (ticks: number): number => (Math.min(ticks, 2880) / 480) * (60 / 92) + Math.max(0, ticks - 2880) / 960
    const played = eventsOf(1, 'noteOn').map(({ ticks, noteNumber }) => [Math.round(toSeconds(ticks) * 100) / 100, noteNumber])
    expect(played).toEqual([
      [0, 69],
      [0.5, 71],
      [1, 72],
      [1.75, 71],
      [2.15, 72],
      [6, 69],
      [6.25, 71],
      [6.75, 72],
      [7.25, 71],
      [7.75, 72],
      [8.25, 71],
      [8.75, 72],
    ])
  })

  it('writes dynamics, vibrato depth and rate where the takes are heard, and bends of a quarter tone', () => {
    const controls = eventsOf(1, 'controller')
    const dynamics = controls.filter((event) => event.controllerType === 11)
    expect(dynamics[0]).toMatchObject({ ticks: 0, value: 0 })
    expect(controls.filter((event) => event.controllerType === 1).length).toBeGreaterThan(0)
    expect(controls.filter((event) => event.controllerType === 19).length).toBeGreaterThan(0)
    // the slipped clip begins 0.6 s into two seconds of a rising line
    const slipped = dynamics.find((event) => event.ticks >= Math.round((1.75 * 92 * 480) / 60))
    expect(slipped?.value).toBe(Math.round(0.3 * 127))
    expect(eventsOf(1, 'pitchBend').some((event) => event.value === 1024)).toBe(true)
  })
})
