import { PROJECT_FORMATS, type ProjectFormat, type SavedFile } from '#contract/project-methods.ts'
import { PROJECT_SAMPLE_RATES } from '#contract/project.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { Option, type Command } from 'commander'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readChoice } from '../arguments.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { readInputFile } from '../session.ts'
import { printResult } from '../terminal.ts'
import { findProjectNamed } from './project.ts'

interface ExportOptions extends LibraryOptions {
  readonly project?: string
  readonly take?: string
  readonly format: ProjectFormat
  readonly out: string
  readonly sampleRate?: (typeof PROJECT_SAMPLE_RATES)[number]
  readonly bits?: 16 | 24 | 32
}

const EXTENSIONS: Readonly<Record<ProjectFormat, string>> = {
  wav: 'wav',
  midi: 'mid',
  dawproject: 'dawproject',
  bundle: 'fiddlehead',
  stems: 'zip',
  rpp: 'zip',
}

/** A bundle that lies on the disk is opened for this one export and taken out of the library again. */
const exportBundleFile = async ({ api }: LibrarySession, path: string, format: object & { format: ProjectFormat }): Promise<SavedFile> => {
  const { id } = await api.projects.importBundle({ fileName: basename(path), bytes: Uint8Array.from(readInputFile(path)) })
  try {
    return await api.exports.project({ projectId: id, ...format })
  } finally {
    await api.projects.remove({ projectId: id })
  }
}

const runExport = (options: ExportOptions): Promise<void> => {
  const { project, take, format, out, sampleRate, bits } = options
  if ((project === undefined) === (take === undefined))
    throw new EngineError('INVALID_ARGUMENT', { what: 'export takes either --project or --take.' })
  const wanted = { format, ...(sampleRate !== undefined && { sampleRate }), ...(bits !== undefined && { bits }) }
  return withLibrary(options, async (session) => {
    const { api, dataDir } = session
    const makeSaved = async (): Promise<SavedFile> => {
      if (take !== undefined) return api.exports.take({ takeId: take, ...wanted })
      if (project?.endsWith('.fiddlehead') === true) return exportBundleFile(session, project, wanted)
      return api.exports.project({ projectId: (await findProjectNamed(session, project ?? '')).id, ...wanted })
    }
    const saved = await makeSaved()
    const { writeExport } = await import('#main/services/project-files.ts')
    const name = `${saved.assetId}.${EXTENSIONS[format]}`
    const paths = await writeExport(saved, readFileSync(join(dataDir, 'blobs', saved.assetId.slice(0, 2), name)), out)
    printResult(
      options,
      { paths },
      paths.map((path) => `Wrote ${path}`),
    )
  })
}

export const addExport = (program: Command): void => {
  const command = program
    .command('export')
    .description('Write an arrangement or a take as files for other programs.')
    .option('--project <name>', 'id or title of an arrangement, or the path of a .fiddlehead bundle')
    .option('--take <id>', 'id of a take')
    .addOption(new Option('--format <format>', 'what to write').choices(PROJECT_FORMATS).makeOptionMandatory())
    .requiredOption('--out <path>', 'the file to write; for stems and rpp the folder')
    .addOption(
      new Option('--sample-rate <hz>', 'of sound')
        .argParser(readChoice('--sample-rate', PROJECT_SAMPLE_RATES))
        .default(undefined, "the arrangement's own, 48000 for a take"),
    )
    .addOption(new Option('--bits <bits>', 'of sound').argParser(readChoice('--bits', [16, 24, 32] as const)).default(undefined, '24'))
  addLibraryOptions(command).action(runExport)
}
