import type { CurveLane } from '#contract/expression.ts'
import type { Articulation } from '#contract/melody.ts'

export type DynamicShape = 'rise' | 'fall' | 'swell' | 'dip' | 'fadeIn' | 'fadeOut'

/** What a word does to one lane. */
export type Effect =
  | { readonly lane: CurveLane; readonly to: number }
  | { readonly lane: 'dynamics'; readonly shape: DynamicShape }
  | { readonly lane: 'articulation'; readonly to: Articulation }
  | { readonly lane: 'tempo'; readonly to: number }
  | { readonly lane: 'octave'; readonly to: number }

/** Moods give way to plain adjectives, and those to the terms that players use: the more specific word wins. */
export const RANK = { mood: 0, plain: 1, term: 2 } as const

/** A word about this very lane outranks whatever other words do to the lane on the side ("marcato" is about attack, and loud besides). */
const MAIN_LANE = 4
/** "not loud" gives way to "gently": what is refused leaves open what is meant. */
const NEGATED = -0.5

export interface LaneWord {
  /** Alternatives as a regular expression over case-folded text in which hyphens are spaces. */
  readonly words: string
  readonly effects: readonly Effect[]
  readonly rank: number
}

export const dynamics = (to: number): Effect => ({ lane: 'dynamics', to })
export const attack = (to: number): Effect => ({ lane: 'attack', to })
export const brightness = (to: number): Effect => ({ lane: 'brightness', to })
export const depth = (to: number): Effect => ({ lane: 'vibratoDepth', to })
export const rate = (to: number): Effect => ({ lane: 'vibratoRate', to })
export const bow = (to: Articulation): Effect => ({ lane: 'articulation', to })
export const shape = (name: DynamicShape): Effect => ({ lane: 'dynamics', shape: name })
export const octave = (to: number): Effect => ({ lane: 'octave', to })
export const tempo = (to: number): Effect => ({ lane: 'tempo', to })

export const plain = (words: string, ...effects: Effect[]): LaneWord => ({ words, effects, rank: RANK.plain })
export const term = (words: string, ...effects: Effect[]): LaneWord => ({ words, effects, rank: RANK.term })
export const mood = (words: string, ...effects: Effect[]): LaneWord => ({ words, effects, rank: RANK.mood })

/** How much one effect of a word weighs against other words on the same lane: the first lane of a word is what it is about, moods have none. */
export const weighEffect = ({ effects, rank }: LaneWord, effect: Effect, isNegated: boolean): number =>
  rank + (rank > RANK.mood && effects[0]?.lane === effect.lane ? MAIN_LANE : 0) + (isNegated ? NEGATED : 0)

/** The same for what is said in figures or of vibrato by name. */
export const OUTRIGHT = RANK.term + MAIN_LANE
