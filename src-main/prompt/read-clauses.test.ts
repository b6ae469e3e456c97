import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LANES, laneAt, type CurveLane, type Lanes } from '#contract/expression.ts'
import { readClauses } from './read-clauses.ts'
import { readPrompt } from './read-prompt.ts'

const lanes = (text: string): Lanes => readPrompt(text).lanes
const mean = (text: string, lane: CurveLane): number =>
  [0, 0.25, 0.5, 0.75, 1].reduce((sum, at) => sum + laneAt(lanes(text)[lane], at) / 5, 0)
const course = (text: string): readonly number[] => [0, 0.5, 1].map((at) => laneAt(lanes(text).dynamics, at))

describe('what notes, bow and strings do', () => {
  it.each([
    ['a fiddle reel, one note flows into the next', 'legato'],
    ['a reel, the notes melt together', 'legato'],
    ['a reel, each note fades into the next', 'legato'],
    ['a jig, connect the notes', 'legato'],
    ['a jig with no gaps between the notes', 'legato'],
    ['a jig, die Töne gehen ineinander über', 'legato'],
    ["a jig, don't separate the notes", 'legato'],
    ['bow changes with each note', 'detache'],
    ['change the bow on every note', 'detache'],
    ['a fresh bow for every note', 'detache'],
    ['each note has its own bow', 'detache'],
    ['full-length but unslurred', 'detache'],
    ['the notes are separated but not short', 'detache'],
    ['a lullaby, not legato', 'detache'],
    ['neither short nor slurred', 'detache'],
    ['jeder Ton wird einzeln gestrichen', 'detache'],
    ['alle Noten getrennt', 'detache'],
    ['a stroke of its own for each note', 'detache'],
    ['a dreamy piece, short and stopped', 'staccato'],
    ['short, detached notes', 'staccato'],
    ['each note stops dead', 'staccato'],
    ['leave a silence between the notes', 'staccato'],
    ['die Noten sind kurz', 'staccato'],
    ['the bow leaves the string after each note', 'spiccato'],
    ['let the bow jump', 'spiccato'],
    ['der Bogen hüpft', 'spiccato'],
    ['pluck every note', 'pizzicato'],
    ['the strings are plucked', 'pizzicato'],
    ['mit den Fingern gezupft', 'pizzicato'],
    ['a reel, the bow trembles on each note', 'tremolo'],
    ['every note shakes', 'tremolo'],
    ['the bow moves back and forth very quickly', 'tremolo'],
    ['mit zitterndem Bogen', 'tremolo'],
  ])('%s: %s', (text, articulation) => {
    expect(lanes(text).articulation).toBe(articulation)
  })
})

describe('what is no clause about notes', () => {
  it.each([
    'a short melody',
    'a dry room',
    'the sound is dry',
    'the piece ends abruptly',
    'a string quartet sound',
    'the notes are loud',
    'a dotted rhythm',
    'shake off the sadness',
    'the end is short',
  ])('%s: leaves the stroke alone', (text) => {
    expect(readPrompt(text).moves.filter(({ lane }) => lane === 'articulation')).toEqual([])
  })

  it.each([
    'a scale that starts on G',
    'the melody starts high and ends low',
    'the bow changes',
    'strike up a tune',
    'start on the open string',
  ])('%s: leaves loudness and attack alone', (text) => {
    expect(lanes(text).dynamics).toEqual(DEFAULT_LANES.dynamics)
    expect(lanes(text).attack).toEqual(DEFAULT_LANES.attack)
  })
})

