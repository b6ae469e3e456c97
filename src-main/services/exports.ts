import type { Api } from '#contract/api.ts'
import type { Project } from '#contract/project.ts'
import type { ProjectFormat, SavedFile } from '#contract/project-methods.ts'
import { resample } from '#main/audio/io/resample.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { limitTruePeak } from '#main/audio/level/true-peak.ts'
import { writeZip } from '#main/export/bundle/zip.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { type ExportedFile, exportProject } from '#main/export/export-project.ts'
import { exportTake } from '#main/export/export-take.ts'
import type { BlobExtension } from '#main/library/blobs/blob-store.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import type { ServiceContext } from './context.ts'
import { writeToExportFolder } from './export-folder.ts'
import { findHum } from './hums.ts'
import { createSoundOpener, readTakeForExport, refuseLostSounds } from './project-sounds.ts'
import { findProject } from './projects.ts'
import { findTake, readTakeSound } from './takes.ts'

const CEILING_DB = -1
const DEFAULT_RATE = 48000

const SINGLE_FILES: Readonly<Partial<Record<ProjectFormat, BlobExtension>>> = {
  wav: 'wav',
  midi: 'mid',
  dawproject: 'dawproject',
  bundle: 'fiddlehead',
}

/** Letters and digits of any script; everything else becomes a hyphen. */
const slugify = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .toLowerCase() || 'hum'

/** An arrangement of some clips alone, on their tracks' levels; a single clip gives it its name. */
const chooseClips = (project: Project, clipIds: readonly string[]): Project => {
  const clips = project.clips.filter(({ id }) => clipIds.includes(id))
  const [first, second] = clips
  return {
    ...project,
    title: first !== undefined && second === undefined ? first.name || project.title : project.title,
    clips,
    tracks: project.tracks.map((track) => ({ ...track, isMuted: false, isSoloed: false })),
  }
}

/** Exports: files for other programs. */
export const createExportsService = (context: ServiceContext): Api['exports'] => {
  const { env, library, understanding } = context

  /** One file as it is; several, named after their folder, as one archive. */
  const keepFiles = (files: readonly ExportedFile[], format: ProjectFormat, title: string): SavedFile => {
    const [first] = files
    const extension = SINGLE_FILES[format]
    const isArchive = extension === undefined
    const bytes = first === undefined || isArchive ? writeZip(files) : first.bytes
    const fileName = first === undefined || isArchive ? `${slugify(title)}-${format}.zip` : first.path
    const assetId = library.transaction(() => library.assets.save(bytes, extension ?? 'zip', readTimestamp(env.clock)))
    return { assetId, fileName, isArchive }
  }

  return {
    async wav({ takeId, sampleRate, bits }) {
      const take = findTake(context, takeId)
      const sound = readTakeSound(context, take)
      // Resampling moves the peaks between the samples a little.
      const pcm = limitTruePeak(resample(sound.pcm, sound.sampleRate, sampleRate), sampleRate, CEILING_DB)
      const bytes = encodeWav([pcm], { sampleRate, bits, ditherSeed: take.seed })
      const assetId = library.transaction(() => library.assets.save(bytes, 'wav', readTimestamp(env.clock)))
      return { assetId, fileName: `${slugify(findHum(context, take.humId).name)}-${take.seed}.wav` }
    },
    async midi({ humId }) {
      const hum = findHum(context, humId)
      const bytes = await understanding.writeMidi(hum.melody, library.takes.list(humId)[0]?.lanes)
      const assetId = library.transaction(() => library.assets.save(bytes, 'mid', readTimestamp(env.clock)))
      return { assetId, fileName: `${slugify(hum.name)}.mid` }
    },
    async project({ projectId, format, sampleRate, bits, range, clipIds }) {
      const whole = findProject(context, projectId).project
      const project = clipIds === undefined ? whole : chooseClips(whole, clipIds)
      refuseLostSounds(context, project)
      const files = exportProject(project, format, {
        ...createSoundOpener(context),
        version: env.version,
        ...(sampleRate !== undefined && { sampleRate }),
        ...(bits !== undefined && { bits }),
        ...(range !== undefined && { range }),
      })
      return keepFiles(files, format, project.title)
    },
    async toFolder({ assetId, fileName }) {
      const asset = library.assets.find(assetId)
      if (asset === null) throw new EngineError('NOT_FOUND', { kind: 'sound' })
      return { path: await writeToExportFolder(library.settings.get().exportFolder, fileName, library.assets.read(asset)) }
    },
    async take({ takeId, format, sampleRate = DEFAULT_RATE, bits = 24 }) {
      const sound = readTakeForExport(context, findTake(context, takeId))
      return keepFiles(exportTake(sound, format, { version: env.version, sampleRate, bits }), format, sound.recipe.title ?? 'take')
    },
  }
}
