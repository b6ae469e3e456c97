import type { Project, Source } from '#contract/project.ts'
import { countResampled, createStreamResampler } from '#main/audio/io/resample.ts'
import { joinBytes, type WavBits } from '#main/audio/io/wav-writer.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { isAudible } from '#music/mix-law.ts'
import { makeFileName } from './arrangement/audio-files.ts'
import { type BundleAsset, writeBundle } from './bundle/project-bundle.ts'
import { writeDawproject } from './dawproject/write-dawproject.ts'
import { writeProjectMidi } from './midi/write-project-midi.ts'
import { measureMixSamples, mixBlocks, type MixOptions, type OpenSource } from './mix/mix-project.ts'
import { writeRpp } from './reaper/write-rpp.ts'
import { createSoundFileWriter, type SoundFacts } from './wav/sound-facts.ts'

export const EXPORT_FORMATS = ['wav', 'stems', 'midi', 'dawproject', 'rpp', 'bundle'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** A file to write, below the folder that the person chose. */
export interface ExportedFile {
  /** Relative, with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface MixFileOptions extends MixOptions {
  readonly sampleRate: number
  readonly bits: WavBits
  /** Dither for 16 bits. */
  readonly ditherSeed?: number
}

export interface ExportOptions {
  /** Where the sound of the project comes from. */
  readonly openSource: OpenSource
  /** The stored file of a source, for bundles; null where it is lost. */
  readonly readAsset: (assetId: string) => BundleAsset | null
  /** Of the program, "0.1.0". */
  readonly version: string
  /** Of WAV files and stems; the project's own rate and 24 bits where left out. */
  readonly sampleRate?: number
  readonly bits?: WavBits
  readonly range?: MixOptions['range']
}

const describeMix = (project: Project, options: MixOptions): SoundFacts => {
  const [tempo, secondTempo] = project.tempo
  const [metre] = project.metre
  const track = project.tracks.find(({ id }) => id === options.trackId)
  const startSeconds = options.range?.startSeconds ?? 0
  // The sound of one clip carries its recipe, so that the take can be made again from the file.
  const [only, other] = project.clips
  const recipe = other === undefined ? project.sources.find(({ id }) => id === only?.sourceId)?.recipe : null
  return {
    title: track === undefined ? project.title : `${project.title}: ${track.name}`,
    startSeconds,
    markers: project.markers.map(({ atSeconds, name }) => ({ atSeconds: atSeconds - startSeconds, name })),
    ...(secondTempo === undefined && tempo !== undefined && { bpm: tempo.bpm }),
    ...(metre !== undefined && { metre: { beats: metre.beats, unit: metre.unit } }),
    ...(recipe != null && { recipe }),
  }
}

/**
 * The mix, or a stem of it, as the bytes of a WAV file, in pieces that follow one another; memory does not grow with the song.
 *
 * @throws  EngineError FILE_TOO_LARGE above 4 GB
 */
export function* encodeMix(project: Project, openSource: OpenSource, options: MixFileOptions): Generator<Uint8Array> {
  const { sampleRate, range } = options
  const mixSamples =
    range === undefined
      ? measureMixSamples(project)
      : Math.round(range.endSeconds * project.sampleRate) - Math.round(range.startSeconds * project.sampleRate)
  const lengthSamples = countResampled(mixSamples, project.sampleRate, sampleRate)
  const writer = createSoundFileWriter({ channelCount: 2, lengthSamples }, options, describeMix(project, options))
  const resamplers = [0, 1].map(() => createStreamResampler(project.sampleRate, sampleRate))
  yield writer.head
  for (const block of mixBlocks(project, openSource, options))
    yield writer.encode(resamplers.map((resampler, side) => resampler.push(block[side] ?? block[0])))
  yield writer.encode(resamplers.map((resampler) => resampler.finish()))
  yield writer.tail
}

const writeStems = (project: Project, options: ExportOptions): ExportedFile[] => {
  const { openSource, sampleRate = project.sampleRate, bits = 24, range } = options
  const withSound = new Set(project.sources.filter(({ assetId }) => assetId !== null).map(({ id }) => id))
  const tracks = project.tracks.filter(
    (track) => isAudible(track, project.tracks) && project.clips.some((clip) => clip.trackId === track.id && withSound.has(clip.sourceId)),
  )
  if (tracks.length === 0) throw new EngineError('PROJECT_EMPTY', { title: project.title, what: 'tracks with sound' })
  const bpm = Math.round(project.tempo[0]?.bpm ?? 120)
  const stems = tracks.map(({ id, name }, i) => ({
    path: `${String(i + 1).padStart(2, '0')}_${makeFileName(name, 'track')}_${bpm}bpm.wav`,
    bytes: joinBytes([
      ...encodeMix(project, openSource, { sampleRate, bits, ditherSeed: i + 1, trackId: id, ...(range !== undefined && { range }) }),
    ]),
  }))
  const names = stems.map(({ path }, i) => `${path}  ${tracks[i]?.name ?? ''}`).join('\n')
  const about = `${project.title}\n\nAll files begin at the same place and have the same length: put them at the start of your project.
Levels and pan are those of the mixer, with each track's reverb; the master's gain is left out.\nTempo and metre: tempo.mid\n\n${names}\n`
  return [...stems, { path: 'tempo.mid', bytes: writeProjectMidi(project) }, { path: 'README.txt', bytes: new TextEncoder().encode(about) }]
}

const collectAssets = (project: Project, readAsset: ExportOptions['readAsset']): BundleAsset[] => {
  const find = ({ assetId, name }: Source): BundleAsset[] => {
    if (assetId === null) return []
    const asset = readAsset(assetId)
    if (asset === null) throw new EngineError('NOT_FOUND', { kind: `sound "${name}"`, id: assetId })
    return [asset]
  }
  const assets = project.sources.flatMap(find)
  return [...new Map(assets.map((asset) => [asset.assetId, asset])).values()]
}

/**
 * A project as files for other programs.
 *
 * @returns  one file, or for stems and Reaper several below one folder
 * @throws   EngineError PROJECT_EMPTY where there is nothing of that kind to write, NOT_FOUND for a lost sound, FILE_TOO_LARGE
 */
export const exportProject = (project: Project, format: ExportFormat, options: ExportOptions): ExportedFile[] => {
  const { openSource, sampleRate = project.sampleRate, bits = 24, range } = options
  const name = makeFileName(project.title, 'project')
  switch (format) {
    case 'wav': {
      if (measureMixSamples(project) === 0) throw new EngineError('PROJECT_EMPTY', { title: project.title, what: 'sound' })
      const pieces = encodeMix(project, openSource, { sampleRate, bits, ditherSeed: 1, ...(range !== undefined && { range }) })
      return [{ path: `${name}.wav`, bytes: joinBytes([...pieces]) }]
    }
    case 'stems':
      return writeStems(project, options)
    case 'midi':
      if (project.sources.every(({ notes }) => notes.length === 0))
        throw new EngineError('PROJECT_EMPTY', { title: project.title, what: 'notes' })
      return [{ path: `${name}.mid`, bytes: writeProjectMidi(project) }]
    case 'dawproject':
      return [{ path: `${name}.dawproject`, bytes: writeDawproject(project, openSource, { version: options.version }) }]
    case 'rpp': {
      const { rpp, files } = writeRpp(project, openSource)
      return [{ path: `${name}.rpp`, bytes: new TextEncoder().encode(rpp) }, ...files.map(({ path, bytes }) => ({ path, bytes }))]
    }
    case 'bundle':
      return [{ path: `${name}.fiddlehead`, bytes: writeBundle(project, collectAssets(project, options.readAsset)) }]
  }
}
