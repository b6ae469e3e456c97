import type { SourceFilter, SourceReport, SourceScan } from '#contract/sources.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { readWhole } from '../arguments.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { EXIT, printResult } from '../terminal.ts'

interface FilterOptions extends LibraryOptions {
  readonly genre?: string[]
  readonly instrument?: string[]
  readonly tag?: string[]
  readonly caption?: string[]
  readonly words?: string[]
  readonly without?: string[]
  readonly needs?: 'audio' | 'midi' | 'audio-or-midi'
  readonly adaptable?: boolean
  readonly limit: number
}

const addFilterOptions = (command: Command, limit: number): Command =>
  command
    .option('--genre <genres...>', 'of one of these genres')
    .option('--instrument <names...>', 'with one of these instruments')
    .option('--tag <tags...>', 'with one of these tags')
    .option('--caption <words...>', 'one of these in the caption')
    .option('--words <words...>', 'one of these anywhere')
    .option('--without <words...>', 'none of these anywhere')
    .addOption(new Option('--needs <what>', 'only what lies on this computer').choices(['audio', 'midi', 'audio-or-midi']))
    .option('--adaptable', 'leave out what its licence forbids to change')
    .addOption(new Option('--limit <n>', 'at most so many items').argParser(readWhole('--limit', 1, 200_000)).default(limit))

const readFilter = (options: FilterOptions): SourceFilter =>
  Object.fromEntries(
    Object.entries({
      genres: options.genre,
      instruments: options.instrument,
      tags: options.tag,
      captionWords: options.caption,
      words: options.words,
      withoutWords: options.without,
      needs: options.needs,
      isAdaptable: options.adaptable === true ? true : undefined,
    }).filter(([, value]) => value !== undefined),
  )

/** By its id, its kind or its folder. */
const findSource = async ({ api }: Pick<LibrarySession, 'api'>, name: string): Promise<SourceReport> => {
  const found = (await api.sources.list({})).find(({ id, kind, path }) => id === name || kind === name || path === resolve(name))
  if (found === undefined) throw new EngineError('NOT_FOUND', { kind: 'source', id: name })
  return found
}

const describe = ({ title, path, evidence, contents, licence }: SourceReport): string[] => [
  `${title} at ${path} (${evidence})`,
  contents,
  `${licence.name}: ${licence.summary} ${licence.url}`,
]

const describeScan = ({ counts, licences, items, problems, problemCount }: SourceScan): string[] => [
  `${counts.matching} of ${counts.scanned} items match; ${counts.withAudio} with sound, ${counts.withMidi} with notes on this computer`,
  ...Object.entries(licences).map(([licence, count]) => `${String(count).padStart(7)}  ${licence}`),
  ...items.map(
    ({ id, title, artist, caption }) =>
      `${id}  ${artist === undefined ? '' : `${artist}: `}${title}${caption === undefined ? '' : ` – ${caption}`}`,
  ),
  ...(problemCount > 0
    ? [`${problemCount} could not be read:`, ...problems.slice(0, 10).map(({ path, reason }) => `  ${path}: ${reason}`)]
    : []),
]

const add = (path: string, options: LibraryOptions & { readonly kind?: string }): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const source = await api.sources.add({ path, ...(options.kind === undefined ? {} : { kind: options.kind }) })
    printResult(options, source, describe(source))
  })

const list = (options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const [sources, kinds] = await Promise.all([api.sources.list({}), api.sources.kinds({})])
    printResult(options, { sources, kinds }, [
      ...sources.flatMap((source) => describe(source).slice(0, 1)),
      ...(sources.length === 0 ? ['none yet; these can be read:'] : ['these can be read:']),
      ...kinds.map(({ kind, title, contents }) => `  ${kind.padEnd(22)}${title}. ${contents}`),
    ])
  })

const scan = (name: string, options: FilterOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const source = await findSource(session, name)
    const found = await session.api.sources.scan({ sourceId: source.id, filter: readFilter(options), limit: Math.min(1000, options.limit) })
    printResult(options, found, [...describe(source), ...describeScan(found)])
  })

const importSource = (name: string, options: FilterOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const source = await findSource(session, name)
    const started = await session.api.sources.import({ sourceId: source.id, filter: readFilter(options), limit: options.limit })
    const report = await session.finishImport(started.id)
    printResult(options, report, [
      ...describe(source).slice(2),
      `${report.addedCount} added, ${report.duplicateCount} were there already, ${report.failedCount} could not be read`,
    ])
    if (report.status !== 'succeeded') process.exitCode = EXIT.failure
  })

export const addSource = (program: Command): void => {
  const source = program.command('source').description('public data sets, read from your own copies; nothing is downloaded')
  const addAdd = source
    .command('add')
    .description('note a folder; which data set it is a copy of is found out')
    .argument('<folder>', 'the copy')
    .option('--kind <name>', 'say which data set it is')
  addLibraryOptions(addAdd).action(add)
  addLibraryOptions(source.command('list').description('folders that were added, and what can be read')).action(list)
  const addScan = source
    .command('scan')
    .description('say what matches, under which licence, and what cannot be read')
    .argument('<source>', 'its kind, folder or id')
  addLibraryOptions(addFilterOptions(addScan, 20)).action(scan)
  const addImport = source
    .command('import')
    .description('take what matches into the library, with its tags, caption and licence')
    .argument('<source>', 'its kind, folder or id')
  addLibraryOptions(addFilterOptions(addImport, 200_000)).action(importSource)
}