describe('how notes begin', () => {
  it.each([
    'the notes start gently',
    'the notes begin softly',
    'nothing begins abruptly',
    'no notes start abruptly',
    'soften the beginning of each note',
    'soft at the beginning of each note',
    'notes that creep in',
    'let every note begin as if from nowhere',
    'the start of each note is hardly noticeable',
    'the notes never start with a bang',
    'die Töne setzen sanft ein',
  ])('%s: a soft attack, at any time, and as loud as ever', (text) => {
    const read = lanes(text)
    expect(read.attack).toHaveLength(1)
    expect(read.attack[0]?.value).toBeLessThan(0.25)
    expect(read.dynamics).toEqual(DEFAULT_LANES.dynamics)
  })

  it.each([
    'the notes start with a bite',
    'it starts with a bite on every note',
    'each beginning is hit hard',
    'attack each note sharply',
    'every note begins with a bang',
    'jeder Ton wird hart angesetzt',
  ])('%s: a hard attack, at any time, and as loud as ever', (text) => {
    const read = lanes(text)
    expect(read.attack).toHaveLength(1)
    expect(read.attack[0]?.value).toBeGreaterThan(0.75)
    expect(read.dynamics).toEqual(DEFAULT_LANES.dynamics)
  })

  it.each(['the piece starts gently', 'it starts softly', 'starting quietly', 'the first notes start quietly', 'the melody begins softly'])(
    '%s: a moment of the clip',
    (text) => {
      const [start, , end] = course(text)
      expect(start).toBeLessThan(0.45)
      expect(end).toBe(0.6)
    },
  )

  it('takes notes that start softly and grow for a crescendo', () => {
    const [start, , end] = course('the notes start softly and get louder')
    expect(end).toBeGreaterThan((start ?? 0) + 0.2)
  })
})

describe('loudness', () => {
  it.each([
    ['the notes melt into each other', [0.6, 0.6, 0.6]],
    ['it drifts along', [0.6, 0.6, 0.6]],
    ['each note fades away', [0.6, 0.6, 0.6]],
    ['die Noten', [0.6, 0.6, 0.6]],
    ['the melody rises and falls', [0.6, 0.6, 0.6]],
    ['at high speed, in the middle of the range, from low to high', [0.6, 0.6, 0.6]],
    ['neither loud nor soft', [0.55, 0.55, 0.55]],
    ['the volume is medium', [0.55, 0.55, 0.55]],
  ])('%s', (text, expected) => {
    expect(course(text)).toEqual(expected)
  })

  it.each([
    ['it melts away at the end', 'fall'],
    ['melting into silence', 'fall'],
    ['the notes die away at the end', 'fall'],
    ['the volume sinks', 'fall'],
    ['die Lautstärke nimmt ab', 'fall'],
    ['wird leiser', 'fall'],
    ['the volume rises', 'rise'],
    ['very loud, growing louder', 'rise'],
    ['fortissimo, it starts softer and ends louder', 'rise'],
    ['very soft, louder in the middle', 'swell'],
    ['the volume rises and then falls', 'swell'],
    ['very soft, softer in the middle', 'dip'],
    ['it drops in the middle and comes back', 'dip'],
    ['the volume falls and then returns', 'dip'],
  ])('%s: %s', (text, shape) => {
    const [start = 0, middle = 0, end = 0] = course(text)
    if (shape === 'fall') expect(end).toBeLessThan(start)
    if (shape === 'rise') expect(end).toBeGreaterThan(start)
    if (shape === 'swell') expect(Math.min(middle - start, middle - end)).toBeGreaterThan(0.05)
    if (shape === 'dip') expect(Math.min(start - middle, end - middle)).toBeGreaterThan(0.01)
  })

  it.each(['the volume is high', 'with a big sound', 'it is played with all force', 'turn it up', 'mit großem Ton', 'mit voller Kraft'])(
    '%s: loud',
    (text) => {
      expect(mean(text, 'dynamics')).toBeGreaterThan(0.75)
    },
  )

  it.each(['the volume is low', 'at low volume', 'one can hardly hear it', 'keep it down', 'kaum hörbar', 'played gently and not loud'])(
    '%s: soft, and in the same octave',
    (text) => {
      expect(mean(text, 'dynamics')).toBeLessThan(0.4)
      expect(lanes(text).octave).toBe(0)
    },
  )
})

