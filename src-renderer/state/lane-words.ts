import type { CurveLane } from '#contract/expression.ts'
import type { Articulation } from '#contract/melody.ts'
import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

/** The lanes and their values in a musician's words. */
export const laneWords = wordsOf('lanes', {
  lanes: wordsOf('lanes.names') satisfies Record<CurveLane, string>,
  articulations: wordsOf('lanes.articulations') satisfies Record<Articulation, string>,
  noteLoudness: (note: string, percent: number) => m['lanes.noteLoudness']({ note, percent }),
  tempoValue: (factor: number) => (Math.abs(factor - 1) < 0.005 ? m['lanes.asSung']() : `× ${formatNumber(factor, 2)}`),
  octaveValue: (octaves: number) => (octaves === 0 ? m['lanes.asPlaced']() : octaves > 0 ? `+${octaves}` : `−${-octaves}`),
})

const DYNAMICS: readonly [number, string][] = [
  [0.2, 'pp'],
  [0.4, 'p'],
  [0.52, 'mp'],
  [0.66, 'mf'],
  [0.86, 'f'],
  [2, 'ff'],
]
/** A lane's value in a musician's words. */
export const formatLaneValue = (lane: CurveLane, value: number): string => {
  if (lane === 'dynamics') return DYNAMICS.find(([below]) => value < below)?.[1] ?? ''
  if (lane === 'vibratoDepth') return value < 1 ? m['lanes.none']() : m['lanes.cents']({ cents: Math.round(value) })
  if (lane === 'vibratoRate') return m['lanes.perSecond']({ times: formatNumber(value, 1) })
  if (lane === 'attack') return value < 0.25 ? m['lanes.soft']() : value < 0.6 ? m['lanes.clear']() : m['lanes.hard']()
  return value < 0.3 ? m['lanes.dark']() : value < 0.65 ? m['lanes.warm']() : m['lanes.bright']()
}

const freedom = wordsOf('lanes.freedom')
/** How freely a take follows the melody, in steps; each says in one line what it does. */
export const FREEDOM_STOPS: readonly { readonly value: number; readonly words: string }[] = (
  [
    [0, 'closest'],
    [0.3, 'close'],
    [0.5, 'half'],
    [0.75, 'loose'],
    [1, 'free'],
  ] as const
).map(([value, name]) => ({
  value,
  get words() {
    return freedom[name]
  },
}))

/** The step nearest to a freedom. */
export const nearestFreedomStop = (freedom: number): number =>
  FREEDOM_STOPS.reduce(
    (best, { value }, i) => (Math.abs(value - freedom) < Math.abs((FREEDOM_STOPS[best]?.value ?? 0) - freedom) ? i : best),
    0,
  )
