import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { melodySchema, VIOLIN_HIGHEST, VIOLIN_LOWEST } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { noteName } from '#music/pitch.ts'
import { FAMOUS_TUNES } from './famous-tunes.ts'
import { readAbcBeats } from './read-abc.ts'
import { readMelodyText } from './read-melody-source.ts'
import { readNamedMusic } from './read-named-music.ts'

const names = (text: string): string =>
  readMelodyText(text)
    .notes.map((note) => noteName(note.pitch))
    .join(' ')
const beats = (text: string): number[] => {
  const { notes, bpm = 0 } = readMelodyText(text)
  return notes.map((note) => Math.round(((note.durationSeconds * bpm) / 60) * 1000) / 1000)
}
const onsets = (text: string): number[] => {
  const { notes, bpm = 0 } = readMelodyText(text)
  return notes.map((note) => Math.round(((note.onsetSeconds * bpm) / 60) * 1000) / 1000)
}

describe('notes one by one', () => {
  it('reads the sentence of the manual', () => {
    const text = 'A4 B4 C#5 D5 in quarter notes at 96, then a long E5'
    expect(names(text)).toBe('A4 B4 C#5 D5 E5')
    expect(beats(text)).toEqual([1, 1, 1, 1, 4])
    expect(readMelodyText(text).bpm).toBe(96)
  })

  it.each([
    ['Bb4, C5; E♭5', 'Bb4 C5 Eb5'],
    ['B flat 4 and F sharp 5', 'Bb4 F#5'],
    ['Fis4 H4 Cis5', 'F#4 B4 C#5'],
    ['c d e f g', 'C5 D5 E5 F5 G5'],
    ['A B C D E', 'A4 B4 C5 D5 E5'],
    ['G3 A B C D', 'G3 A3 B3 C4 D4'],
    ['A4-B4-C5', 'A4 B4 C5'],
    ['a4 b4 c5', 'A4 B4 C5'],
    ['do re mi fa sol la si do', 'C5 D5 E5 F5 G5 A5 B5 C6'],
    ['E4 G4 twice', 'E4 G4 E4 G4'],
  ])('%s', (text, expected) => {
    expect(names(text)).toBe(expected)
  })

  it.each([
    ['quarter A4 half B4 eighth C5', [1, 2, 0.5]],
    ['A4 quarter, B4 half, C5 eighth', [1, 2, 0.5]],
    ['A4q B4h. C5e', [1, 3, 0.5]],
    ['A4 q B4 h C5 w', [1, 2, 4]],
    ['A4:2 B4:0.5', [2, 0.5]],
    ['A4 for 2 beats, B4 for one beat', [2, 1]],
    ['dotted quarter D5, eighth E5', [1.5, 0.5]],
    ['A4 B4 C5 in eighth note triplets', [0.333, 0.333, 0.333]],
    ['A4 B4 in eighths, C5 D5 in half notes', [0.5, 0.5, 2, 2]],
    ['crotchets: G4 A4 and a minim B4', [1, 1, 2]],
    ['A4 B4 in Achteln', [0.5, 0.5]],
  ])('times %s', (text, expected) => {
    expect(beats(text)).toEqual(expected)
  })

  it('counts rests', () => {
    expect(onsets('A4 quarter rest B4 rest C5')).toEqual([0, 2, 4])
  })

  it.each(['H9 X2', 'A4 Z4 C5', 'C###4', 'A4 B4 at 5000 bpm', 'A4 for 900 beats'])('refuses "%s" with MELODY_UNREADABLE', (text) => {
    expect(() => readNamedMusic(text)).toThrow(expect.objectContaining({ code: 'MELODY_UNREADABLE' }))
  })

  it.each(['a tender tune', 'A sad song in D minor', 'play it on the G string and the E string', 'at half past 8', 'add a bad ad', ''])(
    'finds no music in "%s"',
    (text) => {
      expect(readNamedMusic(text)).toBeNull()
    },
  )
})

