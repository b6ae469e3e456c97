import type { Clip, Project, Source } from '#contract/project.ts'
import { listBeats } from '#arrangement/grid.ts'
import { fadeGain } from '#music/mix-law.ts'
import { dbToGain } from '#music/pitch.ts'

/**
 * What an arrangement plays, worked out without any sound device: pure, in whole samples of the project's rate. The engine's
 * mixdown (export/mix) is the reference; what is planned here is compared with it sample by sample.
 */

/** A piece of material that sounds without a break. */
export interface Run {
  readonly clip: Clip
  readonly source: Source
  /** On the timeline. */
  readonly startSample: number
  readonly lengthSamples: number
  /** Where in the material it begins; that of a reversed clip is the source played backwards. */
  readonly materialSample: number
}

export interface PlannedTrack {
  readonly trackId: string
  readonly runs: readonly Run[]
}

const planClip = (clip: Clip, source: Source, sampleRate: number, from: number, to: number): Run[] => {
  const toSamples = (seconds: number): number => Math.round(seconds * sampleRate)
  const clipStart = toSamples(clip.startSeconds)
  const end = Math.min(toSamples(clip.startSeconds + clip.durationSeconds), to)
  const offset = toSamples(clip.offsetSeconds)
  const loopStart = clip.loop === null ? 0 : toSamples(clip.loop.startSeconds)
  const loopEnd = clip.loop === null ? Infinity : Math.max(loopStart + 1, toSamples(clip.loop.endSeconds))
  const runs: Run[] = []
  for (let sample = Math.max(clipStart, from); sample < end;) {
    const straight = offset + sample - clipStart
    const materialSample = straight < loopEnd ? straight : loopStart + ((straight - loopEnd) % (loopEnd - loopStart))
    const lengthSamples = Math.min(end - sample, loopEnd - materialSample)
    runs.push({ clip, source, startSample: sample, lengthSamples, materialSample })
    sample += lengthSamples
  }
  return runs
}

/**
 * Everything that sounds in [fromSample, toSample) of the timeline, by tracks from top to bottom; tracks at rest are left out.
 * Mute, solo, pan and levels are the mixer's business and not in the plan.
 */
export const planSchedule = (project: Project, fromSample: number, toSample: number): PlannedTrack[] => {
  const sources = new Map(project.sources.filter(({ assetId }) => assetId !== null).map((source) => [source.id, source]))
  const byTrack = new Map<string, Run[]>()
  const { sampleRate } = project
  for (const clip of project.clips) {
    if (clip.startSeconds * sampleRate > toSample + 1) continue
    if ((clip.startSeconds + clip.durationSeconds) * sampleRate < fromSample - 1) continue
    const source = sources.get(clip.sourceId)
    const runs = source === undefined ? [] : planClip(clip, source, sampleRate, fromSample, toSample)
    if (runs.length > 0) byTrack.set(clip.trackId, [...(byTrack.get(clip.trackId) ?? []), ...runs])
  }
  return project.tracks.flatMap(({ id }) => {
    const runs = byTrack.get(id)
    return runs === undefined ? [] : [{ trackId: id, runs }]
  })
}

/** A source's sound at the project's rate: one array, or two for both sides. */
export type Material = readonly Float32Array[]

