import type { Clip, Fade, FadeCurve, Project, Source } from '#contract/project.ts'
import { toWholeSamples } from './grid.ts'

/**
 * What can be done to the clips of an arrangement. Each answers a new project and leaves the given one as it was; where nothing
 * can change, the same one. All places are rounded to whole samples of the project.
 */

const SHORTEST_SECONDS = 0.005

const changeClips = (project: Project, ids: readonly string[], change: (clip: Clip) => Clip): Project => {
  const wanted = new Set(ids)
  let hasChanged = false
  const clips = project.clips.map((clip) => {
    const changed = wanted.has(clip.id) ? change(clip) : clip
    hasChanged ||= changed !== clip
    return changed
  })
  return hasChanged ? { ...project, clips } : project
}

export const clipEndSeconds = (clip: Pick<Clip, 'startSeconds' | 'durationSeconds'>): number => clip.startSeconds + clip.durationSeconds

const findSource = (project: Project, clip: Clip): Source | undefined => project.sources.find(({ id }) => id === clip.sourceId)

/** Where in its material a clip is after `played` seconds. */
const materialAt = (clip: Clip, played: number): number => {
  const position = clip.offsetSeconds + played
  if (clip.loop === null || position < clip.loop.endSeconds) return position
  const { startSeconds, endSeconds } = clip.loop
  return startSeconds + ((position - endSeconds) % (endSeconds - startSeconds))
}

/** Fades that fit into the clip; the fade-in has its length first. */
const fitFades = (clip: Clip): Clip => {
  const fadeIn = Math.min(clip.fadeIn.seconds, clip.durationSeconds)
  const fadeOut = Math.min(clip.fadeOut.seconds, clip.durationSeconds)
  if (fadeIn === clip.fadeIn.seconds && fadeOut === clip.fadeOut.seconds) return clip
  return { ...clip, fadeIn: { ...clip.fadeIn, seconds: fadeIn }, fadeOut: { ...clip.fadeOut, seconds: fadeOut } }
}

export interface NewClip {
  readonly id: string
  readonly trackId: string
  readonly source: Source
  readonly startSeconds: number
}

/** Places a whole source on a track. */
export const addClip = (project: Project, { id, trackId, source, startSeconds }: NewClip): Project => {
  const none: Fade = { seconds: 0, curve: 'equalPower' }
  const clip: Clip = {
    id,
    trackId,
    sourceId: source.id,
    name: source.name,
    colour: null,
    startSeconds: toWholeSamples(startSeconds, project),
    durationSeconds: Math.max(1 / project.sampleRate, toWholeSamples(source.durationSeconds, project)),
    offsetSeconds: 0,
    gainDb: 0,
    fadeIn: none,
    fadeOut: none,
    isReversed: false,
    loop: null,
  }
  const isKnown = project.sources.some((other) => other.id === source.id)
  return { ...project, sources: isKnown ? project.sources : [...project.sources, source], clips: [...project.clips, clip] }
}

export const removeClips = (project: Project, ids: readonly string[]): Project => {
  const clips = project.clips.filter(({ id }) => !ids.includes(id))
  return clips.length === project.clips.length ? project : { ...project, clips }
}

/** Moves clips together, in time and by whole tracks; at the edges all of them stop where the first one does. */
export const moveClips = (project: Project, ids: readonly string[], move: { seconds: number; tracks: number }): Project => {
  const moved = project.clips.filter(({ id }) => ids.includes(id))
  if (moved.length === 0) return project
  const rowOf = new Map(project.tracks.map((track, row) => [track.id, row]))
  const rows = moved.map(({ trackId }) => rowOf.get(trackId) ?? 0)
  const seconds = Math.max(move.seconds, -Math.min(...moved.map(({ startSeconds }) => startSeconds)))
  const tracks = Math.max(-Math.min(...rows), Math.min(project.tracks.length - 1 - Math.max(...rows), move.tracks))
  if (seconds === 0 && tracks === 0) return project
  return changeClips(project, ids, (clip) => ({
    ...clip,
    startSeconds: toWholeSamples(clip.startSeconds + seconds, project),
    trackId: project.tracks[(rowOf.get(clip.trackId) ?? 0) + tracks]?.id ?? clip.trackId,
  }))
}

