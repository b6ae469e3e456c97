import type { VoiceColumnReport } from '#contract/evaluation.ts'
import { type evaluationWords as words } from './strings.ts'

export type MeasureName = keyof typeof words.measures

export interface Measure {
  readonly name: MeasureName
  readonly isHigherBetter: boolean
  readonly format: (value: number) => string
  /** Right end of the bar; the largest value shown where left out. */
  readonly full?: number
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
const fixed =
  (digits: number, unit = '') =>
  (value: number): string =>
    `${value.toFixed(digits)}${unit}`

export const MEASURE_GROUPS: readonly { readonly group: 'melody' | 'sound' | 'prompt'; readonly measures: readonly Measure[] }[] = [
  {
    group: 'melody',
    measures: [
      { name: 'rawPitchAccuracy', isHigherBetter: true, format: percent, full: 1 },
      { name: 'onsetF1', isHigherBetter: true, format: fixed(3), full: 1 },
      { name: 'chromaCosine', isHigherBetter: true, format: fixed(3), full: 1 },
      { name: 'medianCents', isHigherBetter: false, format: fixed(1, ' cents'), full: 50 },
    ],
  },
  {
    group: 'sound',
    measures: [
      { name: 'levelMatchedLogMelMse', isHigherBetter: false, format: fixed(1, ' dB²') },
      { name: 'logMelMse', isHigherBetter: false, format: fixed(1, ' dB²') },
      { name: 'normalisedMse', isHigherBetter: false, format: fixed(3), full: 1 },
      { name: 'logSpectralDistanceDb', isHigherBetter: false, format: fixed(2, ' dB'), full: 20 },
      { name: 'melFad', isHigherBetter: false, format: fixed(3) },
      { name: 'fad', isHigherBetter: false, format: fixed(4) },
    ],
  },
  {
    group: 'prompt',
    measures: [
      { name: 'mulanCycle', isHigherBetter: true, format: fixed(3), full: 1 },
      { name: 'mulanCycleRatio', isHigherBetter: true, format: percent, full: 1 },
    ],
  },
]

/** Where the bars of a measure end: its natural end, or the largest value among the columns and the other dB² measure. */
export const scaleOf = ({ name, full }: Measure, columns: readonly VoiceColumnReport[]): number => {
  if (full !== undefined) return full
  const names: readonly MeasureName[] =
    name === 'logMelMse' || name === 'levelMatchedLogMelMse' ? ['logMelMse', 'levelMatchedLogMelMse'] : [name]
  return Math.max(1e-9, ...columns.flatMap((column) => names.map((one) => column[one] ?? 0)))
}
