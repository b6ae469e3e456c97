import type { Coverage, CoverageCell, PlayingCheck, RecordingTask } from '#contract/coverage.ts'
import { missingIn, nameLevel, secondsByPitch, type PlayedSlice } from './coverage.ts'

/** How much of the repertoire is played so: what is missed most is asked for first. */
const BOWING_WEIGHT: Readonly<Record<CoverageCell['articulation'], number>> = {
  legato: 1,
  detache: 1,
  staccato: 0.7,
  spiccato: 0.6,
  pizzicato: 0.6,
  tremolo: 0.4,
}
const LEVEL_WEIGHT: Readonly<Record<CoverageCell['dynamics'], number>> = { soft: 0.9, medium: 1, loud: 0.9 }
/** Above this note players are rare, and each band higher is worth this much of the one below. */
const COMMON_UP_TO = 82
const RARER_BY = 0.6
const BAND_SEMITONES = 7

/** A little more than is missing, since not all of what is played lands in its field. */
const RESERVE = 1.25
const SHORTEST_SECONDS = 4
const MAJOR_SCALE = [0, 2, 4, 5, 7, 9, 11]
const BPM = 120
const NOTE_SECONDS = 60 / BPM

const weigh = (cell: CoverageCell, targetSeconds: number): number => {
  const bandsAbove = Math.max(0, (cell.lowest - COMMON_UP_TO) / BAND_SEMITONES + 1)
  const need = missingIn(cell, targetSeconds) / targetSeconds
  return need * BOWING_WEIGHT[cell.articulation] * LEVEL_WEIGHT[cell.dynamics] * RARER_BY ** Math.floor(bandsAbove)
}

/** Up a major scale as far as the range goes, down again, and so on. */
const writeLine = (lowest: number, highest: number, seconds: number): number[] => {
  const up = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i).filter((pitch) =>
    MAJOR_SCALE.includes((pitch - lowest) % 12),
  )
  const round = [...up, ...up.slice(1, -1).reverse()]
  return Array.from({ length: Math.max(4, Math.round(seconds / NOTE_SECONDS)) }, (_, i) => round[i % round.length] ?? lowest)
}

export interface PlanOptions {
  /** Of playing, all tasks together. */
  readonly seconds: number
  readonly articulations?: readonly CoverageCell['articulation'][] | undefined
  readonly dynamics?: readonly CoverageCell['dynamics'][] | undefined
}

/** Short tasks that fill the holes that matter most; two holes that lie side by side are one task. */
export const planTasks = ({ cells, targetSeconds }: Coverage, options: PlanOptions): RecordingTask[] => {
  const open = cells
    .filter(
      (cell) =>
        missingIn(cell, targetSeconds) > 0 &&
        (options.articulations?.includes(cell.articulation) ?? true) &&
        (options.dynamics?.includes(cell.dynamics) ?? true),
    )
    .sort((a, b) => weigh(b, targetSeconds) - weigh(a, targetSeconds) || a.lowest - b.lowest)
  const done = new Set<CoverageCell>()
  const tasks: RecordingTask[] = []
  let left = options.seconds
  for (const cell of open) {
    if (done.has(cell)) continue
    const isBeside = (other: CoverageCell): boolean =>
      !done.has(other) &&
      other.articulation === cell.articulation &&
      other.dynamics === cell.dynamics &&
      (other.lowest === cell.highest + 1 || other.highest === cell.lowest - 1)
    const parts = [cell, ...open.filter(isBeside).slice(0, 1)]
    const missing = parts.reduce((sum, part) => sum + missingIn(part, targetSeconds), 0)
    const seconds = Math.max(SHORTEST_SECONDS, Math.ceil(RESERVE * missing))
    if (seconds > left) continue
    left -= seconds
    for (const part of parts) done.add(part)
    const { articulation, dynamics } = cell
    const lowest = Math.min(...parts.map((part) => part.lowest))
    const highest = Math.max(...parts.map((part) => part.highest))
    const notes = writeLine(lowest, highest, seconds)
    tasks.push({
      id: `${articulation}-${dynamics}-${lowest}-${highest}`,
      articulation,
      dynamics,
      lowest,
      highest,
      seconds,
      notes,
      bpm: BPM,
    })
  }
  return tasks
}

