import type { MetreChange, Project } from '#contract/project.ts'
import { PPQ, secondsToTicks, ticksToSeconds } from '#music/ticks.ts'

/** Bars and beats of an arrangement; all of them are computed from its tempo and metre, none is stored. */

export const GRIDS = ['bar', 'beat', 'half-beat', 'quarter-beat', 'off'] as const
export type Grid = (typeof GRIDS)[number]

type Times = Pick<Project, 'tempo' | 'metre'>

/** Quantised to whole samples of the project, so that pieces of a clip that was cut meet without gap or overlap. */
export const toWholeSamples = (seconds: number, { sampleRate }: Pick<Project, 'sampleRate'>): number =>
  Math.max(0, Math.round(seconds * sampleRate)) / sampleRate

const beatTicks = ({ unit }: MetreChange): number => (PPQ * 4) / unit
const barTicks = (metre: MetreChange): number => beatTicks(metre) * metre.beats

interface Stretch {
  readonly metre: MetreChange
  /** Number of its first bar, from 1. */
  readonly firstBar: number
  readonly endTicks: number
}

const listStretches = ({ metre }: Pick<Project, 'metre'>): Stretch[] => {
  let firstBar = 1
  return metre.map((change, i) => {
    const endTicks = metre[i + 1]?.atTicks ?? Infinity
    const stretch = { metre: change, firstBar, endTicks }
    firstBar += Math.ceil((endTicks - change.atTicks) / barTicks(change))
    return stretch
  })
}

const findStretch = (times: Times, ticks: number): Stretch => {
  const stretches = listStretches(times)
  const found = stretches.findLast(({ metre }) => metre.atTicks <= ticks) ?? stretches[0]
  return found ?? { metre: { atTicks: 0, beats: 4, unit: 4 }, firstBar: 1, endTicks: Infinity }
}

export interface MusicalPosition {
  readonly bar: number
  readonly beat: number
  /** Share of the beat that has gone, 0..1. */
  readonly share: number
}

/** Bar and beat, counted from 1, of a place on the timeline. */
export const describePosition = (times: Times, seconds: number): MusicalPosition => {
  // A place that was computed from a bar line lies on it, whatever the last bit says.
  const ticks = Math.max(0, secondsToTicks(seconds, times.tempo)) + 1e-6
  const { metre, firstBar } = findStretch(times, ticks)
  const since = ticks - metre.atTicks
  const inBar = since % barTicks(metre)
  return {
    bar: firstBar + Math.floor(since / barTicks(metre)),
    beat: 1 + Math.floor(inBar / beatTicks(metre)),
    share: (inBar % beatTicks(metre)) / beatTicks(metre),
  }
}

const stepTicks = (metre: MetreChange, grid: Exclude<Grid, 'off'>): number => {
  if (grid === 'bar') return barTicks(metre)
  return beatTicks(metre) / (grid === 'beat' ? 1 : grid === 'half-beat' ? 2 : 4)
}

/** The nearest line of a grid. */
export const snapSeconds = (times: Times, seconds: number, grid: Grid): number => {
  if (grid === 'off') return Math.max(0, seconds)
  const ticks = Math.max(0, secondsToTicks(seconds, times.tempo))
  const { metre, endTicks } = findStretch(times, ticks)
  const step = stepTicks(metre, grid)
  const snapped = metre.atTicks + Math.round((ticks - metre.atTicks) / step) * step
  return ticksToSeconds(Math.min(snapped, endTicks), times.tempo)
}

/** The next line of a grid before or after a place; with the grid off, a tenth of a second. */
export const stepSeconds = (times: Times, seconds: number, grid: Grid, direction: -1 | 1): number => {
  if (grid === 'off') return Math.max(0, seconds + direction * 0.1)
  const ticks = Math.max(0, secondsToTicks(seconds, times.tempo))
  const { metre, endTicks } = findStretch(times, Math.max(0, direction > 0 ? ticks + 1e-6 : ticks - 1e-6))
  const step = stepTicks(metre, grid)
  const lines = (ticks - metre.atTicks) / step
  const line = direction > 0 ? Math.floor(lines + 1e-6) + 1 : Math.ceil(lines - 1e-6) - 1
  return ticksToSeconds(Math.max(0, Math.min(endTicks, metre.atTicks + line * step)), times.tempo)
}

export interface GridLine {
  readonly seconds: number
  readonly bar: number
  /** 1 is the bar's own line. */
  readonly beat: number
}

/** The lines of all beats in a stretch of the timeline, in order; a line on `toSeconds` is not among them. */
export const listBeats = (times: Times, fromSeconds: number, toSeconds: number): GridLine[] => {
  const lines: GridLine[] = []
  const fromTicks = Math.max(0, secondsToTicks(Math.max(0, fromSeconds), times.tempo)) - 1e-6
  const toTicks = secondsToTicks(Math.max(0, toSeconds), times.tempo) - 1e-6
  for (const { metre, firstBar, endTicks } of listStretches(times)) {
    const step = beatTicks(metre)
    const first = Math.max(0, Math.ceil((fromTicks - metre.atTicks) / step))
    for (let i = first; ; i++) {
      const ticks = metre.atTicks + i * step
      if (ticks >= endTicks || ticks >= toTicks) break
      lines.push({
        seconds: ticksToSeconds(ticks, times.tempo),
        bar: firstBar + Math.floor(i / metre.beats),
        beat: 1 + (i % metre.beats),
      })
    }
  }
  return lines
}
