import { DEFAULT_LANES, type CurveLane, type Lanes } from '#contract/expression.ts'
import type { PromptReading } from '#contract/api.ts'
import { noteName } from '#music/pitch.ts'

/** One prompt and what a musician would expect it to do. Only what is named is judged. */
export interface PromptCase {
  readonly prompt: string
  readonly expect: Readonly<Record<string, string | number | boolean>>
  /** Written after the word tables were settled, and never used to change them. */
  readonly isHeldOut?: boolean
}

const meanOf = (lanes: Lanes, lane: CurveLane): number => lanes[lane].reduce((sum, point) => sum + point.value, 0) / lanes[lane].length

const judgeDirection = (value: number, ordinary: number, expected: string | number | boolean): boolean => {
  if (typeof expected === 'number') return Math.abs(value - expected) < 0.011
  if (expected === 'up') return value > ordinary
  if (expected === 'down') return value < ordinary
  if (expected === 'zero') return value === 0
  if (expected === 'same') return value === ordinary
  return expected === 'any'
}

const judgeShape = (lanes: Lanes, lane: CurveLane, expected: string | number | boolean): boolean => {
  const values = lanes[lane].map((point) => point.value)
  const first = values[0] ?? 0
  const last = values.at(-1) ?? 0
  const middle = values[Math.floor(values.length / 2)] ?? 0
  if (expected === 'rises') return last > first + 0.05
  if (expected === 'falls') return last < first - 0.05
  if (expected === 'swells') return values.length === 3 && middle > first && middle > last
  return values.length === 1
}

/** What the reading does otherwise than expected; empty where the prompt is obeyed. */
export const findFaults = (reading: PromptReading, { expect }: PromptCase): string[] => {
  const { lanes, melody } = reading
  const played = melody === null ? 'none' : melody.notes.map((note) => noteName(note.pitch)).join(' ')
  return Object.entries(expect).flatMap(([aspect, wanted]) => {
    let isObeyed: boolean
    if (aspect === 'unmoved')
      isObeyed = JSON.stringify(lanes) === JSON.stringify(DEFAULT_LANES) && reading.moves.length === 0 && melody === null
    else if (aspect === 'melody') isObeyed = played === String(wanted).replaceAll('D#', 'Eb')
    else if (aspect === 'melodyStart') isObeyed = played.startsWith(String(wanted))
    else if (aspect === 'bpm') isObeyed = melody?.bpm === wanted
    else if (aspect === 'articulation' || aspect === 'octave') isObeyed = lanes[aspect] === wanted
    else if (aspect === 'tempo') isObeyed = judgeDirection(lanes.tempo, 1, wanted)
    else if (aspect.endsWith('Shape')) isObeyed = judgeShape(lanes, aspect.replace('Shape', '') as CurveLane, wanted)
    else isObeyed = judgeDirection(meanOf(lanes, aspect as CurveLane), meanOf(DEFAULT_LANES, aspect as CurveLane), wanted)
    return isObeyed ? [] : [`${aspect} should be ${String(wanted)}`]
  })
}
