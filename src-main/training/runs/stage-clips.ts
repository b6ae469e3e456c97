import type { Random } from '#main/foundation/random.ts'
import { EXPRESSION_WIDTH, hideConditions, LANE_CONDITIONS, SCORE_WIDTH } from '#main/networks/stages/conditioning.ts'
import type { StagesConfig } from '#main/networks/stages/config.ts'

/** A clip as the stages' trainer wants it: everything in token frames. */
export interface StageClip {
  readonly tokens: number
  /** [T, SCORE_WIDTH] with everything told */
  readonly score: Float32Array
  /** [T] */
  readonly semantic: Int32Array
  /** [T, EXPRESSION_WIDTH] */
  readonly expression: Float32Array
  /** [T * levels] */
  readonly codes: Int32Array
  /** [embeddingWidth] quantised joint embedding of the sound */
  readonly audioVector: Float32Array
  /** The same of several captions */
  readonly textVectors: readonly Float32Array[]
}

/** A stretch of a clip with what a training step tells of it. */
export interface StageItem {
  readonly clip: StageClip
  readonly start: number
  /** [frames, SCORE_WIDTH] */
  readonly score: Float32Array
  readonly text: Float32Array | null
  readonly random: Random
}

/** Share of items that are told no text, no melody, no lanes at all, and each lane by itself. */
const WITHHOLD = { text: 0.15, melody: 0.12, lanes: 0.2, lane: 0.4 }

/**
 * A stretch with conditions withheld by chance, as guidance and "play freely" need it: the text from the sound's own
 * embedding or from a caption's, which closes the gap between the two (MusicLM's exchange, trained on both sides).
 */
export const drawItem = (clip: StageClip, frames: number, random: Random): StageItem => {
  const start = random.integer(clip.tokens - frames + 1)
  const score = clip.score.slice(start * SCORE_WIDTH, (start + frames) * SCORE_WIDTH)
  const isWithoutLanes = random.next() < WITHHOLD.lanes
  const lanes = new Set(LANE_CONDITIONS.filter(() => random.next() < WITHHOLD.lane || isWithoutLanes))
  hideConditions(score, { melody: random.next() < WITHHOLD.melody, lanes })
  const draw = random.next()
  const fromAudio = draw < WITHHOLD.text + (1 - WITHHOLD.text) / 2
  const caption = random.pick(clip.textVectors)
  return { clip, start, score, text: draw < WITHHOLD.text ? null : fromAudio ? clip.audioVector : caption, random }
}

/** The stretch of a held-out clip that is measured: everything told, the text from a caption. */
export const heldOutItem = (clip: StageClip, frames: number, random: Random): StageItem => {
  const start = Math.floor((clip.tokens - frames) / 2)
  const score = clip.score.slice(start * SCORE_WIDTH, (start + frames) * SCORE_WIDTH)
  return { clip, start, score, text: clip.textVectors[0] ?? null, random }
}

export const cutRows = (rows: Float32Array, item: StageItem, frames: number, width: number = EXPRESSION_WIDTH): Float32Array =>
  rows.subarray(item.start * width, (item.start + frames) * width)

/** [B, embeddingWidth + 1] rows of the items' texts. */
export const textRows = (items: readonly StageItem[], config: StagesConfig): Float32Array => {
  const width = config.embeddingWidth + 1
  const rows = new Float32Array(items.length * width)
  items.forEach(({ text }, b) => {
    if (text === null) return
    rows.set(text, b * width)
    rows[b * width + width - 1] = 1
  })
  return rows
}
