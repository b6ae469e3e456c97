import type { Lanes, LanePoint } from '#contract/expression.ts'
import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Articulation, type Note } from '#contract/melody.ts'
import type { Random } from '#main/foundation/random.ts'
import { makePhraseOfOurOwn } from './phrases.ts'
import type { ScoreNote, Tune } from './tunes.ts'

/** Everything that is decided about a clip before a sound is made. */
export interface ClipPlan {
  readonly notes: Note[]
  readonly lanes: Lanes
  readonly durationSeconds: number
  readonly bpm: number
  /** Tune the notes come from, or "own". */
  readonly tuneId: string
  /** "ascending G minor scale", a tune's title; undefined where there is no simple name. */
  readonly title: string | undefined
  readonly isTune: boolean
  /** True when some notes are bowed or slurred otherwise than the clip's main articulation. */
  readonly isMixed: boolean
  readonly portamento: number
}

export interface PlanOptions {
  readonly tunes: readonly Tune[]
  /** Share of clips that play a tune; the rest are phrases of our own. */
  readonly tuneShare: number
  readonly lowest?: number
  readonly highest?: number
  /** Articulations the material can play. */
  readonly articulations: readonly Articulation[]
  /** Forces this articulation. */
  readonly articulation?: Articulation
  /** Shortest and longest clip wished for; a score too short for it is played again. Four to eight seconds unless said. */
  readonly seconds?: readonly [number, number]
}

const WEIGHTS: Record<Articulation, number> = { legato: 34, detache: 24, staccato: 11, spiccato: 11, pizzicato: 9, tremolo: 11 }

const pickWeighted = (articulations: readonly Articulation[], random: Random): Articulation => {
  let left = random.next() * articulations.reduce((sum, name) => sum + WEIGHTS[name], 0)
  for (const name of articulations) {
    left -= WEIGHTS[name]
    if (left <= 0) return name
  }
  return articulations[0]
}

const constant = (value: number): LanePoint[] => [{ at: 0, value }]

const drawDynamics = (random: Random): LanePoint[] => {
  const level = random.pick([0.1, 0.2, 0.3, 0.3, 0.45, 0.5, 0.6, 0.6, 0.75, 0.75, 0.95])
  const other = Math.min(0.98, Math.max(0.08, level + random.pick([-0.4, -0.3, 0.3, 0.4])))
  const shape = random.next()
  if (shape < 0.5) return constant(level)
  if (shape < 0.68)
    return [
      { at: 0, value: level },
      { at: 1, value: other },
    ]
  if (shape < 0.86)
    return [
      { at: 0, value: level },
      { at: random.between(0.35, 0.65), value: other },
      { at: 1, value: level },
    ]
  return [
    { at: 0, value: level },
    { at: 0.48, value: level },
    { at: 0.52, value: other },
    { at: 1, value: other },
  ]
}

const drawLanes = (articulation: Articulation, random: Random): Lanes => {
  const depth = random.next() < 0.15 ? 0 : random.pick([6, 10, 14, 18, 18, 24, 30, 38])
  return {
    dynamics: drawDynamics(random),
    vibratoDepth:
      random.next() < 0.15
        ? [
            { at: 0, value: 0 },
            { at: 1, value: Math.max(depth, 14) },
          ]
        : constant(depth),
    vibratoRate: constant(random.between(4.6, 6.8)),
    attack: constant(random.pick([0.05, 0.2, 0.3, 0.4, 0.4, 0.55, 0.7, 0.9])),
    brightness: constant(random.pick([0.2, 0.35, 0.45, 0.5, 0.5, 0.55, 0.65, 0.8])),
    articulation,
    tempo: 1,
    octave: 0,
  }
}

/** Whole notes of a score moved so that they lie inside the range; undefined when its ambitus is too wide. */
export const fitRange = (score: readonly ScoreNote[], lowest: number, highest: number, random: Random): ScoreNote[] | undefined => {
  const pitches = score.filter((note) => note.pitch > 0).map((note) => note.pitch)
  const low = Math.min(...pitches)
  const high = Math.max(...pitches)
  if (high - low > highest - lowest) return undefined
  const shifts = Array.from({ length: 97 }, (_, i) => i - 48).filter((shift) => low + shift >= lowest && high + shift <= highest)
  // Near the written key when it fits, so that most clips stay where violins mostly play.
  const near = shifts.filter((shift) => Math.abs(shift) <= 7)
  const shift = random.pick(near.length > 0 && random.next() < 0.8 ? near : shifts)
  return score.map((note) => (note.pitch > 0 ? { ...note, pitch: note.pitch + shift } : note))
}

const chooseBpm = (articulation: Articulation, score: readonly ScoreNote[], random: Random): number => {
  const quarters = score.reduce((sum, note) => sum + note.quarters, 0) / Math.max(1, score.length)
  const slowest = articulation === 'tremolo' ? 0.45 : articulation === 'legato' ? 0.16 : 0.14
  const longest = articulation === 'tremolo' ? 1.4 : articulation === 'spiccato' || articulation === 'staccato' ? 0.45 : 0.9
  const noteSeconds = slowest * (longest / slowest) ** random.next()
  return Math.min(208, Math.max(40, (60 * quarters) / noteSeconds))
}

