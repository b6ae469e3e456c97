import { type Api, MAX_FILE_BYTES } from '#contract/api.ts'
import { type Project, projectSchema } from '#contract/project.ts'
import type { StoredProject } from '#contract/project-methods.ts'
import { copyShape, startFromTemplate } from '#arrangement/templates.ts'
import { decodeAudio } from '#main/audio/io/decode.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { type BundleAsset, readBundle } from '#main/export/bundle/project-bundle.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { ServiceContext } from './context.ts'
import { findHum } from './hums.ts'
import { keepSoundFile, makeHumSource, makeTakeSource } from './project-sounds.ts'
import { findTake } from './takes.ts'

export const findProject = ({ library }: Pick<ServiceContext, 'library'>, id: string): StoredProject => {
  const stored = library.projects.find(id)
  if (stored === null) throw new EngineError('NOT_FOUND', { kind: 'arrangement', id })
  return stored
}

const refuseLargeFile = (fileName: string, bytes: Uint8Array, most: number): void => {
  if (bytes.length > most)
    throw new EngineError('FILE_TOO_LARGE', {
      path: fileName,
      megabytes: Math.ceil(bytes.length / 1e6),
      maximumMegabytes: Math.floor(most / 1e6),
    })
}

const MOST_BUNDLE_BYTES = 2_000_000_000

/** Arrangements: takes and other sounds on a timeline. */
export const createProjectsService = (context: ServiceContext): Api['projects'] => {
  const { env, library, pushes } = context
  const announce = (): void => pushes.emit('library.changed', { kinds: ['projects'] })

  const keep = (project: Project): StoredProject => {
    const id = createId('project', env.clock, env.random)
    const summary = library.transaction(() => library.projects.insert(id, project, readTimestamp(env.clock)))
    announce()
    return { ...summary, project }
  }

  /** Sounds are kept by their content, so the ids in a bundle are nearly always the ones given here. */
  const keepAsset = async ({ assetId, extension, bytes }: BundleAsset): Promise<[string, string]> => {
    const wav = extension === 'wav' ? bytes : await transcode(`${assetId}.${extension}`, bytes)
    return [assetId, library.transaction(() => library.assets.save(wav, 'wav', readTimestamp(env.clock)))]
  }
  const transcode = async (fileName: string, bytes: Uint8Array): Promise<Uint8Array> => {
    const { channels, sampleRate } = await decodeAudio(bytes, { fileName })
    return encodeWav(channels.slice(0, 2), { sampleRate, bits: 24 })
  }

  return {
    list: async () => library.projects.list(),

    async create({ title, bpm, template = 'sketch', likeProjectId }) {
      const name = title ?? `Sketch ${library.projects.list().length + 1}`
      if (likeProjectId !== undefined) return keep(copyShape(findProject(context, likeProjectId).project, name))
      const createTrackId = (): string => createId('track', env.clock, env.random)
      return keep(startFromTemplate(template, { title: name, createId: createTrackId, ...(bpm !== undefined && { bpm }) }))
    },

    get: async ({ projectId }) => findProject(context, projectId),

    async save({ projectId, project }) {
      const saved = library.transaction(() => library.projects.update(projectId, projectSchema.parse(project), readTimestamp(env.clock)))
      if (saved === null) throw new EngineError('NOT_FOUND', { kind: 'arrangement', id: projectId })
      announce()
      return saved
    },

    async remove({ projectId }) {
      findProject(context, projectId)
      library.transaction(() => library.projects.remove(projectId))
      library.assets.prune()
      announce()
      return {}
    },

    sourceOfTake: async ({ takeId }) => makeTakeSource(context, findTake(context, takeId)),

    sourceOfHum: async ({ humId }) => makeHumSource(context, findHum(context, humId)),

    async importSound({ projectId, fileName, bytes }) {
      findProject(context, projectId)
      refuseLargeFile(fileName, bytes, MAX_FILE_BYTES)
      const source = await keepSoundFile(context, { fileName, bytes })
      library.transaction(() => library.projects.noteAsset(projectId, source.assetId ?? ''))
      return source
    },

    async importBundle({ fileName, bytes }) {
      refuseLargeFile(fileName, bytes, MOST_BUNDLE_BYTES)
      const { project, assets } = readBundle(bytes, fileName)
      const ids = new Map<string, string>()
      for (const asset of assets) ids.set(...(await keepAsset(asset)))
      const sources = project.sources.map((source) => ({
        ...source,
        assetId: source.assetId === null ? null : (ids.get(source.assetId) ?? source.assetId),
      }))
      return keep({ ...project, sources })
    },
  }
}
