import type { Clip, Project, Source } from '#contract/project.ts'
import { dbToGain } from '#music/pitch.ts'
import type { OpenSource } from '../mix/mix-project.ts'
import type { PcmReader } from '../mix/pcm-reader.ts'
import { createClipPlayer } from '../mix/play-clip.ts'
import { toAscii } from '../text/plain-text.ts'
import { encodeSoundFile } from '../wav/sound-facts.ts'

/** A sound file that an exported arrangement refers to. */
export interface AudioFile {
  /** Relative, with forward slashes, letters every file system takes. */
  readonly path: string
  readonly source: Source
  readonly channelCount: number
  readonly sampleRate: number
  readonly durationSeconds: number
  readonly bytes: Uint8Array
}

/** A name for files and folders: letters, digits, hyphens. */
export const makeFileName = (text: string, fallback: string): string =>
  toAscii(text)
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48) || fallback

/** Where in its file the sound of a clip lies. */
export interface PlacedSound {
  readonly file: AudioFile
  readonly offsetSeconds: number
  readonly loop: Clip['loop']
}

/** What a format cannot say about a clip is put into the sound that it refers to. */
export interface AudioFileOptions {
  readonly isGainBaked: boolean
  /** Whether a looping clip needs a file of its own, in which the loop is played out. */
  readonly isLoopBaked: (clip: Clip) => boolean
}

const render = (reader: PcmReader, gain: number, isReversed: boolean): readonly Float32Array[] => {
  const channels = reader.read(0, reader.lengthSamples).map((pcm) => (gain === 1 ? pcm : pcm.map((sample) => sample * gain)))
  return isReversed ? channels.map((pcm) => pcm.slice().reverse()) : channels
}

/** The clip as it is heard, from its start to its end, before its fades. */
const renderLoop = (reader: PcmReader, clip: Clip, gainDb: number): readonly Float32Array[] => {
  const noFade = { seconds: 0, curve: 'linear' as const }
  const player = createClipPlayer({ ...clip, startSeconds: 0, gainDb, fadeIn: noFade, fadeOut: noFade }, reader)
  const sides = [new Float64Array(player.endSample), new Float64Array(player.endSample)] as const
  player.addTo(sides[0], sides[1], 0, player.endSample)
  return sides.slice(0, reader.channelCount).map((side) => Float32Array.from(side))
}

/** Whether 24-bit integers can hold it. */
const fitsIntegers = (channels: readonly Float32Array[]): boolean =>
  channels.every((pcm) => pcm.every((sample) => sample >= -1 && sample < 1))

/**
 * The sound files of an arrangement, each source once, and once more for every way it is reversed (or louder, where gain is baked in),
 * and one for each loop that is played out.
 *
 * @param openSource  gives each source's sound
 * @returns           the files, and for each clip that has sound its file
 */
export const collectAudioFiles = (
  project: Project,
  openSource: OpenSource,
  { isGainBaked, isLoopBaked }: AudioFileOptions,
): { files: AudioFile[]; soundOf: ReadonlyMap<Clip, PlacedSound> } => {
  const sources = new Map(project.sources.map((source) => [source.id, source]))
  const files = new Map<string, AudioFile>()
  const soundOf = new Map<Clip, PlacedSound>()
  const taken = new Set<string>()
  for (const clip of project.clips) {
    const source = sources.get(clip.sourceId)
    if (source === undefined || source.assetId === null) continue
    const gainDb = isGainBaked ? clip.gainDb : 0
    const isPlayedOut = clip.loop !== null && isLoopBaked(clip)
    const key = `${source.id} ${clip.isReversed} ${gainDb} ${isPlayedOut ? clip.id : ''}`
    let file = files.get(key)
    if (file === undefined) {
      const reader = openSource(source)
      if (reader === null) continue
      const stem = `audio/${makeFileName(source.name, 'sound')}${clip.isReversed ? '-reversed' : ''}${isPlayedOut ? '-looped' : ''}`
      let path = `${stem}.wav`
      for (let count = 2; taken.has(path.toLowerCase()); count++) path = `${stem}-${count}.wav`
      taken.add(path.toLowerCase())
      const channels = isPlayedOut ? renderLoop(reader, clip, gainDb) : render(reader, dbToGain(gainDb), clip.isReversed)
      const { sampleRate } = reader
      const facts = { title: source.name, ...(source.recipe !== null && { recipe: source.recipe }) }
      file = {
        path,
        source,
        channelCount: channels.length,
        sampleRate,
        durationSeconds: (channels[0]?.length ?? 0) / sampleRate,
        bytes: encodeSoundFile(channels, { sampleRate, bits: fitsIntegers(channels) ? 24 : 32 }, facts),
      }
      files.set(key, file)
    }
    soundOf.set(clip, isPlayedOut ? { file, offsetSeconds: 0, loop: null } : { file, offsetSeconds: clip.offsetSeconds, loop: clip.loop })
  }
  return { files: [...files.values()], soundOf }
}
