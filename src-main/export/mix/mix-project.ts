import type { Project, Source, Track } from '#contract/project.ts'
import { isAudible, makeReverbImpulse, measureReverbSamples, panGains } from '#music/mix-law.ts'
import { dbToGain } from '#music/pitch.ts'
import { createConvolver } from './convolver.ts'
import { type PcmReader, readResampled } from './pcm-reader.ts'
import { clipEndSample, type ClipPlayer, createClipPlayer } from './play-clip.ts'

const BLOCK = 4096

/** The sound of a source at its own rate; null where there is none to be had, and its clips stay silent. */
export type OpenSource = (source: Source) => PcmReader | null

export interface MixOptions {
  /** Only this track, without the master's gain: a stem. All stems added up, times that gain, are the mix. */
  readonly trackId?: string
  /** Only this stretch of the timeline, with the reverb that sounds into it; from 0 to where all has died away where left out. */
  readonly range?: { readonly startSeconds: number; readonly endSeconds: number }
}

export type StereoBlock = readonly [left: Float32Array, right: Float32Array]

const readSourceIds = (project: Project): Set<string> =>
  new Set(project.sources.filter((source) => source.assetId !== null).map((source) => source.id))

/**
 * Length of the whole mix, and of every stem of it: to the end of the last clip, and of the reverb after the last that is sent there.
 *
 * @returns  samples at the project's rate
 */
export const measureMixSamples = (project: Project): number => {
  const withSound = readSourceIds(project)
  const wetTracks = new Set(
    project.tracks.filter((track) => track.reverbSend > 0 && isAudible(track, project.tracks)).map((track) => track.id),
  )
  const tail = measureReverbSamples(project.sampleRate, project.master.reverbSeconds)
  return project.clips.reduce((length, clip) => {
    if (!withSound.has(clip.sourceId)) return length
    return Math.max(length, clipEndSample(clip, project.sampleRate) + (wetTracks.has(clip.trackId) ? tail : 0))
  }, 0)
}

interface TrackPlayer {
  readonly clips: readonly ClipPlayer[]
  readonly leftGain: number
  readonly rightGain: number
  readonly reverbSend: number
}

const planTracks = (project: Project, openSource: OpenSource, tracks: readonly Track[]): TrackPlayer[] => {
  const readers = new Map<string, PcmReader | null>()
  const sources = new Map(project.sources.map((source) => [source.id, source]))
  const findReader = (sourceId: string): PcmReader | null => {
    const known = readers.get(sourceId)
    if (known !== undefined) return known
    const source = sources.get(sourceId)
    const reader = source === undefined || source.assetId === null ? null : openSource(source)
    const atRate = reader === null ? null : readResampled(reader, project.sampleRate)
    readers.set(sourceId, atRate)
    return atRate
  }
  return tracks.map((track) => {
    const clips = project.clips.flatMap((clip) => {
      const reader = clip.trackId === track.id ? findReader(clip.sourceId) : null
      return reader === null ? [] : [createClipPlayer(clip, reader)]
    })
    const pan = panGains(track.pan)
    const gain = dbToGain(track.gainDb)
    return { clips, leftGain: gain * pan.left, rightGain: gain * pan.right, reverbSend: track.reverbSend }
  })
}

/**
 * The reference mix, block by block: what the page plays is compared with this. Memory does not grow with the song.
 *
 * @param project     see #music/mix-law.ts for what gains, fades, pan, solo and sends mean
 * @param openSource  gives each source's sound
 * @param options     a stem, a range
 * @returns           stereo blocks at the project's rate, full scale = 1, not limited; joined they are `range` or the whole
 */
export function* mixBlocks(project: Project, openSource: OpenSource, { trackId, range }: MixOptions = {}): Generator<StereoBlock> {
  const { sampleRate, master } = project
  const audible = project.tracks.filter((track) => isAudible(track, project.tracks) && (trackId === undefined || track.id === trackId))
  const players = planTracks(project, openSource, audible)
  const first = range === undefined ? 0 : Math.round(range.startSeconds * sampleRate)
  const end = range === undefined ? measureMixSamples(project) : Math.round(range.endSeconds * sampleRate)
  const isWet = players.some((player) => player.reverbSend > 0 && player.clips.length > 0)
  const impulse = isWet ? makeReverbImpulse(sampleRate, master.reverbSeconds) : undefined
  const reverbs = impulse?.map((side) => createConvolver(side, BLOCK))
  const returnGain = dbToGain(master.reverbGainDb)
  const masterGain = trackId === undefined ? dbToGain(master.gainDb) : 1
  const makeBus = (): [Float64Array, Float64Array] => [new Float64Array(BLOCK), new Float64Array(BLOCK)]
  const track = makeBus()
  const dry = makeBus()
  const wet = makeBus()

  const begin = Math.max(0, first - (impulse?.[0].length ?? 0))
  for (let from = begin; from < end; from += BLOCK) {
    for (const side of [...dry, ...wet]) side.fill(0)
    for (const { clips, leftGain, rightGain, reverbSend } of players) {
      const sounding = clips.filter((clip) => clip.startSample < from + BLOCK && clip.endSample > from)
      if (sounding.length === 0) continue
      for (const side of track) side.fill(0)
      for (const clip of sounding) clip.addTo(track[0], track[1], from, BLOCK)
      for (const [side, gain] of [leftGain, rightGain].entries()) {
        for (let i = 0; i < BLOCK; i++) {
          const sample = track[side][i] * gain
          dry[side][i] += sample
          wet[side][i] += sample * reverbSend
        }
      }
    }
    const tails = reverbs?.map((reverb, side) => reverb.process(wet[side]))
    const skip = Math.min(BLOCK, Math.max(0, first - from))
    const count = Math.min(BLOCK, end - from) - skip
    if (count <= 0) continue
    const makeSide = (side: 0 | 1): Float32Array =>
      Float32Array.from({ length: count }, (_, i) => (dry[side][skip + i] + (tails?.[side][skip + i] ?? 0) * returnGain) * masterGain)
    yield [makeSide(0), makeSide(1)]
  }
}

/**
 * The whole reference mix in memory.
 *
 * @returns  left and right [S] at the project's rate, full scale = 1, not limited
 */
export const mixProject = (project: Project, openSource: OpenSource, options: MixOptions = {}): [Float32Array, Float32Array] => {
  const blocks = [...mixBlocks(project, openSource, options)]
  const length = blocks.reduce((sum, [left]) => sum + left.length, 0)
  const sides: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)]
  let offset = 0
  for (const block of blocks) {
    sides[0].set(block[0], offset)
    sides[1].set(block[1], offset)
    offset += block[0].length
  }
  return sides
}