/** A slice of what was played for a task, with the sentences of the marks that keep it out of data sets. */
export interface CheckedSlice extends PlayedSlice {
  readonly spoiltBy: readonly string[]
}

const FITTING_SHARE = 0.6
const WRONG_SHARE = 0.3

/** What most of the seconds say. */
const weighWords = <Word extends string>(entries: readonly (readonly [Word | null, number])[]): Word | null => {
  const seconds = new Map<Word | null, number>()
  for (const [word, amount] of entries) seconds.set(word, (seconds.get(word) ?? 0) + amount)
  return [...seconds].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

const LEVELS = ['soft', 'medium', 'loud'] as const

/** Does what was played fill the fields that its task is about, and if not, why? */
export const judgePlaying = (task: RecordingTask, slices: readonly CheckedSlice[]): PlayingCheck => {
  const measured = slices.map((slice) => {
    const pitches = [...secondsByPitch(slice)]
    const sum = (keep: (pitch: number) => boolean): number =>
      pitches.reduce((total, [pitch, seconds]) => total + (keep(pitch) ? seconds : 0), 0)
    const all = sum(() => true)
    const dynamics = slice.loudnessDb === null ? null : nameLevel(slice.loudnessDb)
    const inside = sum((pitch) => pitch >= task.lowest && pitch <= task.highest)
    const isMeant = slice.spoiltBy.length === 0 && slice.articulation === task.articulation && dynamics === task.dynamics
    return {
      slice,
      pitches,
      all,
      dynamics,
      below: sum((pitch) => pitch < task.lowest),
      above: all - inside - sum((p) => p < task.lowest),
      fitting: isMeant ? inside : 0,
    }
  })
  const total = measured.reduce((sum, { all }) => sum + all, 0)
  const share = (of: (part: (typeof measured)[number]) => number): number =>
    total === 0 ? 0 : measured.reduce((sum, part) => sum + of(part), 0) / total
  const fittingSeconds = measured.reduce((sum, { fitting }) => sum + fitting, 0)
  const dynamics = weighWords(measured.map((part) => [part.dynamics, part.all] as const))
  const articulation = weighWords(measured.map(({ slice, all }) => [slice.articulation, all] as const))
  const heardPitches = measured.flatMap(({ pitches }) => pitches.map(([pitch]) => pitch))
  const isFitting = fittingSeconds >= FITTING_SHARE * task.seconds

  const faults: PlayingCheck['faults'] = []
  if (total === 0) faults.push('silent')
  else if (!isFitting) {
    if (share(({ slice, all }) => (slice.spoiltBy.length > 0 ? all : 0)) > WRONG_SHARE) faults.push('spoilt')
    if (share(({ below }) => below) > WRONG_SHARE) faults.push('too-low')
    if (share(({ above }) => above) > WRONG_SHARE) faults.push('too-high')
    if (dynamics !== null && dynamics !== task.dynamics)
      faults.push(LEVELS.indexOf(dynamics) < LEVELS.indexOf(task.dynamics) ? 'too-soft' : 'too-loud')
    if (articulation === null || articulation === 'short') faults.push('unclear-articulation')
    else if (articulation !== task.articulation) faults.push('other-articulation')
    if (faults.length === 0 || total < FITTING_SHARE * task.seconds) faults.push('too-short')
  }
  return {
    isFitting,
    fittingSeconds,
    faults,
    heard: {
      seconds: total,
      lowest: heardPitches.length === 0 ? null : Math.min(...heardPitches),
      highest: heardPitches.length === 0 ? null : Math.max(...heardPitches),
      dynamics,
      articulation,
    },
    marks: [...new Set(slices.flatMap(({ spoiltBy }) => spoiltBy))],
  }
}
