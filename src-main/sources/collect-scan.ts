import { createItemFilter, type ItemFilter } from './filter-items.ts'
import type { ScanOptions, Source, SourceItem, SourceProblem } from './source.ts'

export interface CollectOptions extends ScanOptions {
  readonly filter?: ItemFilter
  /** Keeps no more items than this; the rest is only counted. */
  readonly limit?: number
}

/** A dry run: what a scan would bring in. */
export interface ScanResult {
  readonly items: readonly SourceItem[]
  /** Files and rows that could not be read; the first thousand. */
  readonly problems: readonly SourceProblem[]
  readonly problemCount: number
  readonly counts: {
    readonly scanned: number
    /** Passed the filter. */
    readonly matching: number
    readonly withAudio: number
    readonly withMidi: number
    /** Pass the filter and have problems of their own. */
    readonly flawed: number
  }
  /** Of those that pass the filter, how many stand under each licence of their own. */
  readonly licences: Readonly<Record<string, number>>
}

const MAXIMUM_PROBLEMS = 1000

/** Scans a folder and keeps what passes the filter. Throws what `scan` throws. */
export const collectScan = async (source: Source, dir: string, options: CollectOptions = {}): Promise<ScanResult> => {
  const { filter = {}, limit = Infinity, onProblem, ...rest } = options
  const passes = createItemFilter(filter)
  const items: SourceItem[] = []
  const problems: SourceProblem[] = []
  const licences: Record<string, number> = {}
  const counts = { scanned: 0, matching: 0, withAudio: 0, withMidi: 0, flawed: 0 }
  let problemCount = 0
  const keepProblem = (problem: SourceProblem): void => {
    problemCount += 1
    if (problems.length < MAXIMUM_PROBLEMS) problems.push(problem)
    onProblem?.(problem)
  }
  for await (const item of source.scan(dir, { ...rest, onProblem: keepProblem })) {
    counts.scanned += 1
    if (!passes(item)) continue
    counts.matching += 1
    counts.withAudio += item.audioPath === undefined ? 0 : 1
    counts.withMidi += item.midiPath === undefined ? 0 : 1
    counts.flawed += item.problems.length === 0 ? 0 : 1
    const licence = item.license ?? source.licence.name
    licences[licence] = (licences[licence] ?? 0) + 1
    if (items.length < limit) items.push(item)
  }
  return { items, problems, problemCount, counts, licences }
}
