import { musicalWishesSchema } from '#contract/musical-wishes.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMusicalWishes } from './read-musical-wishes.ts'

describe('what a prompt asks of a melody to be composed', () => {
  it.each([
    ['a slow sad air in D minor', { tonic: 2, mode: 'minor', pace: 'slow', genre: 'air' }],
    ['a joyful jig', { mode: 'major', pace: 'fast', genre: 'jig', metre: '6/8' }],
    ['slip jig in G', { genre: 'jig', metre: '9/8', tonic: 7 }],
    ['a happy reel in A minor', { genre: 'reel', metre: '4/4', tonic: 9, mode: 'minor', pace: 'fast' }],
    ['a minor waltz, not sad, at 120 bpm', { mode: 'minor', genre: 'waltz', metre: '3/4', bpm: 120 }],
    ['hornpipe in B flat major, 16 bars', { genre: 'hornpipe', metre: '4/4', tonic: 10, mode: 'major', bars: 16 }],
    ['eine traurige Weise in fis-Moll', { tonic: 6, mode: 'minor', pace: 'slow' }],
    ['une valse triste', { genre: 'waltz', metre: '3/4', mode: 'minor', pace: 'slow' }],
    ['a rising line in a high register', { contour: 'rising', register: 'high' }],
    ['a melody that rises and falls, 20 seconds long', { contour: 'arch', seconds: 20 }],
    ['lament on the G string', { genre: 'air', mode: 'minor', pace: 'slow', register: 'low' }],
    ['something in 3/4, D dorian, andante', { metre: '3/4', tonic: 2, mode: 'dorian', pace: 'slow', bpm: 80 }],
    ['a sad tune at 100 bpm', { mode: 'minor', bpm: 100 }],
    ['a slow reel', { genre: 'reel', metre: '4/4', pace: 'slow' }],
    ['etude in E', { genre: 'etude', metre: '4/4', tonic: 4 }],
    ['warm vibrato', {}],
    ['', {}],
  ])('%s', (prompt, wishes) => {
    expect(readMusicalWishes(prompt)).toEqual(wishes)
  })

  it('never asks what the composer cannot be asked, whatever is written', () => {
    const words = fc.constantFrom(
      'sad',
      'slow',
      'A',
      'minor',
      'in',
      '7',
      'bars',
      'seconds',
      '999',
      'bpm',
      'jig',
      'not',
      'high',
      '3/4',
      'H',
      'flat',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((list) => list.join(' ')),
        ),
        (prompt) => {
          expect(musicalWishesSchema.safeParse(readMusicalWishes(prompt)).success).toBe(true)
        },
      ),
    )
  })
})
