import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { promptReadingSchema } from '#contract/api.ts'
import { CURVE_LANES, DEFAULT_LANES, LANE_RANGES, laneAt } from '#contract/expression.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { LANE_WORDS } from './lane-words.ts'
import { readPrompt } from './read-prompt.ts'

const lanes = (text: string): ReturnType<typeof readPrompt>['lanes'] => readPrompt(text).lanes
const values = (text: string, lane: (typeof CURVE_LANES)[number]): number[] => lanes(text)[lane].map((point) => point.value)

describe('readPrompt', () => {
  it('leaves every lane alone for an empty prompt and for unknown words', () => {
    for (const text of ['', '   ', 'purple elephants', 'ein blauer Elefant']) {
      expect(readPrompt(text)).toEqual({ lanes: DEFAULT_LANES, moves: [], melody: null })
    }
  })

  it('does not mind case, accents and punctuation', () => {
    expect(lanes('DÉTACHÉ!!!')).toEqual(lanes('detache'))
    expect(lanes('«Très doux…»')).toEqual(lanes('tres doux'))
    expect(lanes('de\u0301tache\u0301')).toEqual(lanes('détaché'))
  })

  it('lets later words win over earlier ones, and specific over general ones', () => {
    expect(lanes('pizzicato, spiccato').articulation).toBe('spiccato')
    expect(values('tender, loud', 'dynamics')[0]).toBeGreaterThan(0.6)
    expect(values('loud, tender', 'dynamics')[0]).toBeGreaterThan(0.6)
    expect(values('senza vibrato, romantic', 'vibratoDepth')).toEqual([0])
  })

  it('weighs degrees', () => {
    const dynamics = (text: string): number => values(text, 'dynamics')[0] ?? 0
    expect(dynamics('extremely soft')).toBeLessThan(dynamics('soft'))
    expect(dynamics('soft')).toBeLessThan(dynamics('slightly soft'))
    expect(dynamics('slightly soft')).toBeLessThan(0.6)
    expect(dynamics('not soft')).toBeGreaterThan(0.6)
  })

  it('draws curves for words that speak of time', () => {
    expect(values('from pp to ff', 'dynamics')).toEqual([0.1, 0.95])
    expect(values('soft, then loud, then soft again', 'dynamics')).toHaveLength(3)
    const fade = lanes('fading away').dynamics
    expect(laneAt(fade, 0)).toBeGreaterThan(laneAt(fade, 1))
    const growing = lanes('a vibrato that grows').vibratoDepth
    expect(laneAt(growing, 1)).toBeGreaterThan(laneAt(growing, 0))
  })

  it('gives the words beside "vibrato" to the vibrato alone', () => {
    const { tempo, dynamics, vibratoDepth, vibratoRate } = lanes('slow, wide vibrato')
    expect(tempo).toBe(1)
    expect(dynamics).toEqual(DEFAULT_LANES.dynamics)
    expect(vibratoDepth[0]?.value).toBeGreaterThan(18)
    expect(vibratoRate[0]?.value).toBeLessThan(5.6)
  })

  it('sets the beats of a named melody, and the factor of a hum', () => {
    const named = readPrompt('A4 B4 C5 slow')
    expect(named.lanes.tempo).toBe(1)
    expect(named.melody?.bpm).toBeLessThan(80)
    expect(lanes('slow').tempo).toBeLessThan(1)
    expect(readPrompt('A4 B4 C5 20% faster').lanes.tempo).toBe(1.2)
  })

  it('does not read the words of a named tune as expression', () => {
    expect(lanes('Ode to Joy')).toEqual(DEFAULT_LANES)
    expect(lanes('Silent Night')).toEqual(DEFAULT_LANES)
  })

  it('reports every move in plain words', () => {
    const { moves } = readPrompt('very soft, no vibrato, pizzicato, an octave higher, 20% faster')
    expect(moves.map((move) => move.lane)).toEqual(expect.arrayContaining(['dynamics', 'vibratoDepth', 'articulation', 'octave', 'tempo']))
    for (const move of moves) {
      expect(move.word).not.toBe('')
      expect(move.effect).not.toBe('')
    }
    expect(moves[0]).toMatchObject({ word: 'very soft', lane: 'dynamics' })
  })

  it('answers broken music with MELODY_UNREADABLE', () => {
    expect(() => readPrompt('H9 X2')).toThrow(expect.objectContaining({ code: 'MELODY_UNREADABLE' }))
  })

  it('keeps every table word within its lane', () => {
    for (const { effects } of LANE_WORDS) {
      for (const effect of effects) {
        if ('shape' in effect || !(effect.lane in LANE_RANGES)) continue
        const { min, max } = LANE_RANGES[effect.lane as keyof typeof LANE_RANGES]
        expect(effect.to).toBeGreaterThanOrEqual(min)
        expect(effect.to).toBeLessThanOrEqual(max)
      }
    }
  })

  it('keeps every lane in range and in order, whatever is written', () => {
    const vocabulary = fc.constantFrom(
      'very',
      'not',
      'soft',
      'loud',
      'vibrato',
      'wide',
      'no',
      'slow',
      'crescendo',
      'then',
      'from',
      'to',
      'ff',
      'pp',
      'getting',
      'brighter',
      'dark',
      'extremely',
      'pizzicato',
      'an octave',
      'higher',
      '900%',
      'faster',
      'fade',
      'swell',
      'starts',
      'ends',
      'sad',
      'without',
      'or',
      'tremolo',
      ',',
      '.',
      '90 cents',
      'at 20 hz',
      'nine octaves down',
      'half speed',
      'grows',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 50 }),
          fc.array(vocabulary, { maxLength: 14 }).map((parts) => parts.join(' ')),
        ),
        (text) => {
          try {
            const reading = readPrompt(text)
            expect(promptReadingSchema.safeParse(reading).success).toBe(true)
            for (const lane of CURVE_LANES) {
              let previous = -1
              for (const { at, value } of reading.lanes[lane]) {
                expect(at).toBeGreaterThan(previous)
                expect(value).toBeGreaterThanOrEqual(LANE_RANGES[lane].min)
                expect(value).toBeLessThanOrEqual(LANE_RANGES[lane].max)
                previous = at
              }
            }
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
