import { CURVE_LANES, laneAt, LANE_RANGES, type Lanes } from '#contract/expression.ts'
import { ARTICULATIONS, type Note } from '#contract/melody.ts'

/**
 * What the stages are told per token frame, besides tokens.
 *
 * The melody passes a bottleneck: pitches are rounded to keys and only notes are told, never a contour, so that a hum's
 * glides and wobbles do not become the violin's (MusicGen's argmax chroma, arXiv 2306.05284, serves the same end).
 */

const FRAMES_PER_TOKEN = 4
const FRAME_RATE = 100
const LOWEST_KEY = 52
const KEYS = 56
const SUBFRAME_FEATURES = 5

const PITCH_CLASS = KEYS
const MELODY_FLAG = PITCH_CLASS + 12
const VELOCITY = MELODY_FLAG + 1
const TIMING = VELOCITY + 1
const DURATION = TIMING + FRAMES_PER_TOKEN * SUBFRAME_FEATURES
const SLUR = DURATION + 1
const LANES = SLUR + 1
const ARTICULATION = LANES + 2 * CURVE_LANES.length

/** Columns that tell the melody, [0, MELODY_WIDTH), and all columns of a score row. */
const MELODY_WIDTH = LANES
export const SCORE_WIDTH = ARTICULATION + ARTICULATIONS.length + 1

/** Names of the conditions that can be withheld one by one. */
export const LANE_CONDITIONS = [...CURVE_LANES, 'articulation'] as const
export type LaneCondition = (typeof LANE_CONDITIONS)[number]

/** Index of the note that sounds or sounded last at each 100 Hz frame, -1 before the first. */
const notesByFrame = (notes: readonly Note[], frames: number): Int32Array => {
  const result = new Int32Array(frames).fill(-1)
  notes.forEach((note, index) => {
    result.fill(index, Math.max(0, Math.round(note.onsetSeconds * FRAME_RATE)))
  })
  return result
}

/**
 * Score rows of a clip with every condition told.
 *
 * @param notes  in clip time, in order, one at a time
 * @param lanes  over the whole clip
 * @param tokens T
 * @returns      [T, SCORE_WIDTH]
 */
export const encodeScore = (notes: readonly Note[], lanes: Lanes, tokens: number): Float32Array => {
  const rows = new Float32Array(tokens * SCORE_WIDTH)
  const byFrame = notesByFrame(notes, tokens * FRAMES_PER_TOKEN)
  for (let t = 0; t < tokens; t++) {
    const row = t * SCORE_WIDTH
    rows[row + MELODY_FLAG] = 1
    // The note of the later half of the token frame names it.
    const note = notes[byFrame[t * FRAMES_PER_TOKEN + 2]]
    if (note !== undefined) {
      const key = Math.min(KEYS - 1, Math.max(0, Math.round(note.pitch) - LOWEST_KEY))
      rows[row + key] = 1
      rows[row + PITCH_CLASS + ((((Math.round(note.pitch) % 12) + 12) % 12) as number)] = 1
      rows[row + VELOCITY] = note.velocity
      rows[row + DURATION] = Math.log(note.durationSeconds / 0.3)
      rows[row + SLUR] = note.isSlurred === true ? 1 : 0
    }
    for (let sub = 0; sub < FRAMES_PER_TOKEN; sub++) {
      const frame = t * FRAMES_PER_TOKEN + sub
      const sounding = notes[byFrame[frame]]
      if (sounding === undefined) continue
      const at = row + TIMING + sub * SUBFRAME_FEATURES
      const age = Math.max(0, frame / FRAME_RATE - sounding.onsetSeconds)
      const remaining = sounding.onsetSeconds + sounding.durationSeconds - frame / FRAME_RATE
      rows[at] = Math.exp(-age / 0.03)
      rows[at + 1] = Math.exp(-age / 0.15)
      rows[at + 2] = Math.exp(-Math.max(0, remaining) / 0.03)
      rows[at + 3] = Math.exp(-Math.max(0, remaining) / 0.15)
      rows[at + 4] = remaining > 0 ? 1 : 0
    }
    const along = tokens <= 1 ? 0 : t / (tokens - 1)
    CURVE_LANES.forEach((name, i) => {
      const { min, max } = LANE_RANGES[name]
      rows[row + LANES + 2 * i] = (2 * (laneAt(lanes[name], along) - min)) / (max - min) - 1
      rows[row + LANES + 2 * i + 1] = 1
    })
    rows[row + ARTICULATION + ARTICULATIONS.indexOf(note?.articulation ?? lanes.articulation)] = 1
    rows[row + ARTICULATION + ARTICULATIONS.length] = 1
  }
  return rows
}

