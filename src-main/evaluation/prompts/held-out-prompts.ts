import type { Note } from '#contract/melody.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { noteName } from '#music/pitch.ts'
import { ARTICULATION_WISHES, FRAMES, SOUND_WISHES, type Attribute, type Wish } from './held-out-phrases.ts'

/** One thing that a prompt asks for, and what the sound must show. */
export interface Asked {
  readonly attribute: Attribute
  readonly accepts: readonly string[]
}

export interface HeldOutPrompt {
  readonly prompt: string
  /** The melody it is given with; null where the prompt names its own. */
  readonly notes: readonly Note[] | null
  /** What the prompt means to be played, at its own tempo and pitch; equals `notes` where there are any. */
  readonly meantNotes: readonly Note[]
  readonly seed: number
  readonly asks: readonly Asked[]
}

const SCALE = [0, 2, 4, 5, 7, 9]
/** The lowest note that still has its lower octave on the violin. */
const LOWEST = 67

const DETACHE = ARTICULATION_WISHES.filter(({ accepts }) => accepts.includes('detache'))[0]

/** A tune of eight notes within a sixth, no note twice in a row, that leaves its register free to be asked for. */
export const makeTune = (random: Random, noteSeconds: number): Note[] => {
  const notes: Note[] = []
  let degree = random.integer(SCALE.length)
  for (let i = 0; i < 8; i++) {
    const pitch = LOWEST + SCALE[degree]
    notes.push({ onsetSeconds: i * noteSeconds, durationSeconds: noteSeconds, pitch, velocity: 0.7, confidence: 1 })
    const step = random.pick([-2, -1, 1, 2, 3])
    const next = degree + step
    degree = next < 0 || next >= SCALE.length ? degree - step : next
    degree = Math.min(SCALE.length - 1, Math.max(0, degree))
    if (LOWEST + SCALE[degree] === pitch) degree = degree === 0 ? 1 : degree - 1
  }
  return notes
}

const joinPhrases = (phrases: readonly string[], random: Random): string =>
  phrases.length === 1
    ? phrases[0]
    : `${phrases.slice(0, -1).join(', ')}${random.next() < 0.5 ? ' and ' : ', '}${phrases[phrases.length - 1]}`

/** One to three wishes that can be true at once, never two of one kind. */
const chooseWishes = (random: Random, index: number): Wish[] => {
  // Every kind of wish is the leading one equally often.
  const all = [...ARTICULATION_WISHES, ...SOUND_WISHES]
  const chosen = [all[index % all.length]]
  const count = 1 + random.integer(3)
  for (let tries = 0; chosen.length < count && tries < 20; tries++) {
    const next = random.pick(random.next() < 0.4 ? ARTICULATION_WISHES : SOUND_WISHES)
    const isBowed = chosen.some(({ bowed }) => bowed === true) || next.bowed === true
    const articulation = [...chosen, next].find(({ attribute }) => attribute === 'articulation')?.accepts[0]
    if (chosen.some(({ attribute }) => attribute === next.attribute)) continue
    if (isBowed && articulation !== undefined && articulation !== 'legato' && articulation !== 'detache') continue
    if (articulation === 'legato' && [...chosen, next].some(({ attribute }) => attribute === 'attack')) continue
    chosen.push(next)
  }
  // In slurred, short or plucked notes an attack cannot be heard apart: whoever asks for one asks for separate bows too.
  if (chosen.some(({ attribute }) => attribute === 'attack') && !chosen.some(({ attribute }) => attribute === 'articulation')) {
    chosen.unshift(DETACHE)
  }
  return chosen
}

/**
 * Prompts that nothing was tuned on: combinations and phrasings that are no example of the program's, each with what it asks for.
 * Three of four are given with a melody; the rest name theirs, with its tempo.
 */
export const makeHeldOutPrompts = (count = 200, seed = 20261122): HeldOutPrompt[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index): HeldOutPrompt => {
    const wishes = chooseWishes(random, index)
    const phrase = random.pick(FRAMES).replace(
      '{}',
      joinPhrases(
        wishes.map(({ phrases }) => random.pick(phrases)),
        random,
      ),
    )
    const asks = wishes.map(({ attribute, accepts }) => ({ attribute, accepts }))
    const base = { seed: random.integer(2 ** 31) }
    const isRelative = wishes.some(({ attribute }) => attribute === 'tempo' || attribute === 'register')
    if (index % 4 !== 3 || isRelative) {
      const notes = makeTune(random, random.between(0.42, 0.6))
      return { ...base, prompt: phrase, notes, meantNotes: notes, asks }
    }
    const bpm = random.pick([88, 96, 104, 112, 120, 132])
    const meantNotes = makeTune(random, 60 / bpm)
    const names = meantNotes.map(({ pitch }) => noteName(pitch)).join(' ')
    const prompt = `${names} in quarter notes at ${bpm} bpm, ${phrase}`
    return { ...base, prompt, notes: null, meantNotes, asks: [...asks, { attribute: 'tempo', accepts: ['as given'] }] }
  })
}