describe('scales and broken chords', () => {
  it.each([
    ['an ascending G minor arpeggio', 'G3 Bb3 D4 G4'],
    ['D major scale', 'D4 E4 F#4 G4 A4 B4 C#5 D5'],
    ['a descending B flat major scale', 'Bb4 A4 G4 F4 Eb4 D4 C4 Bb3'],
    ['E melodic minor scale up and down', 'E4 F#4 G4 A4 B4 C#5 Eb5 E5 D5 C5 B4 A4 G4 F#4 E4'],
    ['harmonic minor scale in A', 'A3 B3 C4 D4 E4 F4 G#4 A4'],
    ['D dorian scale', 'D4 E4 F4 G4 A4 B4 C5 D5'],
    ['a pentatonic scale on A', 'A3 B3 C#4 E4 F#4 A4'],
    ['G dominant seventh arpeggio', 'G3 B3 D4 F4 G4'],
    ['C major arpeggio from C5', 'C5 E5 G5 C6'],
    ['G-Dur Tonleiter', 'G3 A3 B3 C4 D4 E4 F#4 G4'],
  ])('%s', (text, expected) => {
    expect(names(text)).toBe(expected)
  })

  it('spans octaves and takes lengths', () => {
    const text = 'two-octave D major scale up and down in eighth notes'
    expect(beats(text)).toHaveLength(29)
    expect(new Set(beats(text))).toEqual(new Set([0.5]))
    expect(names('chromatic scale from G3 to G5').split(' ')).toHaveLength(25)
  })

  it('goes on after "then"', () => {
    expect(names('G major arpeggio, then a long D5')).toBe('G3 B3 D4 G4 D5')
  })
})

describe('tunes by name', () => {
  it.each(FAMOUS_TUNES.map((tune) => [tune.title, tune] as const))(
    '%s fits the violin, fills whole bars and answers to its names',
    (_, tune) => {
      const metre = /M:(\d+)\/(\d+)/.exec(tune.abc)
      const bar = (4 * Number(metre?.[1])) / Number(metre?.[2])
      const { beats: all } = readAbcBeats(`X:1\n${tune.abc}`)
      const total = all.reduce((sum, beat) => sum + beat.beats, 0)
      expect(Math.abs(total / bar - Math.round(total / bar))).toBeLessThan(1e-9)
      for (const name of tune.names) {
        const { notes } = readMelodyText(`Play ${name}, please`)
        expect(notes).toHaveLength(all.filter((beat) => beat.pitch !== null).length)
        expect(Math.min(...notes.map((note) => note.pitch))).toBeGreaterThanOrEqual(VIOLIN_LOWEST)
        expect(Math.max(...notes.map((note) => note.pitch))).toBeLessThanOrEqual(VIOLIN_HIGHEST)
      }
    },
  )

  it('plays a tune at the tempo that is asked for', () => {
    const ordinary = readMelodyText('Ode to Joy').bpm ?? 0
    expect(readMelodyText('Ode to Joy, slowly').bpm).toBeLessThan(ordinary)
    expect(readMelodyText('Ode to Joy at 70 bpm').bpm).toBe(70)
  })
})

describe('any text', () => {
  const words = fc.constantFrom(
    'A4',
    'Bb',
    'c',
    'then',
    'long',
    'quarter',
    'notes',
    'rest',
    'scale',
    'D',
    'major',
    'up',
    'and',
    'down',
    'two',
    'octaves',
    'at',
    '96',
    'X:1',
    'K:G',
    '\n',
    ',',
    'do',
    're',
    'mi',
    'twice',
    'for 2 beats',
    'H9',
    '♯',
    'eighth',
    'triplets',
    'arpeggio',
    'from',
    'E♭5',
    'very',
    'slow',
  )

  it('gives ordered, disjoint notes, null, or an EngineError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 60 }),
          fc.string({ unit: 'grapheme', maxLength: 40 }),
          fc.array(words, { maxLength: 18 }).map((parts) => parts.join(' ')),
        ),
        (text) => {
          try {
            const named = readNamedMusic(text)
            if (named === null) return
            expect(melodySchema.safeParse(named.melody).success).toBe(true)
            let end = 0
            for (const note of named.melody.notes) {
              expect(note.onsetSeconds).toBeGreaterThanOrEqual(end - 1e-6)
              end = note.onsetSeconds + note.durationSeconds
            }
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError)
          }
        },
      ),
      { numRuns: 800 },
    )
  })

  it('asks for notes where a melody was promised and none is named', () => {
    expect(() => readMelodyText('hello world')).toThrow(expect.objectContaining({ code: 'MELODY_UNREADABLE' }))
    expect(() => readMelodyText('  ')).toThrow(expect.objectContaining({ code: 'PROMPT_EMPTY' }))
  })
})
