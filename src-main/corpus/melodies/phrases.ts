import type { Random } from '#main/foundation/random.ts'
import type { ScoreNote } from './tunes.ts'

/** A melody of our own making, with what a caption may truthfully say about it. */
export interface Phrase {
  readonly kind: 'scale' | 'arpeggio' | 'long notes' | 'repeated notes' | 'phrase' | 'etude' | 'leaps'
  /** "ascending G minor scale"; undefined where there is no simple name. */
  readonly title: string | undefined
  readonly notes: readonly ScoreNote[]
}

export const KEY_NAMES = ['C', 'C sharp', 'D', 'E flat', 'E', 'F', 'F sharp', 'G', 'A flat', 'A', 'B flat', 'B'] as const
const MODES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
} as const
type Mode = keyof typeof MODES

const plain = (pitch: number, quarters: number, isSlurred = false): ScoreNote => ({ pitch, quarters, isSlurred })

/** Pitch of a scale degree, degrees counting on through the octaves. */
const degreePitch = (tonic: number, mode: Mode, degree: number): number => {
  const octave = Math.floor(degree / 7)
  return tonic + 12 * octave + MODES[mode][degree - 7 * octave]
}

const withBows = (pitches: readonly number[], quarters: number, slurGroup: number): ScoreNote[] =>
  pitches.map((pitch, i) => plain(pitch, quarters, slurGroup > 1 && i % slurGroup !== 0))

const chooseTonic = (random: Random, highest: number): number => 55 + random.integer(Math.max(1, highest - 55 + 1))

const makeScale = (random: Random): Phrase => {
  const mode = random.pick(['major', 'minor'] as const)
  const tonic = chooseTonic(random, random.next() < 0.25 ? 81 : 72)
  const octaves = tonic < 66 && random.next() < 0.5 ? 2 : 1
  const up = Array.from({ length: 7 * octaves + 1 }, (_, degree) => degreePitch(tonic, mode, degree))
  const down = [...up].reverse()
  const direction = random.pick(['ascending', 'descending', 'ascending and descending'] as const)
  const pitches = direction === 'ascending' ? up : direction === 'descending' ? down : [...up, ...down.slice(1)]
  const notes = withBows(pitches, random.pick([0.25, 0.5, 0.5, 1]), random.pick([1, 1, 2, 4, 8]))
  return { kind: 'scale', title: `${direction} ${KEY_NAMES[tonic % 12]} ${mode} scale`, notes }
}

const makeArpeggio = (random: Random): Phrase => {
  const quality = random.pick(['major', 'minor'] as const)
  const tonic = chooseTonic(random, random.next() < 0.25 ? 81 : 70)
  const chord = quality === 'major' ? [0, 4, 7] : [0, 3, 7]
  const octaves = tonic < 68 && random.next() < 0.6 ? 2 : 1
  const up: number[] = []
  for (let octave = 0; octave < octaves; octave++) for (const step of chord) up.push(tonic + step + 12 * octave)
  up.push(tonic + 12 * octaves)
  const down = [...up].reverse()
  const direction = random.pick(['ascending', 'descending', 'ascending and descending'] as const)
  const pitches = direction === 'ascending' ? up : direction === 'descending' ? down : [...up, ...down.slice(1)]
  return {
    kind: 'arpeggio',
    title: `${direction} ${KEY_NAMES[tonic % 12]} ${quality} arpeggio`,
    notes: withBows(pitches, random.pick([0.5, 0.5, 1]), random.pick([1, 1, 3, 4])),
  }
}

const makeLongNotes = (random: Random): Phrase => {
  const tonic = 55 + random.integer(34)
  const mode = random.pick(['major', 'minor'] as const)
  const notes: ScoreNote[] = []
  let degree = random.integer(4)
  for (let i = 0; i < 4; i++) {
    notes.push(plain(degreePitch(tonic, mode, degree), random.pick([2, 3, 4, 6]), i > 0 && random.next() < 0.4))
    if (random.next() < 0.35) notes.push(plain(0, random.pick([0.5, 1])))
    degree += random.pick([-3, -2, -1, 1, 1, 2, 4])
  }
  return { kind: 'long notes', title: 'long notes', notes }
}

