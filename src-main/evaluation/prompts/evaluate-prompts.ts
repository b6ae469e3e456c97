import type { Note } from '#contract/melody.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { createRandom } from '#main/foundation/random.ts'
import { median } from '../melody/score-notes.ts'
import { ATTRIBUTES, OPPOSITES, type Attribute, type OppositeMeasure } from './held-out-phrases.ts'
import { makeTune, type Asked, type HeldOutPrompt } from './held-out-prompts.ts'
import { measurePerformance, type Performance } from './measure-performance.ts'

export interface PromptRequest {
  readonly prompt: string
  /** Null where the prompt names its melody. */
  readonly notes: readonly Note[] | null
  readonly seed: number
}
/** What plays a prompt: the learned path or the words' lanes. */
export type RenderPrompt = (request: PromptRequest) => Promise<{ pcm: Float32Array; sampleRate: number; notes: readonly Note[] }>

export interface AttributeScore {
  readonly asked: number
  readonly obeyed: number
  readonly share: number
  /** Heard instead, by what was asked for: "legato -> detache". */
  readonly misses: Record<string, number>
}

export interface OppositeScore {
  readonly attribute: Attribute
  readonly measure: string
  readonly prompts: readonly [string, string]
  readonly values: readonly [number, number]
  readonly difference: number
  readonly isAudible: boolean
}

export interface PromptScores {
  readonly prompts: number
  /** Prompts in whose sound nothing was heard. */
  readonly silent: number
  /** Of all single wishes, and of prompts with every wish obeyed. */
  readonly obeyedShare: number
  readonly fullyObeyedShare: number
  readonly attributes: Partial<Record<Attribute, AttributeScore>>
  readonly opposites: readonly OppositeScore[]
}

/** Tempo against what was given, this much is a different tempo. */
const FASTER = 1.06
const AS_GIVEN = 0.08

const spanOf = (notes: readonly Note[]): number => (notes[notes.length - 1]?.onsetSeconds ?? 0) - (notes[0]?.onsetSeconds ?? 0)
const gapsOf = (notes: readonly Note[]): number[] => notes.slice(1).map((note, i) => note.onsetSeconds - notes[i].onsetSeconds)

/** How much faster than meant: by the whole span, or, where a note was not heard, by the middle gap of the even tunes. */
const measureTempo = ({ heardNotes, spanSeconds }: Performance, meant: readonly Note[]): number =>
  heardNotes.length < meant.length && heardNotes.length > 2
    ? median(gapsOf(meant)) / median(gapsOf(heardNotes))
    : spanOf(meant) / Math.max(1e-6, spanSeconds)

/** What was heard of one attribute, in the classes that wishes are put in. */
const hear = (asked: Asked, performance: Performance, meant: readonly Note[]): string => {
  const { attribute, accepts } = asked
  if (attribute === 'tempo') {
    const ratio = measureTempo(performance, meant)
    if (Math.abs(ratio - 1) <= AS_GIVEN && accepts.includes('as given')) return 'as given'
    return ratio >= FASTER ? 'faster' : ratio <= 1 / FASTER ? 'slower' : 'as given'
  }
  if (attribute === 'dynamics')
    return accepts.some((one) => one === 'rising' || one === 'falling') ? performance.change : performance.dynamics
  return performance[attribute]
}

const measureOf = (performance: Performance, measure: OppositeMeasure): number => {
  if (measure === 'onsetRate' || measure === 'medianPitch') return performance[measure]
  return performance.features[measure === 'decayDbPerSecond' ? 'decay' : measure]
}

const playOpposites = async (
  render: RenderPrompt,
  { signal, opposites = OPPOSITES }: { signal?: AbortSignal; opposites?: typeof OPPOSITES },
): Promise<OppositeScore[]> => {
  const scores: OppositeScore[] = []
  const notes = makeTune(createRandom(77), 0.55)
  for (const { attribute, measure, prompts, leastDifference } of opposites) {
    const values: number[] = []
    for (const prompt of prompts) {
      throwIfCancelled(signal)
      const clip = await render({ prompt, notes, seed: 5 })
      const performance = measurePerformance(clip.pcm, clip.sampleRate, clip.notes)
      values.push(performance === null ? NaN : measureOf(performance, measure))
    }
    const difference = values[1] - values[0]
    scores.push({ attribute, measure, prompts, values: [values[0], values[1]], difference, isAudible: difference >= leastDifference })
  }
  return scores
}

/**
 * Plays held-out prompts and measures from the sound alone whether each of their wishes was obeyed; then pairs of opposite prompts
 * with the same seed and melody.
 *
 * @param render plays one prompt
 */
export const evaluatePrompts = async (
  render: RenderPrompt,
  prompts: readonly HeldOutPrompt[],
  options: { signal?: AbortSignal; onProgress?: (fraction: number) => void; opposites?: typeof OPPOSITES } = {},
): Promise<PromptScores> => {
  const tallies = new Map<Attribute, { asked: number; obeyed: number; misses: Record<string, number> }>()
  let silent = 0
  let full = 0
  for (const [index, { prompt, notes, meantNotes, seed, asks }] of prompts.entries()) {
    throwIfCancelled(options.signal)
    const clip = await render({ prompt, notes, seed })
    const performance = measurePerformance(clip.pcm, clip.sampleRate, clip.notes)
    if (performance === null) silent++
    let isFull = performance !== null
    for (const asked of asks) {
      const tally = tallies.get(asked.attribute) ?? { asked: 0, obeyed: 0, misses: {} }
      tallies.set(asked.attribute, tally)
      tally.asked++
      const found = performance === null ? 'silence' : hear(asked, performance, meantNotes)
      if (asked.accepts.includes(found)) tally.obeyed++
      else {
        isFull = false
        const miss = `${asked.accepts.join('/')} -> ${found}`
        tally.misses[miss] = (tally.misses[miss] ?? 0) + 1
      }
    }
    if (isFull) full++
    options.onProgress?.((index + 1) / (prompts.length + 1))
  }
  const opposites = await playOpposites(render, options)
  const all = [...tallies.values()]
  const sum = (pick: (tally: { asked: number; obeyed: number }) => number): number => all.reduce((total, tally) => total + pick(tally), 0)
  const attributes: Partial<Record<Attribute, AttributeScore>> = {}
  for (const attribute of ATTRIBUTES) {
    const tally = tallies.get(attribute)
    if (tally !== undefined) attributes[attribute] = { ...tally, share: tally.obeyed / tally.asked }
  }
  return {
    prompts: prompts.length,
    silent,
    obeyedShare:
      sum(({ obeyed }) => obeyed) /
      Math.max(
        1,
        sum(({ asked }) => asked),
      ),
    fullyObeyedShare: full / Math.max(1, prompts.length),
    attributes,
    opposites,
  }
}
