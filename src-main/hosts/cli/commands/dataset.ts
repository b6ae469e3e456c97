import type { Dataset, DatasetStatistics } from '#contract/datasets.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { Option, type Command } from 'commander'
import { readWhole } from '../arguments.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { printResult } from '../terminal.ts'
import { addQueryOptions, readQuery, type QueryOptions } from './library-query.ts'

interface BuildOptions extends LibraryOptions, QueryOptions {
  readonly words?: string
  readonly validation: number
  readonly test: number
  readonly seed: number
}

const findDataset = async ({ api }: Pick<LibrarySession, 'api'>, name: string): Promise<Dataset> => {
  const found = (await api.datasets.list({})).find((dataset) => dataset.id === name || dataset.name === name)
  if (found === undefined) throw new EngineError('NOT_FOUND', { kind: 'data set', id: name })
  return api.datasets.get({ datasetId: found.id })
}

const minutes = (seconds: number): string => `${(seconds / 60).toFixed(1)} min`

const describeStatistics = (statistics: DatasetStatistics): string[] => {
  const histogram = (name: string, bins: { label: string; seconds: number }[]): string =>
    `${name.padEnd(13)}${bins
      .filter(({ seconds }) => seconds > 0)
      .map(({ label, seconds }) => `${label} ${minutes(seconds)}`)
      .join(', ')}`
  return [
    `${statistics.sliceCount} slices of ${statistics.recordingCount} recordings, ${statistics.sessionCount} sessions, ${minutes(statistics.seconds)}`,
    ...statistics.splits.map(
      ({ split, sliceCount, sessionCount, seconds }) =>
        `${split.padEnd(13)}${sliceCount} slices, ${sessionCount} sessions, ${minutes(seconds)}`,
    ),
    histogram('length', statistics.byLength),
    histogram('register', statistics.byRegister),
    histogram('articulation', statistics.byArticulation),
    histogram('dynamics', statistics.byDynamics),
    histogram('rights', statistics.byLicence),
    ...statistics.advice,
  ]
}

const describe = ({ id, name, build }: Dataset): string[] => [
  `${name} (${id})`,
  ...(build === null
    ? ['not built yet']
    : [
        `content hash ${build.contentHash}`,
        ...(build.isOutdated ? ['the library has changed since: a new build would differ'] : []),
        ...describeStatistics(build.statistics),
      ]),
]

const build = (name: string, options: BuildOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const query = { ...readQuery(options), ...(options.words === undefined ? {} : { words: options.words }) }
    const split = { validation: options.validation / 100, test: options.test / 100, seed: options.seed }
    const known = (await api.datasets.list({})).find((dataset) => dataset.name === name)
    const dataset =
      known === undefined
        ? await api.datasets.create({ name, query, split })
        : await api.datasets.update({ datasetId: known.id, query, split })
    const built = await api.datasets.build({ datasetId: dataset.id })
    printResult(options, built, describe(built))
  })

const show = (name: string | undefined, options: LibraryOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    if (name === undefined) {
      const all = await session.api.datasets.list({})
      printResult(options, all, all.length === 0 ? ['no data sets yet'] : all.flatMap((dataset) => describe(dataset).slice(0, 2)))
      return
    }
    const dataset = await findDataset(session, name)
    printResult(options, dataset, describe(dataset))
  })

interface ExportOptions extends LibraryOptions {
  readonly out: string
  readonly format: 'audiocraft' | 'zip'
}

const exportDataset = (name: string, options: ExportOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const { id: datasetId } = await findDataset(session, name)
    const written = await session.api.datasets.export({ datasetId, path: options.out, format: options.format })
    printResult(options, written, [`${written.fileCount} files, ${(written.byteLength / 1e6).toFixed(1)} MB in ${written.path}`])
  })

const open = (path: string, options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const dataset = await api.datasets.open({ path })
    printResult(options, dataset, describe(dataset))
  })

export const addDataset = (program: Command): void => {
  const dataset = program.command('dataset').description('data sets: what a voice is trained on, fixed and passed on')
  const addBuild = dataset
    .command('build')
    .description('fix what is in a data set now: its split by recording session, its hash, its figures')
    .argument('<name>', 'an existing one is asked for anew')
    .option('--words <words>', 'captions, names and tags that hold these words')
    .addOption(new Option('--validation <percent>', 'held back while training').argParser(readWhole('--validation', 0, 50)).default(10))
    .addOption(new Option('--test <percent>', 'held back for the end').argParser(readWhole('--test', 0, 50)).default(10))
    .addOption(new Option('--seed <n>', 'which sessions are held back').argParser(readWhole('--seed', 0, 4294967295)).default(1))
  addLibraryOptions(addQueryOptions(addBuild)).action(build)
  addLibraryOptions(
    dataset.command('show').description('figures of one data set, or the list of all').argument('[name]', 'its name or id'),
  ).action(show)
  const addExport = dataset
    .command('export')
    .description('write it: a folder for audiocraft and Audacity, or a zip for another Fiddlehead')
    .argument('<name>', 'its name or id')
    .requiredOption('--out <path>', 'the folder, or the zip file')
    .addOption(new Option('--format <name>', 'what for').choices(['audiocraft', 'zip']).default('audiocraft'))
  addLibraryOptions(addExport).action(exportDataset)
  addLibraryOptions(
    dataset.command('open').description('take in a data set that another Fiddlehead wrote').argument('<zip>', 'the file'),
  ).action(open)
}
