import type { CurveLane, LanePoint } from '#contract/expression.ts'

/** Lane names as a person reads them. */
const TITLES: Record<CurveLane, string> = {
  dynamics: 'dynamics',
  vibratoDepth: 'vibrato depth',
  vibratoRate: 'vibrato rate',
  attack: 'attack',
  brightness: 'brightness',
}

const WORDS: Record<CurveLane, readonly [string, string]> = {
  dynamics: ['softer', 'louder'],
  vibratoDepth: ['narrower vibrato', 'wider vibrato'],
  vibratoRate: ['slower vibrato', 'faster vibrato'],
  attack: ['gentler attack', 'harder attack'],
  brightness: ['darker', 'brighter'],
}

const show = (lane: CurveLane, value: number): string =>
  lane === 'vibratoDepth'
    ? `${Math.round(value)} cents`
    : lane === 'vibratoRate'
      ? `${value.toFixed(1)} Hz`
      : `${Math.round(value * 100)} %`

/** "softer: dynamics 25 %" and the like. */
export const describeTarget = (lane: CurveLane, value: number, ordinary: number, moment: string): string => {
  const direction =
    lane === 'vibratoDepth' && value === 0 ? 'no vibrato' : value === ordinary ? 'as usual' : WORDS[lane][value < ordinary ? 0 : 1]
  const when =
    moment === 'all'
      ? ''
      : moment === 'next'
        ? ' from there on'
        : moment === 'start'
          ? ' at the start'
          : moment === 'middle'
            ? ' in the middle'
            : ' at the end'
  return `${direction}${when}: ${TITLES[lane]} ${show(lane, value)}`
}

export const describeCurve = (lane: CurveLane, points: readonly LanePoint[]): string =>
  `${TITLES[lane]} ${points.map((point) => show(lane, point.value)).join(' → ')}`