/** Withholds conditions in place: their columns become zero, which training has shown the network as "not told". */
export const hideConditions = (rows: Float32Array, hidden: { melody: boolean; lanes: ReadonlySet<LaneCondition> }): void => {
  for (let row = 0; row < rows.length; row += SCORE_WIDTH) {
    if (hidden.melody) rows.fill(0, row, row + MELODY_WIDTH)
    CURVE_LANES.forEach((name, i) => {
      if (hidden.lanes.has(name)) rows.fill(0, row + LANES + 2 * i, row + LANES + 2 * i + 2)
    })
    if (hidden.lanes.has('articulation')) rows.fill(0, row + ARTICULATION, row + SCORE_WIDTH)
  }
}

/** Expression that the semantic stage writes beside its tokens; per 100 Hz frame. All arrays have length F. */
export interface ExpressionFrames {
  /** Slow deviation from the note's pitch, cents. */
  readonly centreCents: Float32Array
  /** Peak extent of the vibrato, cents. */
  readonly vibratoCents: Float32Array
  readonly vibratoHz: Float32Array
  /** dBFS */
  readonly loudnessDb: Float32Array
}

/** Two values of the centre, four of the loudness, extent and rate of the vibrato. */
export const EXPRESSION_WIDTH = 8

const LOUDEST = 2
const QUIETEST = -3
const toLevel = (db: number): number => Math.min(LOUDEST, Math.max(QUIETEST, (db + 40) / 20))

/** [F] curves -> [T, EXPRESSION_WIDTH], each column of order one. T = ceil(F / 4). */
export const encodeExpression = (expression: ExpressionFrames): Float32Array => {
  const frames = expression.loudnessDb.length
  const tokens = Math.ceil(frames / FRAMES_PER_TOKEN)
  const rows = new Float32Array(tokens * EXPRESSION_WIDTH)
  const at = (values: Float32Array, frame: number): number => values[Math.min(frames - 1, frame)]
  for (let t = 0; t < tokens; t++) {
    const row = t * EXPRESSION_WIDTH
    const start = t * FRAMES_PER_TOKEN
    rows[row] = (at(expression.centreCents, start) + at(expression.centreCents, start + 1)) / 100
    rows[row + 1] = (at(expression.centreCents, start + 2) + at(expression.centreCents, start + 3)) / 100
    for (let sub = 0; sub < FRAMES_PER_TOKEN; sub++) rows[row + 2 + sub] = toLevel(at(expression.loudnessDb, start + sub))
    rows[row + 6] = at(expression.vibratoCents, start + 2) / 25
    rows[row + 7] = (at(expression.vibratoHz, start + 2) - 5.5) / 1.5
  }
  return rows
}

/** [T, EXPRESSION_WIDTH] -> curves of F frames, linear between the points that the rows hold. */
export const decodeExpression = (rows: Float32Array, frames: number): ExpressionFrames => {
  const tokens = rows.length / EXPRESSION_WIDTH
  const read = (column: number, position: number): number => {
    const low = Math.min(tokens - 1, Math.max(0, Math.floor(position)))
    const high = Math.min(tokens - 1, low + 1)
    const share = Math.min(1, Math.max(0, position - low))
    return rows[low * EXPRESSION_WIDTH + column] * (1 - share) + rows[high * EXPRESSION_WIDTH + column] * share
  }
  const make = (value: (frame: number) => number): Float32Array => Float32Array.from({ length: frames }, (_, frame) => value(frame))
  return {
    // Points lie at 0.5 and 2.5 frames of the token's four.
    centreCents: make((frame) => {
      const position = (frame - 0.5) / 2
      const low = Math.min(2 * tokens - 1, Math.max(0, Math.floor(position)))
      const high = Math.min(2 * tokens - 1, low + 1)
      const share = Math.min(1, Math.max(0, position - low))
      const point = (i: number): number => rows[(i >> 1) * EXPRESSION_WIDTH + (i & 1)]
      return 50 * (point(low) * (1 - share) + point(high) * share)
    }),
    loudnessDb: make((frame) => {
      const token = Math.min(tokens - 1, Math.floor(frame / FRAMES_PER_TOKEN))
      return 20 * rows[token * EXPRESSION_WIDTH + 2 + (frame % FRAMES_PER_TOKEN)] - 40
    }),
    vibratoCents: make((frame) => Math.max(0, 25 * read(6, (frame - 2) / FRAMES_PER_TOKEN))),
    vibratoHz: make((frame) => Math.min(8.5, Math.max(3, 5.5 + 1.5 * read(7, (frame - 2) / FRAMES_PER_TOKEN)))),
  }
}
