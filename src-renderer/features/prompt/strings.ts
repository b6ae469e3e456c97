import type { CurveLane } from '#contract/expression.ts'
import type { Articulation } from '#contract/melody.ts'

export const promptWords = {
  title: 'How should it sound?',
  placeholder: 'tender, slow vibrato, growing louder towards the end',
  suggestions: [
    'tender',
    'strong and bright',
    'wide vibrato',
    'no vibrato',
    'dark and soft',
    'growing louder',
    'pizzicato',
    'staccato',
    'tremolo',
  ],
  suggest: (words: string) => `Add “${words}”`,
  render: (count: number) => (count === 1 ? 'Play it on the violin' : `Play ${count} takes`),
  renderHint: 'Let the violin play your notes',
  namesMelody: (count: number) => `Your words name a melody of ${count} notes.`,
  useMelody: 'Open it as a new melody',
  lanesTitle: 'Expression',
  lanesIntro: 'Your words move these curves. Draw over them where you know better.',
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
  handBack: 'Back to the words',
  handBackHint: 'Forget what was drawn and follow the words again',
  drawn: 'drawn by hand',
  unmoved: 'no word moves it',
  addPoint: 'Click to add a point, double-click a point to remove it. Arrow keys move a point, Enter adds one, Delete removes it.',
  addPointButton: 'Add point',
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