/** Moves the beginning of a clip; what it plays stays where it is. */
export const trimStart = (project: Project, id: string, toSeconds: number): Project =>
  changeClips(project, [id], (clip) => {
    const end = clipEndSeconds(clip)
    const earliest = Math.max(0, clip.startSeconds - clip.offsetSeconds)
    const start = toWholeSamples(Math.min(end - SHORTEST_SECONDS, Math.max(earliest, toSeconds)), project)
    if (start === clip.startSeconds || start >= end) return clip
    const offsetSeconds = toWholeSamples(materialAt(clip, start - clip.startSeconds), project)
    return fitFades({ ...clip, startSeconds: start, durationSeconds: toWholeSamples(end - start, project), offsetSeconds })
  })

/** Moves the end of a clip, no further than its material reaches unless it repeats. */
export const trimEnd = (project: Project, id: string, toSeconds: number): Project =>
  changeClips(project, [id], (clip) => {
    const source = findSource(project, clip)
    const left = source === undefined || clip.loop !== null ? Infinity : source.durationSeconds - clip.offsetSeconds
    // A clip that plays past its material already may stay as long as it is.
    const longest = Math.max(left, clip.durationSeconds)
    const duration = toWholeSamples(Math.min(longest, Math.max(SHORTEST_SECONDS, toSeconds - clip.startSeconds)), project)
    return duration === clip.durationSeconds ? clip : fitFades({ ...clip, durationSeconds: duration })
  })

/** Cuts clips in two at a place; those that do not sound there stay whole. The new ones are the right halves. */
export const splitClips = (project: Project, ids: readonly string[], atSeconds: number, createId: () => string): Project => {
  const at = toWholeSamples(atSeconds, project)
  const clips = project.clips.flatMap((clip) => {
    const played = at - clip.startSeconds
    if (!ids.includes(clip.id) || played < SHORTEST_SECONDS || clipEndSeconds(clip) - at < SHORTEST_SECONDS) return [clip]
    const left = { ...clip, durationSeconds: toWholeSamples(played, project), fadeOut: { ...clip.fadeOut, seconds: 0 } }
    const right = {
      ...clip,
      id: createId(),
      startSeconds: at,
      durationSeconds: toWholeSamples(clip.durationSeconds - played, project),
      offsetSeconds: toWholeSamples(materialAt(clip, played), project),
      fadeIn: { ...clip.fadeIn, seconds: 0 },
    }
    return [fitFades(left), fitFades(right)]
  })
  return clips.length === project.clips.length ? project : { ...project, clips }
}

/** Copies of clips, placed after the last of them ends, or at a place; answers the copies' ids too. */
export const duplicateClips = (
  project: Project,
  ids: readonly string[],
  createId: () => string,
  atSeconds?: number,
): { project: Project; ids: string[] } => {
  const originals = project.clips.filter(({ id }) => ids.includes(id))
  if (originals.length === 0) return { project, ids: [] }
  const first = Math.min(...originals.map(({ startSeconds }) => startSeconds))
  const target = atSeconds ?? Math.max(...originals.map(clipEndSeconds))
  const copies = originals.map((clip) => ({
    ...clip,
    id: createId(),
    startSeconds: toWholeSamples(clip.startSeconds - first + target, project),
  }))
  return { project: { ...project, clips: [...project.clips, ...copies] }, ids: copies.map(({ id }) => id) }
}

/** Repeats what a clip plays now so many times in all; 1 takes the repeat away. */
export const loopClip = (project: Project, id: string, times: number): Project =>
  changeClips(project, [id], (clip) => {
    const once = clip.loop === null ? clip.durationSeconds : clip.loop.endSeconds - clip.loop.startSeconds
    const start = clip.loop === null ? clip.offsetSeconds : clip.loop.startSeconds
    if (times <= 1 && clip.loop === null) return clip
    if (once < 0.002) return clip
    const durationSeconds = toWholeSamples(once * Math.max(1, times), project)
    const loop = times <= 1 ? null : { startSeconds: start, endSeconds: toWholeSamples(start + once, project) }
    return fitFades({ ...clip, offsetSeconds: start, durationSeconds, loop })
  })

