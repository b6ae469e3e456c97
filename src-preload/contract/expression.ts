import { z } from 'zod'
import { articulationSchema } from './melody.ts'

/** A breakpoint of an expression lane: `at` 0..1 along the clip, `value` in the lane's own range. */
export const lanePointSchema = z.object({ at: z.number().min(0).max(1), value: z.number() })
export type LanePoint = z.infer<typeof lanePointSchema>
const lane = z.array(lanePointSchema).min(1)

/**
 * The visible expression lanes that the prompt's words move. A constant lane has one point; between points
 * values are interpolated linearly. Ranges: dynamics 0..1 (0.1 pp, 0.3 p, 0.5 mp/mf, 0.75 f, 0.95 ff),
 * vibratoDepth cents 0..60 (peak deviation), vibratoRate Hz 3..8, attack 0..1 (0 soft fade-in, 1 hard accent),
 * brightness 0..1 (0 dark, flautando; 1 sul ponticello bright), tempo factor 0.25..4 (1 = as hummed or written),
 * octave -3..3 whole octaves added to the melody.
 */
export const lanesSchema = z.object({
  dynamics: lane,
  vibratoDepth: lane,
  vibratoRate: lane,
  attack: lane,
  brightness: lane,
  articulation: articulationSchema,
  tempo: z.number().min(0.25).max(4),
  octave: z.number().int().min(-3).max(3),
})
export type Lanes = z.infer<typeof lanesSchema>
export type CurveLane = 'dynamics' | 'vibratoDepth' | 'vibratoRate' | 'attack' | 'brightness'
export const CURVE_LANES = ['dynamics', 'vibratoDepth', 'vibratoRate', 'attack', 'brightness'] as const satisfies readonly CurveLane[]

export const LANE_RANGES: Record<CurveLane, { min: number; max: number; unit: string }> = {
  dynamics: { min: 0, max: 1, unit: '' },
  vibratoDepth: { min: 0, max: 60, unit: 'cents' },
  vibratoRate: { min: 3, max: 8, unit: 'Hz' },
  attack: { min: 0, max: 1, unit: '' },
  brightness: { min: 0, max: 1, unit: '' },
}

/** What an empty prompt gives: a singing mezzo-forte détaché-legato line. */
export const DEFAULT_LANES: Lanes = {
  dynamics: [{ at: 0, value: 0.6 }],
  vibratoDepth: [{ at: 0, value: 18 }],
  vibratoRate: [{ at: 0, value: 5.6 }],
  attack: [{ at: 0, value: 0.4 }],
  brightness: [{ at: 0, value: 0.5 }],
  articulation: 'legato',
  tempo: 1,
  octave: 0,
}

/** A word of the prompt that moved a lane: shown to the user so that text is never a black box. */
export const laneMoveSchema = z.object({ word: z.string(), lane: z.string(), effect: z.string() })
export type LaneMove = z.infer<typeof laneMoveSchema>

/** Value of a lane at a position 0..1 along the clip. */
export const laneAt = (points: readonly LanePoint[], at: number): number => {
  const first = points[0]
  if (first === undefined) return 0
  if (at <= first.at) return first.value
  for (let i = 1; i < points.length; i++) {
    const left = points[i - 1]
    const right = points[i]
    if (left === undefined || right === undefined) break
    if (at <= right.at) {
      const span = right.at - left.at
      return span <= 0 ? right.value : left.value + ((right.value - left.value) * (at - left.at)) / span
    }
  }
  return points[points.length - 1]?.value ?? first.value
}
