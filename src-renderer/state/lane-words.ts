import type { CurveLane } from '#contract/expression.ts'
import type { Articulation } from '#contract/melody.ts'

/** The lanes and their values in a musician's words. */
export const laneWords = {
  lanes: {
    dynamics: 'Loudness',
    vibratoDepth: 'Vibrato width',
    vibratoRate: 'Vibrato speed',
    attack: 'Attack',
    brightness: 'Brightness',
  } satisfies Record<CurveLane, string>,
  articulation: 'Bowing',
  articulations: {
    legato: 'Legato, slurred',
    detache: 'Détaché, separate bows',
    staccato: 'Staccato, short',
    spiccato: 'Spiccato, bouncing',
    pizzicato: 'Pizzicato, plucked',
    tremolo: 'Tremolo, trembling',
  } satisfies Record<Articulation, string>,
  tempo: 'Tempo',
  tempoValue: (factor: number) => (Math.abs(factor - 1) < 0.005 ? 'as sung' : `× ${factor.toFixed(2)}`),
  octave: 'Octave',
  octaveValue: (octaves: number) => (octaves === 0 ? 'as placed' : octaves > 0 ? `+${octaves}` : `−${-octaves}`),
}

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
  if (lane === 'vibratoDepth') return value < 1 ? 'none' : `${Math.round(value)} cents`
  if (lane === 'vibratoRate') return `${value.toFixed(1)} per second`
  if (lane === 'attack') return value < 0.25 ? 'soft' : value < 0.6 ? 'clear' : 'hard'
  return value < 0.3 ? 'dark' : value < 0.65 ? 'warm' : 'bright'
}

/** How freely a take follows the melody, in steps; each says in one line what it does. */
export const FREEDOM_STOPS: readonly { value: number; words: string }[] = [
  { value: 0, words: 'Your tuning, timing and accents, as closely as the violin can' },
  { value: 0.3, words: 'Your tuning and timing; accents a little evened out' },
  { value: 0.5, words: 'Your tuning and timing; the violin shapes what no word or curve asks for' },
  { value: 0.75, words: 'Tuning drawn half-way to the keys, even accents, freer expression' },
  { value: 1, words: 'Your tune, clean on the keys; all other expression is the violin’s own' },
]

/** The step nearest to a freedom. */
export const nearestFreedomStop = (freedom: number): number =>
  FREEDOM_STOPS.reduce(
    (best, { value }, i) => (Math.abs(value - freedom) < Math.abs((FREEDOM_STOPS[best]?.value ?? 0) - freedom) ? i : best),
    0,
  )