/** The sum of a track's runs over [fromSample, fromSample + lengthSamples), left and right, with clip gains and fades. */
export const renderRuns = (
  runs: readonly Run[],
  findMaterial: (source: Source) => Material | null,
  { sampleRate }: Pick<Project, 'sampleRate'>,
  fromSample: number,
  lengthSamples: number,
): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] => {
  const sides: [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] = [new Float32Array(lengthSamples), new Float32Array(lengthSamples)]
  for (const { clip, source, startSample, lengthSamples: count, materialSample } of runs) {
    const material = findMaterial(source)
    const first = material?.[0]
    if (material === null || first === undefined) continue
    const clipStart = Math.round(clip.startSeconds * sampleRate)
    const clipEnd = Math.round((clip.startSeconds + clip.durationSeconds) * sampleRate)
    const fadeIn = Math.round(clip.fadeIn.seconds * sampleRate)
    const fadeOut = Math.round(clip.fadeOut.seconds * sampleRate)
    const gain = dbToGain(clip.gainDb)
    for (const [side, out] of sides.entries()) {
      const pcm = material[side] ?? first
      for (let i = 0; i < count; i++) {
        const sample = startSample + i
        const at = materialSample + i
        const value = pcm[clip.isReversed ? pcm.length - 1 - at : at] ?? 0
        const rise = sample - clipStart < fadeIn ? fadeGain(clip.fadeIn.curve, (sample - clipStart) / fadeIn) : 1
        const fall = clipEnd - sample < fadeOut ? fadeGain(clip.fadeOut.curve, (clipEnd - sample) / fadeOut) : 1
        const place = sample - fromSample
        out[place] = (out[place] ?? 0) + value * gain * rise * fall
      }
    }
  }
  return sides
}

/** A stretch of the timeline that is played in one go. */
export interface Span {
  readonly fromSample: number
  readonly lengthSamples: number
}

/** The stretches that `count` samples of playing cover from a position on: straight on, or back at the loop's start at its end. */
export const walkTimeline = (
  fromSample: number,
  count: number,
  loop: { readonly startSample: number; readonly endSample: number } | null,
): { spans: Span[]; nextSample: number } => {
  const spans: Span[] = []
  let position = fromSample
  for (let left = count; left > 0;) {
    // A position behind the loop's end plays on to the end of the song.
    const untilLoop = loop !== null && position < loop.endSample ? loop.endSample - position : Infinity
    const lengthSamples = Math.min(left, untilLoop)
    spans.push({ fromSample: position, lengthSamples })
    position = lengthSamples === untilLoop && loop !== null ? loop.startSample : position + lengthSamples
    left -= lengthSamples
  }
  return { spans, nextSample: position }
}

/** The loop of a project in samples, or null where none is on. */
export const findLoop = ({
  loopRange,
  sampleRate,
}: Pick<Project, 'loopRange' | 'sampleRate'>): { startSample: number; endSample: number } | null => {
  if (loopRange === null || !loopRange.isOn) return null
  const startSample = Math.round(loopRange.startSeconds * sampleRate)
  return { startSample, endSample: Math.max(startSample + 1, Math.round(loopRange.endSeconds * sampleRate)) }
}

const CLICK_SECONDS = 0.045

/** One click of the metronome, higher on the first beat of a bar. */
export const makeClick = (sampleRate: number, isFirst: boolean): Float32Array<ArrayBuffer> => {
  const hz = isFirst ? 1760 : 1320
  return Float32Array.from({ length: Math.round(CLICK_SECONDS * sampleRate) }, (_, i) => {
    const t = i / sampleRate
    return 0.35 * Math.sin(2 * Math.PI * hz * t) * Math.exp(-t / 0.009)
  })
}

/** The metronome's clicks of a span. */
export const renderClicks = (project: Project, { fromSample, lengthSamples }: Span): Float32Array<ArrayBuffer> => {
  const { sampleRate } = project
  const out = new Float32Array(lengthSamples)
  const [first, other] = [makeClick(sampleRate, true), makeClick(sampleRate, false)]
  // A click that began before the span sounds on into it.
  const fromSeconds = Math.max(0, (fromSample - first.length) / sampleRate)
  for (const { seconds, beat } of listBeats(project, fromSeconds, (fromSample + lengthSamples) / sampleRate)) {
    const start = Math.round(seconds * sampleRate) - fromSample
    const click = beat === 1 ? first : other
    for (let i = Math.max(0, -start); i < click.length && start + i < lengthSamples; i++) out[start + i] = click[i] ?? 0
  }
  return out
}

/** Where an arrangement ends. */
export const measureEndSeconds = ({ clips }: Pick<Project, 'clips'>): number =>
  clips.reduce((end, clip) => Math.max(end, clip.startSeconds + clip.durationSeconds), 0)
