import { describe, expect, it } from 'vitest'
import { ARTICULATIONS, type Note } from '#contract/melody.ts'
import { createRandom } from '#main/foundation/random.ts'
import { midiToHz } from '#music/pitch.ts'
import english from '#renderer/language/messages/en.json' with { type: 'json' }
import examples from '#test/prompts/prompts.json' with { type: 'json' }
import { describePerformance } from './describe-performance.ts'
import { evaluatePrompts, type RenderPrompt } from './evaluate-prompts.ts'
import { ARTICULATION_WISHES, FRAMES, OPPOSITES, SOUND_WISHES } from './held-out-phrases.ts'
import { makeHeldOutPrompts, makeTune } from './held-out-prompts.ts'
import { measurePerformance } from './measure-performance.ts'
import { FEATURE_NAMES, listenToClip, type Features } from './note-features.ts'
import { classify, fitClassifier } from './softmax-classifier.ts'

const RATE = 44100

interface Playing {
  readonly gain?: number
  /** Share of each note that sounds. */
  readonly share?: number
  readonly decayPerSecond?: number
  readonly vibratoCents?: number
}

/** A saw-like tone for each note, played in a simple way. */
const play = (notes: readonly Note[], { gain = 0.1, share = 1, decayPerSecond = 0, vibratoCents = 0 }: Playing = {}): Float32Array => {
  const last = notes[notes.length - 1]
  const pcm = new Float32Array(Math.ceil((last.onsetSeconds + last.durationSeconds + 0.4) * RATE))
  let phase = 0
  for (const note of notes) {
    const from = Math.round(note.onsetSeconds * RATE)
    const length = Math.round(note.durationSeconds * share * RATE)
    for (let n = 0; n < length; n++) {
      const t = n / RATE
      const cents = t > 0.1 ? vibratoCents * Math.sin(2 * Math.PI * 5.6 * t) : 0
      phase += midiToHz(note.pitch + cents / 100) / RATE
      const edge = Math.min(1, n / 900, (length - n) / 900)
      let sample = 0
      for (let k = 1; k <= 6; k++) sample += Math.sin(2 * Math.PI * k * phase) / k
      pcm[from + n] += gain * edge * Math.exp(-decayPerSecond * t) * sample
    }
  }
  return pcm
}

const tune = makeTune(createRandom(4), 0.5)

describe('held-out prompts', () => {
  const prompts = makeHeldOutPrompts()
  it('are 200, the same for the same seed, and ask for every attribute many times', () => {
    expect(prompts.length).toBe(200)
    expect(makeHeldOutPrompts()).toEqual(prompts)
    expect(makeHeldOutPrompts(200, 5)).not.toEqual(prompts)
    const asked = new Map<string, number>()
    for (const { asks } of prompts) for (const { attribute } of asks) asked.set(attribute, (asked.get(attribute) ?? 0) + 1)
    for (const attribute of ['articulation', 'dynamics', 'tempo', 'register', 'vibrato']) {
      expect(asked.get(attribute) ?? 0, attribute).toBeGreaterThanOrEqual(25)
    }
    expect(prompts.filter(({ notes }) => notes === null).length).toBeGreaterThan(15)
    for (const articulation of ARTICULATIONS) expect(ARTICULATION_WISHES.some(({ accepts }) => accepts.includes(articulation))).toBe(true)
  })
  it('ask for one thing of a kind, and leave the octaves above and below on the violin', () => {
    for (const { asks, meantNotes } of prompts) {
      expect(new Set(asks.map(({ attribute }) => attribute)).size).toBe(asks.length)
      for (const { pitch } of meantNotes) expect(pitch - 12 >= 55 && pitch + 12 <= 105).toBe(true)
    }
  })
  it("are none of the program's examples", () => {
    const known = new Set([
      ...examples.map(({ prompt }) => prompt.toLowerCase()),
      ...english.prompt.suggestions.split(', '),
      english.prompt.placeholder,
    ])
    for (const { prompt } of prompts) expect(known.has(prompt.toLowerCase()), prompt).toBe(false)
    expect(FRAMES.every((frame) => frame.includes('{}'))).toBe(true)
    expect(SOUND_WISHES.every(({ phrases }) => phrases.length >= 3)).toBe(true)
  })
})