describe('an outright statement', () => {
  it.each<[string, CurveLane, number, number]>([
    ['barely audible; non vibrato; marcato', 'dynamics', 0, 0.2],
    ['very soft, sforzando', 'dynamics', 0, 0.3],
    ['loud, con sordino, sul tasto', 'dynamics', 0.75, 1],
    ['con sordino, forte', 'dynamics', 0.7, 1],
    ['very soft but marcato', 'attack', 0.75, 1],
    ['soft attacks, staccato', 'attack', 0, 0.25],
    ['hard attacks, legato, smooth', 'attack', 0.75, 1],
    ['a dark tone, heroic, triumphant', 'brightness', 0, 0.35],
    ['bright, sotto voce', 'brightness', 0.7, 1],
    ['a reel, softly played', 'dynamics', 0, 0.45],
  ])('%s: %s stays between %d and %d, whatever other words do to it on the side', (text, lane, low, high) => {
    expect(mean(text, lane)).toBeGreaterThanOrEqual(low)
    expect(mean(text, lane)).toBeLessThanOrEqual(high)
  })

  it('of a stroke beats the stroke of a mood, and a refused stroke is not played', () => {
    expect(lanes('playful, détaché').articulation).toBe('detache')
    expect(lanes('spiccato, a lullaby').articulation).toBe('spiccato')
    expect(lanes('a march, not detached').articulation).toBe('legato')
    expect(lanes('not staccato, not legato').articulation).toBe('detache')
  })
})

describe('tone and vibrato in prose', () => {
  it.each<[string, CurveLane, number, number]>([
    ['the sound is warm and covered', 'brightness', 0, 0.35],
    ['dull colour', 'brightness', 0, 0.35],
    ['bow near the fingerboard', 'brightness', 0, 0.35],
    ['ein gedeckter Klang', 'brightness', 0, 0.35],
    ['the colour is sharp and clear', 'brightness', 0.7, 1],
    ['the sound cuts through', 'brightness', 0.7, 1],
    ['schneidender Ton', 'brightness', 0.7, 1],
    ['warm vibrato', 'brightness', 0.5, 0.5],
    ['warm vibrato dry growing louder dark', 'brightness', 0, 0.35],
    ['a dark tone, bright and happy', 'brightness', 0, 0.35],
    ['warm vibrato soft dark violin dying away', 'brightness', 0, 0.35],
    ['the pitch does not waver', 'vibratoDepth', 0, 0],
    ['the tone is perfectly steady', 'vibratoDepth', 0, 0],
    ['der Ton bleibt ruhig', 'vibratoDepth', 0, 0],
    ['the pitch wavers just a bit', 'vibratoDepth', 5, 15],
    ['almost no vibrato', 'vibratoDepth', 5, 15],
    ['the tone vibrates warmly', 'vibratoDepth', 18, 28],
    ['the pitch wavers a lot', 'vibratoDepth', 32, 60],
    ['stark vibrieren', 'vibratoDepth', 32, 60],
  ])('%s: %s between %d and %d', (text, lane, low, high) => {
    expect(mean(text, lane)).toBeGreaterThanOrEqual(low)
    expect(mean(text, lane)).toBeLessThanOrEqual(high)
  })
})

describe('readClauses', () => {
  it('reports what it read where it stands, no stretch twice, whatever is written', () => {
    const words = fc.constantFrom(
      ...'the each no notes note attacks volume tone bow strings is are not hard soft short start begins softly melt into other with a bite hit rises and then falls , . high'.split(
        ' ',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 16 }).map((list) => list.join(' ')),
        (text) => {
          let reached = 0
          for (const { start, end } of readClauses(text).mentions) {
            expect(start).toBeGreaterThanOrEqual(reached)
            expect(end).toBeGreaterThan(start)
            expect(end).toBeLessThanOrEqual(text.length)
            reached = end
          }
        },
      ),
    )
  })

  it('finds nothing where nothing is said, however long the text', () => {
    const text = 'the notes are never, very, so and but not or '.repeat(90)
    expect(readClauses(text).mentions).toEqual([])
  })
})
