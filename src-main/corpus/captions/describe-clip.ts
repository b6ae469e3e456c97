import { laneAt, type Lanes } from '#contract/expression.ts'
import type { Articulation, Note } from '#contract/melody.ts'
import type { Random } from '#main/foundation/random.ts'
import type { Instrument } from '../material/instruments.ts'
import type { ClipPlan } from '../melodies/plan-clip.ts'
import { wordsOn } from './instrument-words.ts'

/** What is true of a clip, in the words a caption may use. */
export interface ClipFacts {
  readonly articulation: Articulation
  readonly isMixed: boolean
  readonly dynamics: 'very soft' | 'soft' | 'medium loud' | 'loud' | 'very loud'
  readonly change: 'crescendo' | 'diminuendo' | 'swell' | 'fade and return' | 'none'
  readonly pace: 'very slow' | 'slow' | 'moderate' | 'fast' | 'very fast'
  readonly register: 'low' | 'middle' | 'high' | 'very high'
  readonly vibrato: 'none' | 'slight' | 'warm' | 'wide'
  readonly attack: 'soft' | 'plain' | 'hard'
  readonly tone: 'dark' | 'plain' | 'bright'
  readonly room: 'dry' | 'small room'
  readonly title?: string
  /** The violin unless said. */
  readonly instrument?: Instrument
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const dynamicsWord = (value: number): ClipFacts['dynamics'] =>
  value < 0.2 ? 'very soft' : value < 0.4 ? 'soft' : value < 0.66 ? 'medium loud' : value < 0.87 ? 'loud' : 'very loud'

const changeWord = (lanes: Lanes): ClipFacts['change'] => {
  const [start, middle, end] = [0, 0.5, 1].map((at) => laneAt(lanes.dynamics, at))
  if (end - start > 0.15) return 'crescendo'
  if (start - end > 0.15) return 'diminuendo'
  if (middle - (start + end) / 2 > 0.12) return 'swell'
  return (start + end) / 2 - middle > 0.12 ? 'fade and return' : 'none'
}

const paceWord = (notes: readonly Note[]): ClipFacts['pace'] => {
  const gaps = notes.slice(1).map((note, i) => note.onsetSeconds - notes[i].onsetSeconds)
  const gap = gaps.length === 0 ? (notes[0]?.durationSeconds ?? 1) : median(gaps)
  return gap > 1.2 ? 'very slow' : gap > 0.6 ? 'slow' : gap > 0.3 ? 'moderate' : gap > 0.17 ? 'fast' : 'very fast'
}

const registerWord = (notes: readonly Note[]): ClipFacts['register'] => {
  const pitch = median(notes.map((note) => note.pitch))
  return pitch < 64 ? 'low' : pitch < 77 ? 'middle' : pitch < 89 ? 'high' : 'very high'
}

const vibratoWord = (plan: ClipPlan): ClipFacts['vibrato'] => {
  const isBowedLong = plan.notes.some((note) => note.durationSeconds >= 0.35)
  const bowed = plan.lanes.articulation === 'legato' || plan.lanes.articulation === 'detache'
  const depth = laneAt(plan.lanes.vibratoDepth, 0.5)
  if (!isBowedLong || !bowed || depth < 4) return 'none'
  return depth < 12 ? 'slight' : depth < 26 ? 'warm' : 'wide'
}

/** The facts of a planned clip. */
export const gatherFacts = (plan: ClipPlan, hasRoom: boolean, instrument?: Instrument): ClipFacts => {
  const attack = laneAt(plan.lanes.attack, 0.5)
  const tone = laneAt(plan.lanes.brightness, 0.5)
  const dynamics = [0.1, 0.3, 0.5, 0.7, 0.9].map((at) => laneAt(plan.lanes.dynamics, at))
  return {
    articulation: plan.lanes.articulation,
    isMixed: plan.isMixed,
    dynamics: dynamicsWord(dynamics.reduce((a, b) => a + b, 0) / dynamics.length),
    change: changeWord(plan.lanes),
    pace: paceWord(plan.notes),
    register: registerWord(plan.notes),
    vibrato: vibratoWord(plan),
    attack: attack < 0.25 ? 'soft' : attack > 0.6 ? 'hard' : 'plain',
    tone: tone < 0.4 ? 'dark' : tone > 0.6 ? 'bright' : 'plain',
    room: hasRoom ? 'small room' : 'dry',
    ...(plan.title === undefined || plan.isTune ? {} : { title: plan.title }),
    ...(instrument === undefined ? {} : { instrument }),
  }
}

const ARTICULATION_WORDS: Record<Articulation, readonly string[]> = {
  legato: ['legato', 'smooth and connected', 'slurred', 'singing legato'],
  detache: ['détaché', 'separate bows', 'one bow per note', 'broad détaché strokes'],
  staccato: ['staccato', 'short and stopped', 'crisp staccato', 'clipped notes'],
  spiccato: ['spiccato', 'bouncing bow', 'light spiccato', 'off-the-string bowing'],
  pizzicato: ['pizzicato', 'plucked', 'plucked strings', 'played with the fingers, pizzicato'],
  tremolo: ['tremolo', 'trembling tremolo', 'rapid tremolo bowing', 'shimmering tremolo'],
}
const DYNAMICS_WORDS: Record<ClipFacts['dynamics'], readonly string[]> = {
  'very soft': ['very soft', 'pianissimo', 'whispered'],
  soft: ['soft', 'piano', 'quiet', 'gentle'],
  'medium loud': ['mezzo-forte', 'at medium volume', 'moderately loud'],
  loud: ['loud', 'forte', 'strong'],
  'very loud': ['very loud', 'fortissimo', 'powerful'],
}
const CHANGE_WORDS: Record<ClipFacts['change'], readonly string[]> = {
  crescendo: ['growing louder', 'with a crescendo', 'building up'],
  diminuendo: ['fading', 'with a diminuendo', 'dying away'],
  swell: ['swelling and falling back', 'with a swell in the middle'],
  'fade and return': ['dropping in the middle and coming back'],
  none: [''],
}
const PACE_WORDS: Record<ClipFacts['pace'], readonly string[]> = {
  'very slow': ['very slow', 'long held notes', 'adagio'],
  slow: ['slow', 'unhurried', 'andante'],
  moderate: ['at a moderate tempo', 'moderato', 'walking pace'],
  fast: ['fast', 'lively', 'allegro'],
  'very fast': ['very fast', 'racing', 'presto'],
}
const REGISTER_WORDS: Record<ClipFacts['register'], readonly string[]> = {
  low: ['low register', 'on the low strings'],
  middle: ['middle register', ''],
  high: ['high register', 'up high'],
  'very high': ['very high register', 'at the top of the fingerboard'],
}
const VIBRATO_WORDS: Record<ClipFacts['vibrato'], readonly string[]> = {
  none: ['', 'without vibrato', 'senza vibrato'],
  slight: ['slight vibrato', 'a little vibrato'],
  warm: ['warm vibrato', 'with vibrato'],
  wide: ['wide vibrato', 'intense vibrato'],
}
const ATTACK_WORDS: Record<ClipFacts['attack'], readonly string[]> = {
  soft: ['soft attacks', 'tender beginnings'],
  plain: [''],
  hard: ['accented', 'hard attacks', 'biting'],
}
const TONE_WORDS: Record<ClipFacts['tone'], readonly string[]> = {
  dark: ['dark tone', 'mellow', 'veiled'],
  plain: [''],
  bright: ['bright tone', 'brilliant', 'edgy, near the bridge'],
}
const ROOM_WORDS: Record<ClipFacts['room'], readonly string[]> = { dry: ['', '', 'dry'], 'small room': ['in a small room', ''] }

/** Every word a caption uses for a fact, by fact: the vocabulary that prompts are read with as well. */
export const CAPTION_WORDS = {
  articulation: ARTICULATION_WORDS,
  dynamics: DYNAMICS_WORDS,
  change: CHANGE_WORDS,
  pace: PACE_WORDS,
  register: REGISTER_WORDS,
  vibrato: VIBRATO_WORDS,
  attack: ATTACK_WORDS,
  tone: TONE_WORDS,
  room: ROOM_WORDS,
} as const

/** A plain-language caption: the main facts in one of several phrasings, never a fact that is not so. */
export const describeClip = (facts: ClipFacts, random: Random): string => {
  const instrument = facts.instrument ?? 'violin'
  const details = [
    random.pick(DYNAMICS_WORDS[facts.dynamics]),
    random.pick(CHANGE_WORDS[facts.change]),
    random.pick(PACE_WORDS[facts.pace]),
    random.pick(wordsOn(instrument, 'register', facts.register, REGISTER_WORDS[facts.register])),
    random.pick(VIBRATO_WORDS[facts.vibrato]),
    random.pick(ATTACK_WORDS[facts.attack]),
    random.pick(wordsOn(instrument, 'tone', facts.tone, TONE_WORDS[facts.tone])),
    random.pick(ROOM_WORDS[facts.room]),
  ].filter((word) => word !== '' && random.next() < 0.75)
  for (let i = details.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[details[i], details[j]] = [details[j], details[i]]
  }
  const strokes = wordsOn(instrument, 'articulation', facts.articulation, ARTICULATION_WORDS[facts.articulation])
  const articulation = `${facts.isMixed ? 'mostly ' : ''}${random.pick(strokes)}`
  const subject =
    facts.title !== undefined && random.next() < 0.7
      ? `${/^[aeiouaé]/i.test(facts.title) ? 'an' : 'a'} ${facts.title}`.replace(/^an? (long|repeated)/, '$1')
      : 'a melody'
  const phrasing = random.integer(4)
  if (phrasing === 0) return [`solo ${instrument}, ${articulation}`, ...details].join(', ')
  if (phrasing === 1)
    return [`${instrument === 'oboe' ? 'an' : 'a'} ${instrument} plays ${subject}, ${articulation}`, ...details].join(', ')
  if (phrasing === 2) return [...details, articulation, instrument].join(', ')
  return [`${subject} on the ${instrument}`, ...details, articulation].join(', ')
}
