import type { Performance } from './measure-performance.ts'

const DYNAMICS: Readonly<Record<string, string>> = {
  'very soft': 'pianissimo',
  soft: 'soft',
  'medium loud': 'mezzo-forte',
  loud: 'forte',
  'very loud': 'fortissimo',
}
const VIBRATO: Readonly<Record<string, string>> = {
  none: 'without vibrato',
  slight: 'slight vibrato',
  warm: 'warm vibrato',
  wide: 'wide vibrato',
}
const ATTACK: Readonly<Record<string, string>> = { soft: 'soft attacks', hard: 'hard attacks' }
const BRIGHTNESS: Readonly<Record<string, string>> = { dark: 'dark tone', bright: 'bright tone' }

/**
 * A prompt from what was measured. Tempo and register are left out on purpose: the notes carry them, and words such as "fast"
 * would move the notes that they come with.
 */
export const describePerformance = (performance: Performance): string => {
  const canVibrate = performance.articulation === 'legato' || performance.articulation === 'detache'
  const details = [
    performance.articulation === 'detache' ? 'détaché' : performance.articulation,
    DYNAMICS[performance.dynamics],
    canVibrate ? VIBRATO[performance.vibrato] : undefined,
    ATTACK[performance.attack],
    BRIGHTNESS[performance.brightness],
  ].filter((word) => word !== undefined)
  return ['solo violin', ...details].join(', ')
}
