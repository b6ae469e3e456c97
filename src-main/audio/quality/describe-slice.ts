import { noteName } from '#music/pitch.ts'
import type { Understanding } from './understand-slice.ts'
import type { Words } from './name-facts.ts'

const ARTICULATIONS: Record<NonNullable<Words['articulation']>, string> = {
  legato: 'legato',
  detache: 'détaché',
  staccato: 'staccato',
  spiccato: 'spiccato',
  pizzicato: 'plucked, pizzicato',
  tremolo: 'tremolo',
  short: 'short separate notes',
}
const DYNAMICS: Record<NonNullable<Words['dynamics']>, string> = {
  'very soft': 'very soft',
  soft: 'soft',
  'medium loud': 'moderately loud',
  loud: 'loud',
  'very loud': 'very loud',
}
const CHANGES: Record<NonNullable<Words['change']>, string> = { crescendo: 'growing louder', diminuendo: 'fading' }
const PACES: Record<NonNullable<Words['pace']>, string> = {
  'very slow': 'very slow',
  slow: 'slow',
  moderate: 'at a moderate pace',
  fast: 'fast',
  'very fast': 'very fast',
}
const VIBRATOS: Record<NonNullable<Words['vibrato']>, string> = { none: 'without vibrato', some: 'with vibrato', wide: 'wide vibrato' }

/**
 * A caption in plain language, from what was measured and nothing else: where a measurement is unclear nothing is said.
 *
 * @returns  such as "solo violin, legato, soft, slow, middle register, with vibrato, D major, D4 to A5"
 */
export const describeSlice = (understanding: Understanding): string => {
  const { words, summary, key } = understanding
  if (summary === null) return 'no notes'
  const { articulation, dynamics, change, pace, register, vibrato } = words
  const range =
    Math.round(summary.lowest) === Math.round(summary.highest)
      ? noteName(summary.lowest)
      : `${noteName(summary.lowest)} to ${noteName(summary.highest)}`
  return [
    'solo violin',
    articulation === null ? '' : ARTICULATIONS[articulation],
    dynamics === null ? '' : DYNAMICS[dynamics],
    change === null ? '' : CHANGES[change],
    pace === null ? '' : PACES[pace],
    register === null ? '' : `${register} register`,
    vibrato === null ? '' : VIBRATOS[vibrato],
    key ?? '',
    range,
  ]
    .filter((part) => part !== '')
    .join(', ')
}