/** Legato turns the bow now and then; other strokes keep the printed slurs in some clips only. */
const drawBow = (articulation: Articulation, item: ScoreNote, followsSlurs: boolean, random: Random): Pick<Note, 'isSlurred'> => {
  if (articulation === 'legato') return random.next() < 0.15 ? { isSlurred: false } : {}
  return followsSlurs && articulation === 'detache' && item.isSlurred ? { isSlurred: true } : {}
}

/** A score played again and again, a short breath between, until it fills so many quarters. */
const repeatScore = (score: readonly ScoreNote[], quarters: number): readonly ScoreNote[] => {
  const once = score.reduce((sum, note) => sum + note.quarters, 0)
  const times = once <= 0 ? 1 : Math.min(40, Math.ceil(quarters / once))
  const breath: ScoreNote = { pitch: 0, quarters: 0.5, isSlurred: false }
  return Array.from({ length: times }, (_, i) => (i === 0 ? score : [breath, ...score])).flat()
}

/**
 * Decides notes and lanes of one clip.
 *
 * @param options  tunes of the split, range, what the material can play, length
 * @param random   one clip's own stream
 */
export const planClip = (options: PlanOptions, random: Random): ClipPlan => {
  const lowest = options.lowest ?? VIOLIN_LOWEST
  const highest = options.highest ?? VIOLIN_HIGHEST
  const articulation = options.articulation ?? pickWeighted(options.articulations, random)
  let score: ScoreNote[] | undefined
  let tuneId = 'own'
  let title: string | undefined
  let isTune = false
  const [shortest, longest] = options.seconds ?? [4, 8]
  for (let attempt = 0; score === undefined; attempt++) {
    isTune = options.tunes.length > 0 && random.next() < options.tuneShare
    if (isTune) {
      const tune = random.pick(options.tunes)
      const start = random.integer(Math.max(1, tune.notes.length - 16))
      tuneId = tune.id
      title = tune.title
      score = fitRange(tune.notes.slice(start, start + (options.seconds === undefined ? 40 : 80)), lowest, highest, random)
    } else {
      const phrase = makePhraseOfOurOwn(random)
      tuneId = 'own'
      title = phrase.title
      score = fitRange(phrase.notes, lowest, highest, random)
    }
    if (attempt > 200) score = [{ pitch: Math.round((lowest + highest) / 2), quarters: 4, isSlurred: false }]
  }
  const lanes = drawLanes(articulation, random)
  const bpm = chooseBpm(articulation, score, random)
  const wished = random.between(shortest, longest)
  const mixes = random.next() < 0.15 && articulation !== 'tremolo'
  const rests = random.next() < 0.3
  const followsSlurs = random.next() < 0.3
  let t = random.between(0.06, 0.4)
  const notes: Note[] = []
  for (const item of options.seconds === undefined ? score : repeatScore(score, (wished * bpm) / 60)) {
    const seconds = (item.quarters * 60) / bpm
    if (t + Math.min(seconds, 0.3) > wished - 0.35) break
    const length = Math.min(seconds, wished - 0.35 - t)
    if (item.pitch > 0) {
      const own = mixes && random.next() < 0.3 ? pickWeighted(options.articulations, random) : undefined
      const isBreath = rests && random.next() < 0.15
      const durationSeconds = Math.max(0.06, length * (isBreath ? random.between(0.5, 0.8) : 1))
      const isFirst = notes.length === 0
      notes.push({
        onsetSeconds: t,
        durationSeconds,
        pitch: item.pitch,
        velocity: Math.min(1, Math.max(0.2, 0.7 + 0.1 * random.normal())),
        confidence: 1,
        ...(own === undefined || own === articulation ? {} : { articulation: own }),
        ...(isFirst ? {} : drawBow(articulation, item, followsSlurs, random)),
      })
    }
    t += seconds * (1 + 0.012 * random.normal())
  }
  const last = notes[notes.length - 1]
  const end = last === undefined ? shortest : last.onsetSeconds + last.durationSeconds
  const disjoint = notes.map((note, i) => {
    const next = notes[i + 1]
    const room = next === undefined ? note.durationSeconds : next.onsetSeconds - note.onsetSeconds
    return { ...note, durationSeconds: Math.max(0.03, Math.min(note.durationSeconds, room)) }
  })
  return {
    notes: disjoint,
    lanes,
    durationSeconds: Math.min(longest, Math.max(shortest, end + random.between(0.3, 0.7))),
    bpm: Math.round(bpm),
    tuneId,
    title,
    isTune,
    isMixed: disjoint.some((note) => note.articulation !== undefined || note.isSlurred === true),
    portamento: random.next() < 0.25 ? random.between(0.3, 1) : 0,
  }
}
