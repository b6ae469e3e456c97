import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError } from '#main/foundation/engine-error.ts'
import { noteName } from '#music/pitch.ts'
import { splitAbcTunes } from './abc-tunes.ts'
import { looksLikeAbc, readAbc, readAbcBeats } from './read-abc.ts'

const names = (abc: string): string =>
  readAbc(abc)
    .notes.map((note) => noteName(note.pitch))
    .join(' ')
const lengths = (abc: string): number[] => readAbcBeats(abc).beats.map((beat) => Math.round(beat.beats * 1000) / 1000)

describe('readAbc', () => {
  it.each([
    ['keeps an accidental to the end of the bar', 'K:C\n^F F | F', 'F#4 F#4 F4'],
    ['applies an accidental to its own octave only', 'K:C\n^F f', 'F#4 F5'],
    ['reads signatures of modes', 'K:Ddor\nF C B', 'F4 C4 B4'],
    ['reads octave marks', "K:C\nC, C c c'", 'C3 C4 C5 C6'],
    ['plays first and second endings', 'K:C\n|:C|1 D:|2 E|]', 'C4 D4 C4 E4'],
    ['repeats from the start where no sign opens', 'K:C\nC D:|', 'C4 D4 C4 D4'],
    ['does not repeat the part before a double bar twice', 'K:C\nC||D:|', 'C4 D4 D4'],
    ['plays three endings', 'K:C\n|:C|1 D:|2 E:|3 F|]', 'C4 D4 C4 E4 C4 F4'],
    ['takes the top of a chord, drops graces and chord symbols', 'K:C\n"G7"{ab}[CEG] c', 'G4 C5'],
    ['changes key on the way', 'K:C\nF [K:D] F\nK:C\nF', 'F4 F#4 F4'],
    ['plays the first voice', 'X:1\nK:C\nV:1\nC D\nV:2\nE F\nV:1\nG', 'C4 D4 G4'],
    ['reads one line', 'X:1 T:A tune M:4/4 L:1/4 K:D DEFG', 'D4 E4 F#4 G4'],
    ['stops at the second tune', 'X:1\nK:C\nC\n\nX:2\nK:C\nD', 'C4'],
    ['leaves comments and lyrics out', 'K:C\nC D % E F\nw: la la\nE', 'C4 D4 E4'],
  ])('%s', (_, abc, expected) => {
    expect(names(abc)).toBe(expected)
  })

  it.each([
    ['L:1/4\nK:C\nC2 C/ C// C3/2 C', [2, 0.5, 0.25, 1.5, 1]],
    ['L:1/4\nK:C\nC>D C<D', [1.5, 0.5, 0.5, 1.5]],
    ['L:1/4\nK:C\n(3CDE z2', [0.667, 0.667, 0.667, 2]],
    ['M:9/8\nL:1/4\nK:C\n(5CDEFG', [0.6, 0.6, 0.6, 0.6, 0.6]],
    ['L:1/4\nK:C\nC-C | C2-|C2', [2, 4]],
    ['M:2/4\nK:C\nC', [0.25]],
    ['M:4/4\nK:C\nC', [0.5]],
  ])('times %j', (abc, expected) => {
    expect(lengths(abc)).toEqual(expected)
  })

  it.each([
    ['Q:1/4=90', 90],
    ['Q:3/8=60', 90],
    ['Q:"Allegro"', 132],
    ['Q:100', 100],
  ])('reads the tempo %s', (field, bpm) => {
    expect(readAbc(`${field}\nK:C\nC`).bpm).toBe(bpm)
  })

  it('marks slurs, dots and accents', () => {
    const notes = readAbc('K:C\n(C D E) .F !accent!G').notes
    expect(notes.map((note) => note.isSlurred === true)).toEqual([false, true, true, false, false])
    expect(notes[3]?.articulation).toBe('staccato')
    expect(notes[4]?.velocity).toBeGreaterThan(notes[0]?.velocity ?? 1)
  })

  it.each(['X:1\nT:No key\nABC', 'K:C\nA B Ω', 'K:Q\nABC', 'K:C\n| z4 |', 'L:0/4\nK:C\nC', 'K:C\nH9'])(
    'refuses %j with MELODY_UNREADABLE',
    (abc) => {
      expect(() => readAbc(abc)).toThrow(expect.objectContaining({ code: 'MELODY_UNREADABLE' }))
    },
  )

  it('tells ABC from prose', () => {
    expect(looksLikeAbc('X:1\nK:D\nABc')).toBe(true)
    expect(looksLikeAbc('slow: and K. like a lullaby')).toBe(false)
  })

  it('reads whatever is thrown at it, or says why not', () => {
    const scraps = fc.array(
      fc.constantFrom(
        'A',
        'b',
        "c'",
        '|',
        ':|',
        '|:',
        '[1',
        '[2',
        '(3',
        '(',
        ')',
        '-',
        '2',
        '/',
        '>',
        '<',
        '[',
        ']',
        '^',
        'z',
        '{',
        '}',
        '"',
        '!',
        ' ',
        '\n',
        'K:G',
        'M:6/8',
        'L:1/4',
        'Z',
        '~',
        'ä',
      ),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(scraps, (parts) => {
        try {
          const { notes } = readAbc(`X:1\nK:C\n${parts.join('')}`)
          let end = 0
          for (const note of notes) {
            expect(note.onsetSeconds).toBeGreaterThanOrEqual(end - 1e-6)
            end = note.onsetSeconds + note.durationSeconds
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError)
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('splitAbcTunes', () => {
  it('splits a book and hands each tune the defaults of the file header', () => {
    const tunes = splitAbcTunes('%abc-2.1\nL:1/4\n\nX:1\nT:First\nR:reel\nK:D\nDEF\n\nfree text\n\nX:7\nT:Second % note\nL:1/8\nK:G\nGAB\n')
    expect(tunes.map(({ number, title, rhythm }) => [number, title, rhythm])).toEqual([
      [1, 'First', 'reel'],
      [7, 'Second', ''],
    ])
    expect(tunes.map((tune) => lengths(tune.text)[0])).toEqual([1, 0.5])
    expect(names(tunes[1]?.text ?? '')).toBe('G4 A4 B4')
  })
})