describe('what is measured of a performance', { timeout: 120_000 }, () => {
  it('tells short from long, plucked from bowed, loud from soft, and vibrato from none', () => {
    const measure = (playing: Playing) => measurePerformance(play(tune, playing), RATE, tune)
    const plain = measure({})
    expect(plain?.features.soundingShare).toBeGreaterThan(0.9)
    expect(measure({ share: 0.45 })?.articulation).toBe('staccato')
    expect(measure({ decayPerSecond: 11 })?.articulation).toBe('pizzicato')
    const soft = measure({ gain: 0.005 })
    const loud = measure({ gain: 0.25 })
    expect(['soft', 'very soft']).toContain(soft?.dynamics)
    expect(['loud', 'very loud']).toContain(loud?.dynamics)
    const trembling = measure({ vibratoCents: 30 })
    expect(trembling?.features.vibratoCents).toBeGreaterThan(12)
    expect(trembling?.features.vibratoHz).toBeGreaterThan(4.5)
    expect(trembling?.features.vibratoHz).toBeLessThan(7)
    expect(plain?.features.vibratoCents).toBeLessThan(3)
  })
  it('takes tempo and register from the sound, not from the notes it is given', () => {
    const high = tune.map((note) => ({
      ...note,
      pitch: note.pitch + 12,
      onsetSeconds: note.onsetSeconds / 2,
      durationSeconds: note.durationSeconds / 2,
    }))
    const heard = measurePerformance(play(high), RATE, tune)
    expect(heard?.register).toBe('high')
    expect(heard?.onsetRate).toBeGreaterThan(3.2)
  })
  it('is nothing for silence, and a prompt in words for the rest', () => {
    expect(listenToClip(new Float32Array(RATE), RATE)).toBeNull()
    expect(measurePerformance(new Float32Array(RATE), RATE)).toBeNull()
    const heard = measurePerformance(play(tune, { decayPerSecond: 11 }), RATE, tune)
    expect(heard === null ? '' : describePerformance(heard)).toMatch(/^solo violin, pizzicato/)
  })
})

describe('obedience', () => {
  /** Obeys what it finds in the words, or does nothing of it. */
  const createRenderer =
    (isObedient: boolean): RenderPrompt =>
    ({ prompt, notes }) => {
      const has = (pattern: RegExp): boolean => isObedient && pattern.test(prompt)
      const tempo = has(/allegro|faster|quick|brisk|presto/) ? 1.3 : has(/adagio|slow|lento/) ? 0.75 : 1
      const octave = has(/higher|high |octave up/) ? 12 : has(/lower|low |octave down/) ? -12 : 0
      const played = (notes ?? tune).map((note) => ({
        ...note,
        pitch: note.pitch + octave,
        onsetSeconds: note.onsetSeconds / tempo,
        durationSeconds: note.durationSeconds / tempo,
      }))
      const share = has(/staccato/) ? 0.45 : 1
      return Promise.resolve({ pcm: play(played, { share }), sampleRate: RATE, notes: played })
    }
  const prompts = [
    {
      prompt: 'staccato, an octave higher',
      notes: tune,
      meantNotes: tune,
      seed: 1,
      asks: [
        { attribute: 'articulation', accepts: ['staccato'] },
        { attribute: 'register', accepts: ['high', 'very high'] },
      ],
    },
    { prompt: 'adagio', notes: tune, meantNotes: tune, seed: 2, asks: [{ attribute: 'tempo', accepts: ['slower'] }] },
  ] as const
  const opposites = OPPOSITES.filter(({ measure }) => measure === 'medianPitch')

  it('is counted wish by wish: all for one who obeys, none for one who does not', { timeout: 120_000 }, async () => {
    const good = await evaluatePrompts(createRenderer(true), prompts, { opposites })
    const bad = await evaluatePrompts(createRenderer(false), prompts, { opposites })
    expect(good).toMatchObject({ obeyedShare: 1, fullyObeyedShare: 1 })
    expect(good.opposites[0]?.difference).toBeCloseTo(24, 0)
    expect(bad.obeyedShare).toBe(0)
    expect(bad.attributes.tempo?.misses).toEqual({ 'slower -> as given': 1 })
    expect(bad.opposites[0]?.isAudible).toBe(false)
  })
})

describe('the classifier', () => {
  it('learns to part what can be parted', () => {
    const random = createRandom(9)
    const base = Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])) as Features
    const examples = Array.from({ length: 60 }, (_, i) => ({
      label: i % 2 === 0 ? 'soft' : 'loud',
      features: { ...base, levelDb: (i % 2 === 0 ? -30 : -15) + random.normal() },
    }))
    const classifier = fitClassifier(examples, { classes: ['soft', 'loud'], features: ['levelDb'] })
    expect(examples.every(({ label, features }) => classify(classifier, features) === label)).toBe(true)
  })
})