const makeRepeated = (random: Random): Phrase => {
  const tonic = 55 + random.integer(30)
  const mode = random.pick(['major', 'minor'] as const)
  const quarters = random.pick([0.25, 0.5, 0.5])
  const notes: ScoreNote[] = []
  let degree = random.integer(5)
  for (let group = 0; group < 12; group++) {
    const times = random.pick([2, 3, 4])
    for (let i = 0; i < times; i++) notes.push(plain(degreePitch(tonic, mode, degree), quarters))
    degree += random.pick([-2, -1, -1, 1, 1, 2])
  }
  return { kind: 'repeated notes', title: 'repeated notes', notes }
}

const makeEtude = (random: Random): Phrase => {
  const tonic = 55 + random.integer(26)
  const mode = random.pick(['major', 'minor', 'dorian', 'mixolydian'] as const)
  const cell = random.pick([
    [0, 1, 2, 0],
    [0, 2, 1, 2],
    [0, 2, 1, 3],
    [2, 1, 0, 1],
    [0, 4, 2, 4],
    [0, 1, 2, 3, 2, 1],
  ])
  const step = random.pick([1, 1, -1])
  const slurGroup = random.pick([1, 2, cell.length])
  const start = step > 0 ? 0 : 9
  const notes: ScoreNote[] = []
  for (let turn = 0; turn < 10; turn++) {
    cell.forEach((degree, i) =>
      notes.push(plain(degreePitch(tonic, mode, start + turn * step + degree), 0.25, slurGroup > 1 && i % slurGroup !== 0)),
    )
  }
  return { kind: 'etude', title: 'étude', notes }
}

const makeLeaps = (random: Random): Phrase => {
  const notes: ScoreNote[] = []
  let pitch = 60 + random.integer(16)
  for (let i = 0; i < 16; i++) {
    notes.push(plain(pitch, random.pick([0.5, 1, 1, 2]), i > 0 && random.next() < 0.5))
    const leap = random.pick([3, 4, 5, 7, 8, 9, 12])
    const isUp = pitch < 62 || (pitch < 84 && random.next() < 0.5)
    pitch += isUp ? leap : -leap
    pitch = Math.min(93, Math.max(55, pitch))
  }
  return { kind: 'leaps', title: undefined, notes }
}

const makePhrase = (random: Random): Phrase => {
  const tonic = 55 + random.integer(random.next() < 0.2 ? 33 : 22)
  const mode = random.pick(['major', 'minor', 'dorian', 'mixolydian'] as const)
  const rhythms = random.pick([
    [1, 0.5, 0.5],
    [1.5, 0.5],
    [2, 1, 1],
    [0.5, 0.5, 1],
    [0.75, 0.25],
    [1, 1, 2],
    [0.25, 0.25, 0.5],
  ])
  const notes: ScoreNote[] = []
  let degree = random.integer(5)
  let momentum = 1
  for (let i = 0; i < 28; i++) {
    notes.push(plain(degreePitch(tonic, mode, degree), rhythms[i % rhythms.length], i > 0 && random.next() < 0.45))
    if (random.next() < 0.06) notes.push(plain(0, random.pick([0.5, 1])))
    if (random.next() < 0.35) momentum = -momentum
    degree += random.next() < 0.2 ? momentum * random.pick([2, 3, 4]) : momentum
    if (degree > 11) momentum = -1
    if (degree < -1) momentum = 1
    while (degreePitch(tonic, mode, degree) < 55) degree++
  }
  return { kind: 'phrase', title: undefined, notes }
}

const MAKERS = [
  makeScale,
  makeScale,
  makeArpeggio,
  makeArpeggio,
  makeLongNotes,
  makeLongNotes,
  makeRepeated,
  makeEtude,
  makeLeaps,
  makePhrase,
  makePhrase,
  makePhrase,
]

/** A scale, arpeggio, étude or phrase of our own making. */
export const makePhraseOfOurOwn = (random: Random): Phrase => random.pick(MAKERS)(random)
