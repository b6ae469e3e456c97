import type { LibraryQuery, LibrarySort } from '#contract/library.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProgress, printResult, type CommonOptions } from '../terminal.ts'
import { fillLibrary } from './synthetic-library.ts'

const ROWS = 100_000
const PAGE = 100
const QUERIES = 300

const SORTS = ['added', 'name', 'duration', 'quality', 'pitch', 'loudness', 'tempo'] as const

/** What people ask: nothing at all, a word, a beginning, words and filters, filters alone. */
const KINDS = {
  everything: () => ({}),
  'a word': (random) => ({ words: random.pick(['legato', 'soft', 'reel', 'lam', 'take 12', 'violin', 'session 7']) }),
  'two words': (random) => ({
    words: `${random.pick(['legato', 'staccato', 'tender'])} ${random.pick(['soft', 'loud', 'high', 'D major'])}`,
  }),
  'words and quality': (random) => ({ words: random.pick(['violin -loud', '"D major" soft', 'solo']), minimumQuality: random.next() }),
  'register, length, kept': (random) => ({
    registers: [random.pick(['low', 'middle', 'high'])],
    minimumSeconds: random.between(1, 8),
    isKept: true,
  }),
  'key, pitches, marks': (random) => ({
    keys: [random.pick(['D major', 'A minor'])],
    lowestPitch: 60,
    highestPitch: 90,
    withoutMarks: ['noise'],
  }),
  'a tag': (random) => ({ tags: [`tag ${random.integer(12)}`] }),
  'session and articulation': (random) => ({
    sessionIds: [`session-${random.integer(40)}`],
    articulations: ['legato', 'detache'],
  }),
} as const satisfies Record<string, (random: Random) => LibraryQuery>
const KIND_NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[]

const describeTimes = (times: readonly number[]): { median: number; p95: number; worst: number } => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { median: at(0.5), p95: at(0.95), worst: at(1) }
}

const measure = <T>(times: number[], work: number[], step: () => T): T => {
  const start = performance.now()
  const before = process.cpuUsage()
  const result = step()
  const { user, system } = process.cpuUsage(before)
  times.push(performance.now() - start)
  work.push((user + system) / 1000) // microseconds -> milliseconds
  return result
}

/** Searches over 100,000 slices in a library on disk, as the page asks them: a page with its rows and the count of all hits. */
export const benchLibrary = async (options: CommonOptions): Promise<void> => {
  const { openLibrary } = await import('#main/library/open-library.ts')
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-bench-library-'))
  const progress = createProgress()
  try {
    const library = openLibrary(join(folder, 'library.sqlite'), folder)
    const random = createRandom(1)
    progress.show(0, `${ROWS} rows are made`)
    fillLibrary(library, { slices: ROWS, slicesPerRecording: 10, random })
    const times = { page: [] as number[], next: [] as number[], order: [] as number[], nearest: [] as number[] }
    const work = { page: [] as number[], next: [] as number[], order: [] as number[], nearest: [] as number[] }
    const byKind = Object.fromEntries(KIND_NAMES.map((name) => [name, [] as number[]])) as Record<keyof typeof KINDS, number[]>
    for (let i = 0; i < QUERIES; i++) {
      progress.show(i / QUERIES, 'searches')
      const kind = random.pick(KIND_NAMES)
      const query: LibraryQuery = KINDS[kind](random)
      const sort: LibrarySort = { by: random.pick(SORTS), isDescending: random.next() < 0.5 }
      const first = measure(times.page, work.page, () => {
        const page = library.search.page('slices', query, sort, null, PAGE)
        library.recordings.slices(page.seqs)
        return page
      })
      byKind[kind].push(work.page[work.page.length - 1] ?? 0)
      measure(times.next, work.next, () => library.recordings.slices(library.search.page('slices', query, sort, first.next, PAGE).seqs))
      if (i % 10 === 0) measure(times.order, work.order, () => library.search.order('slices', query, sort))
    }
    library.transaction(() => {
      for (let seq = 1; seq <= ROWS; seq++)
        library.vectors.save(
          seq,
          Float32Array.from({ length: 128 }, () => random.normal() / 11.3),
        )
    })
    const wanted = Float32Array.from({ length: 128 }, () => random.normal() / 11.3)
    library.vectors.nearest(wanted, 50, null)
    for (let i = 0; i < 20; i++) measure(times.nearest, work.nearest, () => library.vectors.nearest(wanted, 50, null))
    library.close()
    progress.end()
    const describeAll = (lists: Readonly<Record<string, readonly number[]>>): Record<string, ReturnType<typeof describeTimes>> =>
      Object.fromEntries(Object.entries(lists).map(([name, own]) => [name, describeTimes(own)]))
    const line = (name: keyof typeof times, text: string): string => {
      const { median, p95, worst } = describeTimes(times[name])
      return `${text.padEnd(46)}median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`
    }
    const result = {
      rows: ROWS,
      milliseconds: describeAll(times),
      processorMilliseconds: describeAll(work),
      firstPageProcessorMillisecondsByKind: describeAll(byKind),
    }
    printResult(options, result, [
      line('page', `first page of ${PAGE} rows and count of all`),
      line('next', 'next page'),
      line('order', 'whole order for a list'),
      line('nearest', 'fifty nearest of all by sound'),
      ...KIND_NAMES.map(
        (name) => `  first page, ${name}`.padEnd(46) + `processor time p95 ${describeTimes(byKind[name]).p95.toFixed(1)} ms`,
      ),
    ])
  } finally {
    progress.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
