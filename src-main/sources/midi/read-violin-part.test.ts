import { describe, expect, it } from 'vitest'
import { type FixturePart, writeMidiParts } from '#test/fixtures/sources/make-source-fixtures.ts'
import { GENERAL_MIDI_NAMES } from './general-midi.ts'
import { decodeMidiText } from './midi-text.ts'
import { readViolinPart } from './read-violin-part.ts'

const part = (facts: Partial<FixturePart>, from = 60): FixturePart => ({
  name: '',
  program: 0,
  channel: 0,
  notes: [0, 1, 2, 3].map((beat) => [beat, 1, from + beat]),
  ...facts,
})
const read = (...parts: FixturePart[]) => readViolinPart(writeMidiParts('Test', 120, 0, parts))

describe('the violin part', () => {
  it('is found by its program, with times in seconds', () => {
    const found = read(part({ program: 0, name: 'Piano' }), part({ program: 40, channel: 1 }, 70))
    expect(found).toMatchObject({
      instrument: 'violin',
      evidence: 'program',
      program: 40,
      writtenNoteCount: 4,
      melody: { bpm: 120, key: 'C major' },
    })
    expect(found?.melody.notes.map(({ onsetSeconds, durationSeconds, pitch }) => [onsetSeconds, durationSeconds, pitch])).toEqual([
      [0, 0.5, 70],
      [0.5, 0.5, 71],
      [1, 0.5, 72],
      [1.5, 0.5, 73],
    ])
  })

  it('is found by its name where the program says nothing', () => {
    expect(read(part({ name: 'Geige' }))?.evidence).toBe('name')
    expect(read(part({ name: 'Violin II', program: 48 }))?.instrument).toBe('violin')
    expect(read(part({ name: 'fiddle', program: 110 }))?.instrument).toBe('fiddle')
  })

  it('is the first violin of several, and a viola only without one', () => {
    const second = part({ program: 40, name: 'Violin 2' }, 60)
    const first = part({ program: 40, name: 'Violin 1', channel: 1 }, 76)
    const viola = part({ program: 41, name: 'Viola', channel: 2 }, 90)
    expect(read(second, first, viola)?.trackName).toBe('Violin 1')
    expect(read(viola, part({ program: 0, channel: 3 }))?.instrument).toBe('viola')
  })

  it('is not a cello, a piano called so, or a drum', () => {
    expect(read(part({ name: 'Violoncello' }))).toBeUndefined()
    expect(read(part({ name: 'Violone' }))).toBeUndefined()
    expect(read(part({ name: 'Violin', program: 73 }))).toBeUndefined()
    expect(read(part({ name: 'Violin', channel: 9 }))).toBeUndefined()
  })

  it('comes one note at a time', () => {
    const chords = part({
      program: 40,
      notes: [
        [0, 1, 62],
        [0, 1, 69],
        [1, 1, 71],
      ],
    })
    const found = read(chords)
    expect(found?.melody.notes.map(({ pitch }) => pitch)).toEqual([69, 71])
    expect(found?.writtenNoteCount).toBe(3)
  })
})

describe('words of a MIDI file', () => {
  it('are read as UTF-8 or Latin-1', () => {
    expect(decodeMidiText(Buffer.from('Étude', 'utf8').toString('latin1'))).toBe('Étude')
    expect(decodeMidiText('Étude\u0000\n x')).toBe('Étude x')
  })
  it('name 128 programs', () => {
    expect(GENERAL_MIDI_NAMES).toHaveLength(128)
    expect([GENERAL_MIDI_NAMES[40], GENERAL_MIDI_NAMES[41], GENERAL_MIDI_NAMES[73], GENERAL_MIDI_NAMES[110]]).toEqual([
      'violin',
      'viola',
      'flute',
      'fiddle',
    ])
  })
})
