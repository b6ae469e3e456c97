import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rankByName } from './rank-commands.ts'

const names = ['Undo', 'Add a note', 'Go to the arrangement', 'Play or stop', 'Split at the playhead', 'Settings']
const rank = (query: string): string[] => rankByName(query, names, (name) => name).map(({ item }) => item)

describe('the search of the palette', () => {
  it('gives everything in its order for no words', () => expect(rank('  ')).toEqual(names))
  it('finds beginnings of words before letters in between', () => {
    expect(rank('arr')[0]).toBe('Go to the arrangement')
    expect(rank('set')[0]).toBe('Settings')
    expect(rank('sap')[0]).toBe('Split at the playhead')
    expect(rank('anote')[0]).toBe('Add a note')
  })
  it('leaves out what lacks a letter', () => expect(rank('zq')).toEqual([]))
  it('marks letters that spell the query', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.infiniteStream(fc.boolean()), (name, coins) => {
        const query = [...name].filter((letter) => letter !== ' ' && coins.next().value === true).join('')
        const found = rankByName(query, [name], (item) => item)[0]
        const spelled = [...(found?.letters ?? [])].sort((a, b) => a - b).map((at) => name[at]).join('') // prettier-ignore
        expect(spelled.toLowerCase().replaceAll(' ', '')).toBe(query.toLowerCase())
      }),
    )
  })
})
