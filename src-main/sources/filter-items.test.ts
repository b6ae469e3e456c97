import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createItemFilter, filterItems, forbidsAdaptation, type ItemFilter } from './filter-items.ts'
import { findInstruments } from './instrument-words.ts'
import { NOTHING_KNOWN, type SourceItem } from './source.ts'

const item = (facts: Partial<SourceItem>): SourceItem => ({ ...NOTHING_KNOWN, id: '1', title: 'Untitled', ...facts })
const passes = (filter: ItemFilter, facts: Partial<SourceItem>): boolean => createItemFilter(filter)(item(facts))

describe('filtering', () => {
  it('joins fields by "and" and entries by "or"', () => {
    const facts = { genres: ['Folk'], instruments: ['violin'], tags: ['live'] }
    expect(passes({ genres: ['jazz', 'folk'], instruments: ['violin'] }, facts)).toBe(true)
    expect(passes({ genres: ['folk'], instruments: ['cello'] }, facts)).toBe(false)
    expect(passes({}, facts)).toBe(true)
  })

  it('finds whole words, singular or plural, whatever the case and accents', () => {
    expect(passes({ captionWords: ['violin'] }, { caption: 'Two Violins sing' })).toBe(true)
    expect(passes({ captionWords: ['violins'] }, { caption: 'a violin' })).toBe(true)
    expect(passes({ captionWords: ['viol'] }, { caption: 'a violin' })).toBe(false)
    expect(passes({ words: ['etude'] }, { title: 'Étude in G' })).toBe(true)
    expect(passes({ words: ['string quartet'] }, { tags: ['string-quartet'] })).toBe(true)
  })

  it('does not take a denial for a hit', () => {
    expect(passes({ captionWords: ['violin'] }, { caption: 'Piano alone, no violin' })).toBe(false)
    expect(passes({ captionWords: ['violin'] }, { caption: 'without any violins' })).toBe(false)
    expect(passes({ captionWords: ['violin'] }, { caption: 'no voice, but a violin' })).toBe(true)
    expect(passes({ withoutWords: ['drums'] }, { tags: ['no drums'] })).toBe(true)
    expect(passes({ withoutWords: ['drums'] }, { tags: ['drums'] })).toBe(false)
  })

  it('asks for sound, scores, licences and items without problems', () => {
    expect(passes({ needs: 'audio' }, {})).toBe(false)
    expect(passes({ needs: 'audio-or-midi' }, { midiPath: 'a.mid' })).toBe(true)
    expect(passes({ isSound: true }, { problems: ['cut off'] })).toBe(false)
    expect(passes({ isAdaptable: true }, { license: 'Attribution-NonCommercial-NoDerivatives 4.0' })).toBe(false)
    expect(passes({ isAdaptable: true }, { license: 'Attribution 3.0' })).toBe(true)
    expect(['CC BY-ND 4.0', 'by-nc-nd', 'No Derivative Works'].every(forbidsAdaptation)).toBe(true)
    expect(['CC BY-SA 4.0', 'Indie licence'].some(forbidsAdaptation)).toBe(false)
  })

  it('never fails on what a user types', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (word, caption) => typeof passes({ words: [word] }, { caption }) === 'boolean'))
  })

  it('keeps order and stops with its reader', async () => {
    const kept: string[] = []
    for await (const { id } of filterItems([item({ id: 'a' }), item({ id: 'b', tags: ['x'] }), item({ id: 'c', tags: ['x'] })], {
      tags: ['x'],
    }))
      kept.push(id)
    expect(kept).toEqual(['b', 'c'])
  })

  it('names the instruments that are there', () => {
    expect(findInstruments(["fiddler's reel", 'sustained strings melody', 'no piano'])).toEqual(['fiddle', 'strings'])
  })
})
