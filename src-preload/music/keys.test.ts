import { describe, expect, it } from 'vitest'
import { keyFromFifths, keyName, readKey, signatureAlterations } from './keys.ts'

describe('keys', () => {
  it.each([
    ['D', 2, 'major'],
    ['Bb major', -2, 'major'],
    ['F#m', 3, 'minor'],
    ['E dorian', 2, 'dorian'],
    ['Amix', 2, 'mixolydian'],
    ['C minor', -3, 'minor'],
    ['F lydian', 0, 'lydian'],
  ])('reads %s as %i fifths', (text, fifths, mode) => {
    expect(readKey(text)).toMatchObject({ fifths, mode })
  })

  it.each(['H', 'D fancy', 'G# major', '', 'D major scale'])('refuses "%s"', (text) => {
    expect(readKey(text)).toBeNull()
  })

  it('writes sharps and flats in the order of the circle', () => {
    expect([...signatureAlterations(3)]).toEqual([
      ['F', 1],
      ['C', 1],
      ['G', 1],
    ])
    expect([...signatureAlterations(-2)]).toEqual([
      ['B', -1],
      ['E', -1],
    ])
  })

  it('names every signature of MIDI, and reads it back', () => {
    for (let fifths = -7; fifths <= 7; fifths++) {
      for (const isMinor of [false, true]) {
        const key = keyFromFifths(fifths, isMinor)
        expect(key).not.toBeNull()
        expect(readKey(key === null ? '' : keyName(key))?.fifths).toBe(fifths)
      }
    }
  })
})
