import { describe, expect, it } from 'vitest'
import { ARTICULATIONS, type Note } from '#contract/melody.ts'
import { createRandom } from '#main/foundation/random.ts'
import { planClip } from '../melodies/plan-clip.ts'
import { captionsOf } from './captions-of.ts'
import { valuesOf, waysToSay } from './caption-phrases.ts'
import { gatherFacts } from './describe-clip.ts'
import { findContour, findKey, gatherMusicFacts, MUSIC_FACTS, type MusicFact } from './music-facts.ts'

const clipOf = (seed: number) => {
  const plan = planClip({ tunes: [], tuneShare: 0, articulations: ARTICULATIONS }, createRandom(seed))
  const instrument = seed % 3 === 0 ? 'flute' : 'violin'
  return { facts: { ...gatherFacts(plan, seed % 2 === 0) }, notes: plan.notes, lanes: plan.lanes, tuneId: plan.tuneId, instrument }
}
const clips = Array.from({ length: 80 }, (_, seed) => clipOf(seed))

const notesOf = (pitches: readonly number[]): Note[] =>
  pitches.map((pitch, i) => ({ onsetSeconds: i / 2, durationSeconds: 0.5, pitch, velocity: 0.7, confidence: 1 }))

const FACTS_WITH_WORDS = MUSIC_FACTS.filter((fact) => fact !== 'instrument' && fact !== 'key')

describe('facts from notes', () => {
  it('find the key of a scale with its chord, in every transposition', () => {
    for (let step = 0; step < 12; step++) {
      const major = findKey(notesOf([60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60].map((pitch) => pitch + step)))
      expect(major.mode).toBe('major')
      const tonic = ['C', 'C sharp', 'D', 'E flat', 'E', 'F', 'F sharp', 'G', 'A flat', 'A', 'B flat', 'B'][step]
      expect(major.key).toBe(`${tonic} major`)
    }
    expect(findKey(notesOf([57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57])).key).toBe('A minor')
  })

  it('leave the key out where there is too little to tell', () => {
    expect(findKey(notesOf([60, 67]))).toEqual({})
    expect(findKey(notesOf([60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71]))).toEqual({})
  })

  it('see the line', () => {
    expect(findContour(notesOf([60, 62, 64, 67, 69, 72]))).toBe('rising')
    expect(findContour(notesOf([72, 69, 67, 64, 62, 60]))).toBe('falling')
    expect(findContour(notesOf([60, 62, 67, 72, 74, 67, 62, 60]))).toBe('arch')
    expect(findContour(notesOf([74, 72, 67, 62, 60, 67, 72, 74]))).toBe('valley')
    expect(findContour(notesOf([60, 60, 60, 60]))).toBe('level')
  })
})

describe('captions in many phrasings', () => {
  it('have words for every value, and none in training that tests hold out', () => {
    for (const fact of FACTS_WITH_WORDS)
      for (const value of valuesOf(fact)) {
        const say = (phrasing: 'train' | 'heldout') =>
          (['tag', 'says'] as const).flatMap((form) => waysToSay(fact, value, { form, phrasing, instrument: 'violin' }))
        const [train, held] = [say('train'), say('heldout')]
        expect(train.length, `${fact} ${value}`).toBeGreaterThan(0)
        expect(held.length, `${fact} ${value}`).toBeGreaterThan(0)
        expect(held.filter((way) => train.includes(way))).toEqual([])
      }
  })

  it('state only what is so, and say what they state', () => {
    for (const clip of clips) {
      const facts = gatherMusicFacts(clip)
      for (const phrasing of ['train', 'heldout'] as const)
        for (const { text, stated } of captionsOf(clip, { count: 4, phrasing, random: createRandom(5) })) {
          expect(text.length).toBeGreaterThan(1)
          for (const [fact, value] of Object.entries(stated) as [MusicFact, string][]) {
            expect(facts[fact]).toBe(value)
            if (fact === 'instrument') continue
            const ways = (['tag', 'says'] as const).flatMap((form) =>
              waysToSay(fact, value, { form, phrasing, instrument: clip.instrument }),
            )
            expect(
              ways.length === 0 || ways.some((way) => text.toLowerCase().includes(way.toLowerCase())),
              `${fact} ${value} in "${text}"`,
            ).toBe(true)
          }
        }
    }
  })

  it('speak of bows and strings only where there are any', () => {
    for (const clip of clips.filter(({ instrument }) => instrument === 'flute'))
      for (const fact of ['register', 'tone'] as const)
        for (const value of valuesOf(fact))
          expect(waysToSay(fact, value, { form: 'tag', phrasing: 'train', instrument: clip.instrument }).join()).not.toMatch(
            /string|bow|bridge|~/,
          )
  })

  it('are the same for the same seed, and many different ones', () => {
    const all = (seed: number) =>
      clips.flatMap((clip) => captionsOf(clip, { count: 3, phrasing: 'train', random: createRandom(seed) }).map(({ text }) => text))
    expect(all(1)).toEqual(all(1))
    expect(new Set(all(1)).size).toBeGreaterThan(200)
  })

  it('lose words, never all, when told to', () => {
    for (const clip of clips.slice(0, 20))
      for (const { text } of captionsOf(clip, { count: 3, phrasing: 'train', random: createRandom(2), wordDropout: 1 }))
        expect(text.split(' ').length).toBeGreaterThan(0)
    const long = captionsOf(clips[0], { count: 8, phrasing: 'train', random: createRandom(2), isComplete: true })
    const cut = captionsOf(clips[0], { count: 8, phrasing: 'train', random: createRandom(2), isComplete: true, wordDropout: 1 })
    const words = (captions: typeof long) => captions.reduce((sum, { text }) => sum + text.split(' ').length, 0)
    expect(words(cut)).toBeLessThan(words(long))
  })
})
