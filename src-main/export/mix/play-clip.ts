import type { Clip } from '#contract/project.ts'
import { fadeGain } from '#music/mix-law.ts'
import { dbToGain } from '#music/pitch.ts'
import type { PcmReader } from './pcm-reader.ts'

/** A clip on whole samples of the project's rate. */
export interface ClipPlayer {
  readonly startSample: number
  readonly endSample: number
  /** Adds the clip's part of [from, from + count) to both sides. */
  addTo(left: Float64Array, right: Float64Array, from: number, count: number): void
}

/** The end of a clip on the timeline, in samples; clips that were split in two leave neither gap nor overlap. */
export const clipEndSample = (clip: Clip, sampleRate: number): number => Math.round((clip.startSeconds + clip.durationSeconds) * sampleRate)

/**
 * How a clip sounds: material from its offset, repeated where it loops, backwards where it is reversed, times gain and fades.
 *
 * @param clip    as the timeline has it
 * @param reader  the source's sound at the project's rate
 */
export const createClipPlayer = (clip: Clip, reader: PcmReader): ClipPlayer => {
  const toSamples = (seconds: number): number => Math.round(seconds * reader.sampleRate)
  const startSample = toSamples(clip.startSeconds)
  const endSample = clipEndSample(clip, reader.sampleRate)
  const offset = toSamples(clip.offsetSeconds)
  const loopStart = clip.loop === null ? 0 : toSamples(clip.loop.startSeconds)
  const loopEnd = clip.loop === null ? Infinity : Math.max(loopStart + 1, toSamples(clip.loop.endSeconds))
  const gain = dbToGain(clip.gainDb)
  const fadeInSamples = toSamples(clip.fadeIn.seconds)
  const fadeOutSamples = toSamples(clip.fadeOut.seconds)

  /** Position in the material `played` samples after the clip began. */
  const positionAt = (played: number): number => {
    const position = offset + played
    return position < loopEnd ? position : loopStart + ((position - loopEnd) % (loopEnd - loopStart))
  }
  const readMaterial = (position: number, count: number): readonly Float32Array[] =>
    clip.isReversed
      ? reader.read(reader.lengthSamples - position - count, count).map((pcm) => pcm.slice().reverse())
      : reader.read(position, count)
  const gainAt = (sample: number): number => {
    const rise = sample - startSample < fadeInSamples ? fadeGain(clip.fadeIn.curve, (sample - startSample) / fadeInSamples) : 1
    const fall = endSample - sample < fadeOutSamples ? fadeGain(clip.fadeOut.curve, (endSample - sample) / fadeOutSamples) : 1
    return gain * rise * fall
  }

  return {
    startSample,
    endSample,
    addTo(left, right, from, count) {
      const end = Math.min(endSample, from + count)
      for (let sample = Math.max(startSample, from); sample < end;) {
        const position = positionAt(sample - startSample)
        const run = Math.min(end - sample, loopEnd - position)
        const channels = readMaterial(position, run)
        const leftPcm = channels[0]
        const rightPcm = channels[1] ?? leftPcm
        for (let i = 0; i < run; i++) {
          const level = gainAt(sample + i)
          left[sample + i - from] += leftPcm[i] * level
          right[sample + i - from] += rightPcm[i] * level
        }
        sample += run
      }
    },
  }
}
