import { describe, expect, it } from 'vitest'
import { ARTICULATIONS } from '#contract/melody.ts'
import { createRandom } from '#main/foundation/random.ts'
import { planClip } from '../melodies/plan-clip.ts'
import { CAPTION_WORDS, describeClip, gatherFacts, type ClipFacts } from './describe-clip.ts'

const clipOf = (
  seed: number,
): { facts: ClipFacts; caption: string; notes: number; brightness: number; dynamics: readonly { at: number; value: number }[] } => {
  const random = createRandom(seed)
  const plan = planClip({ tunes: [], tuneShare: 0, articulations: ARTICULATIONS }, random)
  const facts = gatherFacts(plan, seed % 2 === 0)
  return {
    facts,
    caption: describeClip(facts, random),
    notes: plan.notes.length,
    brightness: plan.lanes.brightness[0].value,
    dynamics: plan.lanes.dynamics,
  }
}

/** Parts of a caption without the article, "mostly" and the title. */
const partsOf = (caption: string): string[] => caption.split(', ').map((part) => part.replace(/^mostly /, ''))

describe('captions', () => {
  const clips = Array.from({ length: 150 }, (_, seed) => clipOf(seed))

  it('never use a word of another value of a fact', () => {
    for (const { facts, caption } of clips) {
      for (const [fact, vocabulary] of Object.entries(CAPTION_WORDS) as [keyof typeof CAPTION_WORDS, Record<string, readonly string[]>][]) {
        const own = vocabulary[facts[fact]]
        const foreign = Object.values(vocabulary)
          .flat()
          .filter((word) => word !== '' && !own.includes(word))
        // "piano" is a dynamic, never part of another part: parts are compared whole.
        expect(partsOf(caption).filter((part) => foreign.includes(part))).toEqual([])
      }
    }
  })

  it('always name the instrument and the articulation', () => {
    for (const { facts, caption } of clips) {
      expect(caption).toMatch(/violin/)
      expect(CAPTION_WORDS.articulation[facts.articulation].some((word) => caption.includes(word))).toBe(true)
    }
  })

  it('name the instrument that plays, and no bow or string of one that is blown', () => {
    for (const { facts } of clips) {
      const articulation = facts.articulation === 'staccato' || facts.articulation === 'legato' ? facts.articulation : 'detache'
      for (const instrument of ['flute', 'oboe'] as const) {
        const caption = describeClip({ ...facts, articulation, instrument }, createRandom(5))
        expect(caption).toContain(instrument)
        expect(caption).not.toMatch(/violin|bow|string|fingerboard|bridge|pluck|détaché| a oboe|^a oboe/)
      }
      expect(describeClip({ ...facts, instrument: 'cello' }, createRandom(5))).toContain('cello')
    }
  })

  it('say loud, dark or growing only of clips that are', () => {
    for (const { facts, brightness, dynamics } of clips) {
      if (facts.tone === 'bright') expect(brightness).toBeGreaterThan(0.6)
      if (facts.tone === 'dark') expect(brightness).toBeLessThan(0.4)
      if (facts.change === 'crescendo') expect(dynamics[dynamics.length - 1].value).toBeGreaterThan(dynamics[0].value)
      if (facts.dynamics === 'very loud') expect(Math.max(...dynamics.map((point) => point.value))).toBeGreaterThan(0.85)
    }
  })

  it('differ in their words', () => expect(new Set(clips.map((clip) => clip.caption)).size).toBeGreaterThan(140))
})
