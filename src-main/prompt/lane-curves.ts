import { DEFAULT_LANES, LANE_RANGES, type CurveLane, type LanePoint } from '#contract/expression.ts'
import type { DynamicShape } from './lane-effects.ts'
import type { Moment } from './modifiers.ts'

/** One word's wish for one curve lane. */
export interface CurveWish {
  readonly lane: CurveLane
  readonly rank: number
  readonly position: number
  readonly moment: Moment
  /** Target value; null where the word is a shape. */
  readonly to: number | null
  readonly shape: DynamicShape | null
  readonly isGrowing: boolean
  /** "louder": measured from the level that other words state, where they state one. */
  readonly isComparative?: boolean
}

/** How far a crescendo carries when no levels are named. */
const SHAPE_SPAN = 0.4

const clamp = (lane: CurveLane, value: number): number => Math.min(LANE_RANGES[lane].max, Math.max(LANE_RANGES[lane].min, value))
const round = (value: number): number => Math.round(value * 1000) / 1000

const lastOf = (wishes: readonly CurveWish[], test: (wish: CurveWish) => boolean): CurveWish | undefined =>
  wishes
    .filter(test)
    .sort((a, b) => a.rank - b.rank || a.position - b.position)
    .at(-1)

const shapePoints = (
  shape: DynamicShape,
  base: number,
  ends: { start: number | null; middle: number | null; end: number | null },
): LanePoint[] => {
  const { start, middle, end } = ends
  if (shape === 'rise') {
    const from = start ?? (end === null ? base - SHAPE_SPAN / 2 : Math.min(base, end - SHAPE_SPAN))
    return [
      { at: 0, value: Math.max(0.05, from) },
      { at: 1, value: end ?? Math.max(base, from) + SHAPE_SPAN / 2 + (start === null ? 0 : SHAPE_SPAN / 2) },
    ]
  }
  if (shape === 'fall') {
    const from = start ?? (end === null ? base + SHAPE_SPAN / 2 : Math.max(base, end + SHAPE_SPAN))
    return [
      { at: 0, value: from },
      { at: 1, value: Math.max(0.05, end ?? Math.min(base, from) - SHAPE_SPAN / 2 - (start === null ? 0 : SHAPE_SPAN / 2)) },
    ]
  }
  if (shape === 'fadeOut')
    return [
      { at: 0, value: start ?? base },
      { at: 0.5, value: middle ?? start ?? base },
      { at: 1, value: end ?? 0.04 },
    ]
  if (shape === 'fadeIn')
    return [
      { at: 0, value: start ?? 0.04 },
      { at: 0.5, value: middle ?? end ?? base },
      { at: 1, value: end ?? base },
    ]
  const sign = shape === 'swell' ? 1 : -1
  return [
    { at: 0, value: start ?? base - (sign * SHAPE_SPAN) / 2 },
    { at: 0.5, value: middle ?? base + (sign * SHAPE_SPAN) / 2 },
    { at: 1, value: end ?? base - (sign * SHAPE_SPAN) / 2 },
  ]
}

const spread = (values: readonly number[]): LanePoint[] =>
  values.map((value, i) => ({ at: values.length === 1 ? 0 : i / (values.length - 1), value }))

/** "very soft, louder in the middle": a comparison moves as far from the stated level as a crescendo does, and one that grows is a shape. */
const compareToStated = (lane: CurveLane, wishes: readonly CurveWish[]): readonly CurveWish[] => {
  const stated = lastOf(wishes, (wish) => wish.to !== null && wish.moment === 'all' && !wish.isGrowing && wish.isComparative !== true)
  const base = stated?.to
  if (base == null) return wishes
  const ordinary = DEFAULT_LANES[lane][0]?.value ?? 0
  return wishes.map((wish) => {
    if (wish.isComparative !== true || wish.to === null) return wish
    const isMore = wish.to > ordinary
    if (wish.isGrowing) return { ...wish, to: null, shape: isMore ? 'rise' : 'fall', isGrowing: false }
    return wish.moment === 'all' ? wish : { ...wish, to: base + (isMore ? SHAPE_SPAN : -SHAPE_SPAN) / 2 }
  })
}

/** Points of one lane from every wish for it: later and more specific words win, moments become breakpoints. */
export const resolveCurve = (lane: CurveLane, wishes: readonly CurveWish[]): LanePoint[] => {
  const ordinary = DEFAULT_LANES[lane][0]?.value ?? 0
  const mine = compareToStated(
    lane,
    wishes.filter((wish) => wish.lane === lane),
  )
  const at = (moment: Moment): number | null =>
    lastOf(mine, (wish) => wish.to !== null && wish.moment === moment && !wish.isGrowing)?.to ?? null
  const stated = at('all')
  const base = stated ?? ordinary
  const [start, middle, end] = [at('start'), at('middle'), at('end')]
  const shape = lastOf(mine, (wish) => wish.shape !== null)?.shape ?? null
  const growth = lastOf(mine, (wish) => wish.isGrowing && wish.to !== null)
  const chain = mine.filter((wish) => wish.moment === 'next' && wish.to !== null).sort((a, b) => a.position - b.position)
  let points: LanePoint[]
  if (chain.length > 0) {
    const first = chain[0]?.position ?? 0
    const before = mine
      .filter((wish) => wish.to !== null && wish.moment !== 'next' && wish.position < first)
      .sort((a, b) => a.position - b.position)
      .at(-1)?.to
    const after = end !== null ? [end] : []
    points = spread([start ?? before ?? ordinary, ...chain.map((wish) => wish.to ?? ordinary), ...after])
  } else if (growth !== undefined) {
    const target = growth.to ?? ordinary
    const from = start ?? (stated !== null && stated !== target ? stated : ordinary - (target - ordinary) * 0.35)
    points = spread([from, ...(middle === null ? [] : [middle]), target])
  } else if (shape !== null) points = shapePoints(shape, base, { start, middle, end })
  else if (start === null && middle === null && end === null) points = [{ at: 0, value: base }]
  else {
    points = [{ at: 0, value: start ?? base }]
    if (middle !== null) points.push({ at: 0.5, value: middle })
    else if (end !== null && start === null) points.push({ at: 0.6, value: base })
    else if (end === null && start !== null) points.push({ at: 0.5, value: base })
    points.push({ at: 1, value: end ?? base })
  }
  const settled = points.map((point) => ({ at: point.at, value: round(clamp(lane, point.value)) }))
  const first = settled[0]?.value ?? ordinary
  return settled.every((point) => point.value === first) ? [{ at: 0, value: first }] : settled
}
