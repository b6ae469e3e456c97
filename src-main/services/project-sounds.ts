import type { Hum, Take } from '#contract/api.ts'
import type { Project, Source } from '#contract/project.ts'
import type { Recipe } from '#contract/recipe.ts'
import { DEFAULT_FREEDOM } from '#contract/take-edit.ts'
import { bytesSource } from '#main/audio/io/byte-source.ts'
import { decodeAudio } from '#main/audio/io/decode.ts'
import { encodeWav, readWav, readWavLayout } from '#main/audio/io/wav.ts'
import type { BundleAsset } from '#main/export/bundle/project-bundle.ts'
import type { TakeSound } from '#main/export/export-take.ts'
import type { OpenSource } from '#main/export/mix/mix-project.ts'
import { readWavFile, type PcmReader } from '#main/export/mix/pcm-reader.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { ServiceContext } from './context.ts'

/** The sounds that arrangements play: out of the library, and into it. */

type Stores = Pick<ServiceContext, 'library'>

const readAsset = ({ library }: Stores, assetId: string): BundleAsset | null => {
  const asset = library.assets.find(assetId)
  return asset === null ? null : { assetId, extension: asset.extension, bytes: library.assets.read(asset) }
}

/** The sounds of a project's sources, each file read once. A lost one is silent. */
export const createSoundOpener = (stores: Stores): { openSource: OpenSource; readAsset: (assetId: string) => BundleAsset | null } => {
  const readers = new Map<string, PcmReader | null>()
  return {
    readAsset: (assetId) => readAsset(stores, assetId),
    openSource({ assetId, name }) {
      if (assetId === null) return null
      const known = readers.get(assetId)
      if (known !== undefined) return known
      const asset = readAsset(stores, assetId)
      const reader = asset === null ? null : readWavFile(bytesSource(asset.bytes), name)
      readers.set(assetId, reader)
      return reader
    },
  }
}

/** What a project says when it cannot be heard as a whole. */
export const refuseLostSounds = ({ library }: Stores, { sources, clips }: Project): void => {
  const used = new Set(clips.map(({ sourceId }) => sourceId))
  const lost = sources.find(({ id, assetId }) => used.has(id) && assetId !== null && library.assets.find(assetId) === null)
  if (lost !== undefined) throw new EngineError('NOT_FOUND', { kind: `sound "${lost.name}"`, id: lost.assetId ?? lost.id })
}

const nameTake = ({ library }: Stores, { humId }: Take): string => library.hums.find(humId)?.name ?? 'Take'

/** A take's recipe as exported files carry it. */
const describeRecipe = (stores: Stores, take: Take): Recipe => {
  const hum = stores.library.hums.find(take.humId)
  const { prompt, lanes, notes, seed, voice, modelHash } = take
  return {
    // Takes of before recipes were kept: what is known of them.
    ...(take.recipe ?? { prompt, lanes, notes, seed, voice, modelHash, freedom: DEFAULT_FREEDOM, edits: [] }),
    title: nameTake(stores, take),
    ...(hum?.melody.bpm !== undefined && { bpm: hum.melody.bpm * take.lanes.tempo }),
    ...(hum?.melody.key !== undefined && { key: hum.melody.key }),
  }
}

export const readTakeForExport = (stores: Stores, take: Take): TakeSound => {
  const asset = readAsset(stores, take.assetId)
  if (asset === null) throw new EngineError('NOT_FOUND', { kind: 'sound', id: take.assetId })
  const { channels, sampleRate } = readWav(asset.bytes)
  return { takeId: take.id, recipe: describeRecipe(stores, take), createdAt: take.createdAt, channels, sampleRate, asset }
}

/** A take as material for clips. The id is the take's, so that the same take is one source however often it is placed. */
export const makeTakeSource = (stores: Stores, take: Take): Source => {
  const asset = readAsset(stores, take.assetId)
  if (asset === null) throw new EngineError('NOT_FOUND', { kind: 'sound', id: take.assetId })
  const reader = readWavFile(bytesSource(asset.bytes), take.id)
  const recipe = describeRecipe(stores, take)
  return {
    id: take.id,
    name: nameTake(stores, take),
    assetId: take.assetId,
    takeId: take.id,
    durationSeconds: reader.lengthSamples / reader.sampleRate,
    sampleRate: reader.sampleRate,
    channelCount: reader.channelCount === 1 ? 1 : 2,
    notes: take.notes,
    recipe,
  }
}

/** A hum as material for clips, under the hum's own id: takes of it are placed where it lies. One that was written is silent. */
export const makeHumSource = (stores: Stores, { id, name, assetId, melody }: Hum): Source => {
  const asset = assetId === null ? null : readAsset(stores, assetId)
  const reader = asset === null ? null : readWavFile(bytesSource(asset.bytes), name)
  const notesEnd = melody.notes.reduce((end, note) => Math.max(end, note.onsetSeconds + note.durationSeconds), 0)
  return {
    id,
    name,
    assetId: reader === null ? null : assetId,
    takeId: null,
    durationSeconds: reader === null ? Math.max(0.1, melody.durationSeconds, notesEnd) : reader.lengthSamples / reader.sampleRate,
    sampleRate: reader?.sampleRate ?? 44100,
    channelCount: reader?.channelCount === 2 ? 2 : 1,
    notes: melody.notes,
    recipe: null,
  }
}

const nameOf = (fileName: string): string => (fileName.split(/[\\/]/).pop() ?? '').replace(/\.[^.]+$/, '').slice(0, 200) || 'Sound'

/** A sound file of any kind that is known, kept as a WAV file of at most two channels. */
export const keepSoundFile = async (
  { env, library }: Pick<ServiceContext, 'env' | 'library'>,
  file: { fileName: string; bytes: Uint8Array },
): Promise<Source> => {
  const { channels, sampleRate, format } = await decodeAudio(file.bytes, { fileName: file.fileName })
  const pair = channels.slice(0, 2)
  const lengthSamples = pair[0]?.length ?? 0
  const isKeptAsItIs = format === 'wav' && channels.length <= 2
  // Read as it will be played, so that a file the mixdown could not open is refused now.
  if (isKeptAsItIs) readWavLayout(bytesSource(file.bytes), file.fileName)
  const wav = isKeptAsItIs ? file.bytes : encodeWav(pair, { sampleRate, bits: 24 })
  const assetId = library.transaction(() => library.assets.save(wav, 'wav', readTimestamp(env.clock)))
  return {
    id: createId('sound', env.clock, env.random),
    name: nameOf(file.fileName),
    assetId,
    takeId: null,
    durationSeconds: lengthSamples / sampleRate,
    sampleRate,
    channelCount: pair.length === 1 ? 1 : 2,
    notes: [],
    recipe: null,
  }
}
