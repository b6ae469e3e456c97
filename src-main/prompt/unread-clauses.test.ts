import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { promptReadingSchema } from '#contract/api.ts'
import { readPrompt } from './read-prompt.ts'
import { findUnreadClauses, readWithGuesses, type Guess } from './unread-clauses.ts'

const unread = (text: string): string[] => findUnreadClauses(text).map((clause) => clause.text)

/** Every unread clause of a prompt, told to ask for the directions in order. */
const guessed = (text: string, ...directions: string[]): ReturnType<typeof readPrompt> => {
  const clauses = findUnreadClauses(text)
  expect(clauses).toHaveLength(directions.length)
  return readWithGuesses(
    text,
    clauses.map((clause, i): Guess => ({ clause, direction: directions[i] })),
  )
}

describe('findUnreadClauses', () => {
  it('leaves out what the rules read, and keeps what they do not', () => {
    expect(unread('pianissimo, Purple Elephants; spiccato')).toEqual(['Purple Elephants'])
    expect(unread('It is loud and purple elephants dance.')).toEqual(['purple elephants dance'])
    expect(unread('purple and green')).toEqual(['purple and green'])
    expect(unread('slow')).toEqual([])
    expect(unread('')).toEqual([])
  })

  it('counts moods as unread: they direct nothing outright', () => {
    expect(unread('a mournful tune, forte')).toEqual(['a mournful tune'])
  })

  it('leaves named music alone', () => {
    expect(unread('C4 D4 E4 F4, purple elephants')).toEqual(['purple elephants'])
  })

  it('looks at the beginning alone of what no person writes', () => {
    expect(findUnreadClauses('purple, '.repeat(2000))).toHaveLength(24)
    expect(findUnreadClauses(`${'soft, '.repeat(100)}purple`)).toEqual([])
  })

  it('gives back stretches of the text as it stands', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 80 }).filter((text) => !text.includes('|')),
        (text) => {
          for (const clause of findUnreadClauses(text)) expect(text.slice(clause.start, clause.end)).toBe(clause.text)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('readWithGuesses', () => {
  it('moves the lanes as the known word would, and shows the words that were written', () => {
    const reading = guessed('Purple Elephants, forte', 'articulation: spiccato')
    expect(reading.lanes.articulation).toBe('spiccato')
    expect(reading.lanes.attack).toEqual(readPrompt('spiccato').lanes.attack)
    expect(reading.lanes.dynamics).toEqual(readPrompt('forte').lanes.dynamics)
    expect(reading.moves).toContainEqual({ word: 'Purple Elephants', lane: 'articulation', effect: 'spiccato' })
    expect(promptReadingSchema.parse(reading)).toEqual(reading)
  })

  it('lets known words win, whichever stands first', () => {
    for (const text of ['pizzicato, purple elephants', 'purple elephants, pizzicato'])
      expect(guessed(text, 'articulation: spiccato')).toEqual(readPrompt(text))
    const soft = guessed('soft attacks, purple elephants', 'articulation: staccato').lanes
    expect(soft.articulation).toBe('staccato')
    expect(soft.attack).toEqual(readPrompt('soft attacks').lanes.attack)
  })

  it('takes the later of two guesses about the same, and shows that one', () => {
    const { lanes, moves } = guessed('purple elephants, green ones', 'articulation: spiccato', 'articulation: tremolo')
    expect(lanes.articulation).toBe('tremolo')
    expect(moves).toEqual([{ word: 'green ones', lane: 'articulation', effect: 'tremolo' }])
  })

  it('lets a guess win over a mood', () => {
    const { dynamics } = guessed('a joyful tune, purple elephants', 'mood: joyful', 'dynamics: very soft').lanes
    expect(dynamics).toEqual(readPrompt('pianissimo').lanes.dynamics)
  })

  it('adds a change to a loudness that was written', () => {
    const { dynamics } = guessed('piano, purple elephants', 'change: crescendo').lanes
    expect(dynamics.length).toBeGreaterThan(1)
  })

  it('turns no refusal round, and takes no moment for the whole', () => {
    for (const text of ['not like purple elephants', 'without elephants', "don't do elephants"])
      expect(guessed(text, 'articulation: spiccato')).toEqual(readPrompt(text))
    expect(guessed('no purple elephants', 'vibrato: none').lanes.vibratoDepth).toEqual([{ at: 0, value: 0 }])
    expect(guessed('at the end purple elephants', 'dynamics: very soft')).toEqual(readPrompt('at the end purple elephants'))
  })

  it('takes no length of time for a tempo', () => {
    expect(guessed('elephants for about twenty seconds', 'pace: very slow')).toEqual(readPrompt('elephants for about twenty seconds'))
    expect(guessed('elephants', 'pace: very slow').lanes.tempo).toBeLessThan(0.7)
  })

  it('takes what asks for nothing that a lane could do for unsaid', () => {
    expect(guessed('purple elephants', 'register: middle')).toEqual(readPrompt('purple elephants'))
  })
})
