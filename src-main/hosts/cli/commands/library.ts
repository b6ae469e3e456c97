import type { ImportReport } from '#contract/imports.ts'
import { LICENCES, SORTS, type LibraryQuery, type RecordingRow, type SliceRow } from '#contract/library.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { noteName } from '#music/pitch.ts'
import { Option, type Command } from 'commander'
import { readWhole } from '../arguments.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { EXIT, printResult, warn } from '../terminal.ts'
import { addLibraryClean } from './library-clean.ts'
import { addQueryOptions, readQuery, type QueryOptions } from './library-query.ts'

interface ImportOptions extends LibraryOptions {
  readonly session?: string
  readonly tag?: string[]
  readonly instrument: string
  readonly licence?: (typeof LICENCES)[number]
  readonly holder?: string
  readonly shareable?: boolean
  readonly resume?: boolean
}

const describeImport = (report: ImportReport): string[] => {
  const { addedCount, duplicateCount, soundsLikeCount, failedCount, audioSeconds, rate, status, error } = report
  return [
    `${addedCount} added (${(audioSeconds / 60).toFixed(1)} minutes), ${duplicateCount} were there already, ${failedCount} could not be read`,
    ...(soundsLikeCount > 0 ? [`${soundsLikeCount} of those added sound like another recording`] : []),
    ...(rate === null ? [] : [`${rate.toFixed(1)} × real time, analysis included`]),
    ...(status === 'cancelled' ? ['stopped; "library import --resume" goes on'] : []),
    ...(error === null ? [] : [`${error.message} ${error.remedy} "library import --resume" goes on.`]),
  ]
}

/** The import that was named by its files, or the latest that has not come to its end. */
const startOrResume = async ({ api }: LibrarySession, paths: readonly string[], options: ImportOptions): Promise<string> => {
  if (options.resume === true) {
    const imports = await api.imports.list({})
    // One that has come to its end meanwhile is told as it ended.
    const unfinished = imports.find(({ status }) => status !== 'succeeded') ?? imports[0]
    if (unfinished === undefined) throw new EngineError('INVALID_ARGUMENT', { what: 'There is no import to go on with.' })
    return (await api.imports.resume({ importId: unfinished.id })).id
  }
  if (paths.length === 0) throw new EngineError('INVALID_ARGUMENT', { what: '"library import" takes folders or files.' })
  const { licence, holder = '', shareable = false, session } = options
  const rights = licence === undefined ? undefined : await api.library.saveRights({ licence, holder, isShareable: shareable })
  const started = await api.imports.start({
    paths: [...paths],
    tags: options.tag ?? [],
    instrument: options.instrument,
    ...(session === undefined ? {} : { sessionName: session }),
    ...(rights === undefined ? {} : { rightsId: rights.id }),
  })
  return started.id
}

const runImport = (paths: string[], options: ImportOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const importId = await startOrResume(session, paths, options)
    const report = await session.finishImport(importId)
    const refused: { path: string; reason: string | null }[] = []
    for (let offset = 0; ; offset += 1000) {
      const page = await session.api.imports.files({ importId, status: 'failed', offset, limit: 1000 })
      refused.push(...page.map(({ path, reason }) => ({ path, reason })))
      if (page.length < 1000) break
    }
    if (options.json !== true)
      for (const { path, reason } of refused) warn(reason?.includes(path) === true ? reason : `${path}: ${reason ?? ''}`)
    printResult(options, { ...report, refused }, describeImport(report))
    if (report.status !== 'succeeded') process.exitCode = EXIT.failure
  })

const describeRow = (row: SliceRow | RecordingRow): string => {
  const range =
    row.pitchLow === null || row.pitchHigh === null ? '' : `${noteName(Math.round(row.pitchLow))}–${noteName(Math.round(row.pitchHigh))}`
  return [
    row.id.padEnd(46),
    `${row.durationSeconds.toFixed(1).padStart(7)} s`,
    range.padEnd(8),
    `${Math.round(100 * row.quality)} %`.padStart(5),
    row.isKept ? ' ' : '–',
    row.caption === '' ? row.name : row.caption,
  ].join(' ')
}

interface SearchOptions extends LibraryOptions, QueryOptions {
  readonly unit: 'slices' | 'recordings'
  readonly sort: (typeof SORTS)[number]
  readonly descending?: boolean
  readonly limit: number
  readonly after?: string
  readonly like?: string
  readonly sounds?: string
}

