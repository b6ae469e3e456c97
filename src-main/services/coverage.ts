import type { Api } from '#contract/api.ts'
import type { Coverage, RecordingTask } from '#contract/coverage.ts'
import type { LibraryQuery } from '#contract/library.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { writeFileAtomically } from '#main/foundation/write-file.ts'
import { createCoverageCount } from '#main/datasets/coverage.ts'
import { planTasks } from '#main/datasets/recording-tasks.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { checkPlayingResultSchema, type CheckPlayingSpec } from '#main/jobs/handlers/check-playing.ts'
import { noteName } from '#music/pitch.ts'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { ServiceContext } from './context.ts'
import type { ImportsService } from './imports.ts'

type Context = Pick<ServiceContext, 'env' | 'library' | 'pushes'>

const BATCH = 2000
const DEFAULT_TARGET_SECONDS = 2
const DEFAULT_PLAN_SECONDS = 40
/** Below the data folder: what was recorded here stays as a file too, as every original does. */
const FOLDER = 'recorded'

const titleOf = ({ articulation, dynamics, lowest, highest }: RecordingTask): string =>
  `${noteName(lowest)} to ${noteName(highest)}, ${dynamics}, ${articulation}`

/** A session's name as the name of a folder. */
const folderName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N} _-]+/gu, ' ')
    .trim()
    .slice(0, 80) || 'session'

const makeFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true })
  } catch (cause) {
    throw new EngineError('FILE_UNWRITABLE', { path }, { cause })
  }
}

/** What is there by pitch, dynamics and articulation, what is missing, and recording exactly that. */
export const createCoverageService = (context: Context, imports: Pick<ImportsService, 'startItems'>): Api['coverage'] => {
  const { env, library, pushes } = context

  const findDataset = (id: string): { name: string; query: LibraryQuery } => {
    const row = library.datasets.find(id)
    if (row === null) throw new EngineError('NOT_FOUND', { kind: 'data set', id })
    return row
  }

  const measure = async (scope: {
    datasetId?: string | undefined
    query?: LibraryQuery | undefined
    targetSeconds?: number | undefined
  }): Promise<Coverage> => {
    const query = scope.datasetId === undefined ? (scope.query ?? {}) : findDataset(scope.datasetId).query
    const seqs = library.search.order('slices', { isKept: true, ...query }, { by: 'added', isDescending: false })
    const count = createCoverageCount()
    for (let from = 0; from < seqs.length; from += BATCH) {
      for (const slice of library.playedSlices.read([...seqs.subarray(from, from + BATCH)])) count.add(slice)
      await breathe()
    }
    return count.finish(scope.targetSeconds ?? DEFAULT_TARGET_SECONDS)
  }

  const saveRights = (isShareable: boolean): string => {
    const id = isShareable ? 'rights-recorded-here-open' : 'rights-recorded-here'
    if (library.sessions.findRights(id) === null)
      library.sessions.saveRights({ id, licence: 'own', holder: '', note: 'Recorded in Fiddlehead.', isShareable })
    return id
  }

  /** A data set that asks for certain sessions or licences is asked for these too, or it would never see what was recorded for it. */
  const widen = (datasetId: string, sessionName: string): void => {
    const row = library.datasets.find(datasetId)
    if (row === null) return
    const { query } = row
    const wanted = (query.sessionIds ?? []).length > 0
    const known = library.sessions.findByName(sessionName)
    const session = known ?? {
      id: createId('session', env.clock, env.random),
      name: sessionName,
      note: '',
      createdAt: readTimestamp(env.clock),
    }
    if (wanted && known === null) library.sessions.save(session)
    const sessionIds = wanted ? [...new Set([...(query.sessionIds ?? []), session.id])] : query.sessionIds
    const licences = (query.licences ?? []).length > 0 ? [...new Set([...(query.licences ?? []), 'own' as const])] : query.licences
    const changed = { ...query, ...(sessionIds === undefined ? {} : { sessionIds }), ...(licences === undefined ? {} : { licences }) }
    if (JSON.stringify(changed) !== JSON.stringify(query))
      library.datasets.update(datasetId, { name: row.name, query: changed, split: row.split })
  }

  return {
    map: measure,
    plan: async ({ seconds = DEFAULT_PLAN_SECONDS, articulations, dynamics, ...scope }) =>
      planTasks(await measure(scope), { seconds, articulations, dynamics }),

    async check({ task, pcm, sampleRate }) {
      const spec: CheckPlayingSpec = { task, pcm, sampleRate }
      const quiet = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
      return checkPlayingResultSchema.parse(await env.ears.run('check-playing', spec, quiet))
    },

    async keep({ task, pcm, sampleRate, sessionName, datasetId, isShareable = false }) {
      const query = datasetId === undefined ? {} : findDataset(datasetId).query
      const folder = join(env.dataDir, FOLDER, folderName(sessionName))
      await makeFolder(folder)
      const path = join(folder, `${createId(task.id, env.clock, env.random)}.wav`)
      const wav = encodeWav([pcm], { sampleRate, bits: 24 })
      await writeFileAtomically(path, wav)
      const tags = query.tags ?? []
      const item = library.transaction(() => {
        if (datasetId !== undefined) widen(datasetId, sessionName)
        return { title: titleOf(task), tags, rightsId: saveRights(isShareable), sourceItem: task.id }
      })
      if (datasetId !== undefined) pushes.emit('library.changed', { kinds: ['datasets'] })
      const instrument = query.instruments?.[0] ?? 'violin'
      return imports.startItems({ paths: [folder], tags: [], instrument }, [{ path, sessionName, byteLength: wav.length, item }])
    },
  }
}