/** Moves the material under a clip that stays where it is, as far as there is material. */
export const slipClip = (project: Project, id: string, bySeconds: number): Project =>
  changeClips(project, [id], (clip) => {
    const source = findSource(project, clip)
    const most = source === undefined ? Infinity : Math.max(clip.offsetSeconds, source.durationSeconds - clip.durationSeconds)
    const offset = toWholeSamples(Math.min(most, Math.max(0, clip.offsetSeconds + bySeconds)), project)
    if (offset === clip.offsetSeconds || clip.loop !== null) return clip
    return { ...clip, offsetSeconds: offset }
  })

export const setFade = (
  project: Project,
  ids: readonly string[],
  end: 'fadeIn' | 'fadeOut',
  fade: { seconds?: number; curve?: FadeCurve },
): Project =>
  changeClips(project, ids, (clip) => {
    const seconds = toWholeSamples(Math.min(clip.durationSeconds, fade.seconds ?? clip[end].seconds), project)
    const curve = fade.curve ?? clip[end].curve
    return seconds === clip[end].seconds && curve === clip[end].curve ? clip : { ...clip, [end]: { seconds, curve } }
  })

/**
 * Cross-fades clips with their followers on the same track. Where two of them only touch, both are drawn out by half of `seconds`
 * as far as their material goes.
 */
export const crossFade = (project: Project, ids: readonly string[], seconds: number): Project => {
  let result = project
  for (const track of project.tracks) {
    const row = project.clips
      .filter((clip) => clip.trackId === track.id && ids.includes(clip.id))
      .sort((a, b) => a.startSeconds - b.startSeconds || clipEndSeconds(a) - clipEndSeconds(b))
    for (let i = 0; i + 1 < row.length; i++) {
      const [a, b] = [row[i], row[i + 1]]
      if (a === undefined || b === undefined) continue
      if (clipEndSeconds(a) < b.startSeconds - 1 / project.sampleRate) continue
      if (clipEndSeconds(a) - b.startSeconds < 1 / project.sampleRate) {
        result = trimEnd(result, a.id, clipEndSeconds(a) + seconds / 2)
        result = trimStart(result, b.id, b.startSeconds - seconds / 2)
      }
      const left = result.clips.find(({ id }) => id === a.id) ?? a
      const right = result.clips.find(({ id }) => id === b.id) ?? b
      const overlap = Math.min(clipEndSeconds(left), clipEndSeconds(right)) - right.startSeconds
      if (overlap <= 0) continue
      result = setFade(result, [a.id], 'fadeOut', { seconds: overlap, curve: 'equalPower' })
      result = setFade(result, [b.id], 'fadeIn', { seconds: overlap, curve: 'equalPower' })
    }
  }
  return result
}

const LOUDEST_DB = 24
const SOFTEST_DB = -120

export const setClipGain = (project: Project, ids: readonly string[], gainDb: number): Project => {
  const level = Math.min(LOUDEST_DB, Math.max(SOFTEST_DB, gainDb))
  return changeClips(project, ids, (clip) => (clip.gainDb === level ? clip : { ...clip, gainDb: level }))
}

/** Plays what the clip plays now backwards, and forwards again. */
export const reverseClips = (project: Project, ids: readonly string[]): Project =>
  changeClips(project, ids, (clip) => {
    const length = toWholeSamples(findSource(project, clip)?.durationSeconds ?? 0, project)
    const mirror = (start: number, end: number): number => toWholeSamples(Math.max(0, length - end - start), project)
    if (clip.loop === null) {
      return { ...clip, isReversed: !clip.isReversed, offsetSeconds: mirror(clip.offsetSeconds, clip.durationSeconds) }
    }
    const once = clip.loop.endSeconds - clip.loop.startSeconds
    const start = mirror(clip.loop.startSeconds, once)
    return { ...clip, isReversed: !clip.isReversed, offsetSeconds: start, loop: { startSeconds: start, endSeconds: start + once } }
  })

export const setClipColour = (project: Project, ids: readonly string[], colour: string | null): Project =>
  changeClips(project, ids, (clip) => (clip.colour === colour ? clip : { ...clip, colour }))

export const renameClip = (project: Project, id: string, name: string): Project =>
  changeClips(project, [id], (clip) => (clip.name === name ? clip : { ...clip, name: name.slice(0, 200) }))
