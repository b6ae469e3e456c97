import type { ProjectSummary } from '#contract/project-methods.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Command } from 'commander'
import { basename } from 'node:path'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { readInputFile } from '../session.ts'
import { printResult } from '../terminal.ts'

/** An arrangement by its id or its title; of several with that title the one worked on last. */
export const findProjectNamed = async ({ api }: Pick<LibrarySession, 'api'>, name: string): Promise<ProjectSummary> => {
  const found = (await api.projects.list({})).find(({ id, title }) => id === name || title === name)
  if (found === undefined) throw new EngineError('NOT_FOUND', { kind: 'arrangement', id: name })
  return found
}

const describeProject = ({ id, title, trackCount, clipCount, durationSeconds, updatedAt }: ProjectSummary): string =>
  `${id}  ${title}: ${trackCount} tracks, ${clipCount} clips, ${durationSeconds.toFixed(1)} s, worked on ${updatedAt.slice(0, 16).replace('T', ' ')}`

const list = (options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const projects = await api.projects.list({})
    printResult(options, projects, projects.length === 0 ? ['There are no arrangements yet.'] : projects.map(describeProject))
  })

const open = (name: string, options: LibraryOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const { id } = await findProjectNamed(session, name)
    const stored = await session.api.projects.get({ projectId: id })
    const { tracks, clips, tempo, markers } = stored.project
    printResult(options, stored, [
      describeProject(stored),
      `tempo ${tempo.map(({ bpm }) => bpm).join(', ')}; ${markers.length} markers`,
      ...tracks.map((track) => `${track.name}: ${clips.filter(({ trackId }) => trackId === track.id).length} clips`),
    ])
  })

const importBundle = (path: string, options: LibraryOptions): Promise<void> => {
  const bytes = Uint8Array.from(readInputFile(path))
  return withLibrary(options, async ({ api }) => {
    const stored = await api.projects.importBundle({ fileName: basename(path), bytes })
    printResult(options, stored, [`Opened ${describeProject(stored)}`])
  })
}

export const addProject = (program: Command): void => {
  const project = program.command('project').description('Arrangements: list them, look into one, open a bundle.')
  addLibraryOptions(project.command('list').description('List the arrangements, the one worked on last first.')).action(list)
  addLibraryOptions(
    project.command('open').description('Show one arrangement.').argument('<project>', 'id or title of the arrangement'),
  ).action(open)
  addLibraryOptions(
    project.command('import').description('Open a .fiddlehead bundle as a new arrangement.').argument('<file>', 'the bundle'),
  ).action(importBundle)
}
