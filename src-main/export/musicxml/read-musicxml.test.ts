import { strToU8, zipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMusicXml } from './read-musicxml.ts'

const score = (measures: string, head = '<part-list><score-part id="P1"><part-name>Violin</part-name></score-part></part-list>'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "x">\n<score-partwise version="4.0">${head}<part id="P1">${measures}</part></score-partwise>`
const note = (step: string, octave: number, duration: number, more = ''): string =>
  `<note>${more}<pitch><step>${step}</step><octave>${octave}</octave></pitch><duration>${duration}</duration></note>`

const TUNE = score(
  `<measure number="1"><attributes><divisions>2</divisions><key><fifths>2</fifths><mode>major</mode></key></attributes>
   <direction><sound tempo="120"/></direction>${note('D', 4, 2)}<note><rest/><duration>2</duration></note>${note('A', 4, 4)}${note('F', 4, 4, '<chord/>')}</measure>
   <measure number="2"><note><pitch><step>C</step><alter>1</alter><octave>5</octave></pitch><duration>2</duration><tie type="start"/></note></measure>
   <measure number="3"><note><pitch><step>C</step><alter>1</alter><octave>5</octave></pitch><duration>2</duration><tie type="stop"/></note></measure>`,
)

describe('MusicXML', () => {
  it('is read with rests, chords, ties, tempo and key', () => {
    const melody = readMusicXml(strToU8(TUNE))
    expect(melody.bpm).toBe(120)
    expect(melody.key).toBe('D major')
    expect(melody.notes.map(({ onsetSeconds, durationSeconds, pitch }) => [onsetSeconds, durationSeconds, pitch])).toEqual([
      [0, 0.5, 62],
      [1, 1, 69],
      [2, 1, 73],
    ])
  })

  it('is read compressed, by what the container names', () => {
    const bytes = zipSync({
      'META-INF/container.xml': strToU8('<container><rootfiles><rootfile full-path="music/a.xml"/></rootfiles></container>'),
      'music/a.xml': strToU8(TUNE),
      'other.xml': strToU8('<no/>'),
    })
    expect(readMusicXml(bytes)).toEqual(readMusicXml(strToU8(TUNE)))
  })

  it('gives the violin the word among several parts', () => {
    const head =
      '<part-list><score-part id="P0"><part-name>Flute</part-name></score-part><score-part id="P1"><part-name>Violin I</part-name></score-part></part-list>'
    const both = score(`<measure>${note('A', 4, 1)}</measure>`, head).replace(
      '<part id="P1">',
      `<part id="P0"><measure>${note('C', 6, 1)}</measure></part><part id="P1">`,
    )
    expect(readMusicXml(strToU8(both)).notes.map(({ pitch }) => pitch)).toEqual([69])
  })

  it('says what is wrong with anything else', () => {
    for (const text of ['', 'hello', '<score-timewise/>', '<html></html>', '<a><b></a>', score('<measure/>'), TUNE.slice(0, 300)]) {
      expect(() => readMusicXml(strToU8(text))).toThrow(expect.objectContaining({ code: 'MELODY_UNREADABLE' }))
    }
    fc.assert(
      fc.property(fc.nat(TUNE.length - 1), fc.string({ maxLength: 4 }), (at, junk) => {
        try {
          readMusicXml(strToU8(TUNE.slice(0, at) + junk + TUNE.slice(at + junk.length)))
        } catch (error) {
          expect(error).toMatchObject({ code: 'MELODY_UNREADABLE' })
        }
      }),
      { numRuns: 200 },
    )
  })
})