const search = (words: string[], options: SearchOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const query: LibraryQuery = { ...readQuery(options), ...(words.length === 0 ? {} : { words: words.join(' ') }) }
    const { like, sounds, unit, limit } = options
    if (like !== undefined || sounds !== undefined) {
      const to = like === undefined ? { prompt: sounds ?? '' } : { sliceId: like }
      const found = await api.library.similar({ to, query, limit })
      printResult(
        options,
        found,
        found.map(({ similarity, row }) => `${similarity.toFixed(3)} ${describeRow(row)}`),
      )
      return
    }
    const sort = { by: options.sort, isDescending: options.descending === true }
    const page = await api.library.search({ unit, query, sort, limit, after: options.after ?? null })
    printResult(options, page, [
      ...page.rows.map(describeRow),
      `${page.total} ${unit}${page.next === null ? '' : `; the next page: --after ${page.next}`}`,
    ])
  })

const list = (options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const facets = await api.library.facets({})
    const sessions = await api.library.sessions({})
    const count = (facet: { name: string; count: number }[]): string =>
      facet.map(({ name, count: n }) => `${name} (${n})`).join(', ') || 'none'
    printResult(options, { ...facets, sessions }, [
      `${facets.recordingCount} recordings, ${(facets.seconds / 60).toFixed(1)} minutes; ${facets.sliceCount} slices, ${facets.keptSliceCount} kept`,
      `sessions     ${sessions.map(({ name, recordingCount }) => `${name} (${recordingCount})`).join(', ') || 'none'}`,
      `tags         ${count(facets.tags)}`,
      `instruments  ${count(facets.instruments)}`,
      `registers    ${count(facets.registers)}`,
      `articulation ${count(facets.articulations)}`,
      `dynamics     ${count(facets.dynamics)}`,
      `marks        ${count(facets.marks)}`,
      `rights       ${count(facets.licences)}`,
    ])
  })

interface ExportOptions extends LibraryOptions, QueryOptions {
  readonly out: string
  readonly format: 'audiocraft' | 'zip'
  readonly name: string
}

/** What a query finds, as a data set that is built for this and forgotten. */
const exportQuery = (options: ExportOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const { id: datasetId } = await api.datasets.create({ name: options.name, query: readQuery(options) })
    try {
      await api.datasets.build({ datasetId })
      const written = await api.datasets.export({ datasetId, path: options.out, format: options.format })
      printResult(options, written, [`${written.fileCount} files, ${(written.byteLength / 1e6).toFixed(1)} MB in ${written.path}`])
    } finally {
      await api.datasets.remove({ datasetId })
    }
  })

const embed = (options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    let { pending } = await api.library.embed({})
    const before = pending
    // Asking starts the work, tells how much is left, and throws what ended it.
    while (pending > 0) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      ;({ pending } = await api.library.embed({}))
    }
    printResult(options, { measured: before - pending, pending }, [`${before - pending} slices measured, ${pending} left`])
  })

export const addLibrary = (program: Command): void => {
  const library = program.command('library').description('your recordings: read in, searched, exported')
  const addImport = library
    .command('import')
    .description('read folders and files into the library: WAV, AIFF, FLAC, MP3, OGG, Opus, M4A, MIDI, MusicXML, ABC')
    .argument('[paths...]', 'folders and files; they are copied and never changed')
    .option('--session <name>', 'one recording session for all (default: each folder is one)')
    .option('--tag <tags...>', 'tags for all of them')
    .option('--instrument <name>', 'what is played', 'violin')
    .addOption(new Option('--licence <name>', 'whose they are').choices(LICENCES))
    .option('--holder <name>', 'who holds the rights')
    .option('--shareable', 'they may be passed on')
    .option('--resume', 'go on with the import that was stopped')
  addLibraryOptions(addImport).action(runImport)
  addLibraryOptions(library.command('list').description('what is in the library')).action(list)
  const addSearch = library
    .command('search')
    .description('find slices or recordings by words, filters, or sound')
    .argument('[words...]', 'all of them, each as a beginning; -word leaves out')
    .addOption(new Option('--unit <what>', 'what to find').choices(['slices', 'recordings']).default('slices'))
    .addOption(new Option('--sort <by>', 'order').choices(SORTS).default('added'))
    .option('--descending', 'from the greatest down')
    .addOption(new Option('--limit <n>', 'rows on a page').argParser(readWhole('--limit', 1, 500)).default(50))
    .option('--after <place>', 'where the page before ended')
    .option('--like <slice>', 'slices that sound like this one')
    .option('--sounds <prompt>', 'slices that sound like these words')
  addLibraryOptions(addQueryOptions(addSearch)).action(search)
  const addExport = library
    .command('export')
    .description('write what a query finds: a folder for audiocraft and Audacity, or a zip for another Fiddlehead')
    .requiredOption('--out <path>', 'the folder, or the zip file')
    .addOption(new Option('--format <name>', 'what for').choices(['audiocraft', 'zip']).default('audiocraft'))
    .option('--name <name>', 'what to call it', 'Library')
  addLibraryOptions(addQueryOptions(addExport)).action(exportQuery)
  addLibraryOptions(library.command('embed').description('measure every slice for searches by sound and prompt')).action(embed)
  addLibraryClean(library)
}
