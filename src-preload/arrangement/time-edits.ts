import type { MetreChange, Project } from '#contract/project.ts'
import { type TempoChange, secondsToTicks, ticksToSeconds } from '#music/ticks.ts'
import { toWholeSamples } from './grid.ts'

/** Markers, the loop range, tempo and metre; each answers a new project. */

export const addMarker = (project: Project, marker: { id: string; atSeconds: number; name: string }): Project => ({
  ...project,
  markers: [...project.markers, { ...marker, atSeconds: toWholeSamples(marker.atSeconds, project) }].sort(
    (a, b) => a.atSeconds - b.atSeconds,
  ),
})

export const changeMarker = (project: Project, id: string, change: { atSeconds?: number; name?: string }): Project => ({
  ...project,
  markers: project.markers
    .map((marker) =>
      marker.id === id
        ? {
            ...marker,
            name: (change.name ?? marker.name).slice(0, 200),
            atSeconds: toWholeSamples(change.atSeconds ?? marker.atSeconds, project),
          }
        : marker,
    )
    .sort((a, b) => a.atSeconds - b.atSeconds),
})

export const removeMarker = (project: Project, id: string): Project => ({
  ...project,
  markers: project.markers.filter((marker) => marker.id !== id),
})

const SHORTEST_LOOP_SECONDS = 0.02

/** Draws the range that the transport repeats, in either direction, and turns it on. */
export const setLoopRange = (project: Project, fromSeconds: number, toSeconds: number): Project => {
  const startSeconds = toWholeSamples(Math.min(fromSeconds, toSeconds), project)
  const endSeconds = toWholeSamples(Math.max(fromSeconds, toSeconds), project)
  if (endSeconds - startSeconds < SHORTEST_LOOP_SECONDS) return project
  return { ...project, loopRange: { startSeconds, endSeconds, isOn: true } }
}

export const toggleLoop = (project: Project): Project =>
  project.loopRange === null ? project : { ...project, loopRange: { ...project.loopRange, isOn: !project.loopRange.isOn } }

/** Sets the tempo from a place on, or everywhere where the place is the start and there is no other change. */
export const setTempo = (project: Project, change: TempoChange): Project => {
  const bpm = Math.min(300, Math.max(20, change.bpm))
  const atTicks = Math.max(0, Math.round(change.atTicks))
  const tempo = [...project.tempo.filter((other) => other.atTicks !== atTicks), { atTicks, bpm }].sort((a, b) => a.atTicks - b.atTicks)
  return { ...project, tempo }
}

/** Sets the metre from a place on. */
export const setMetre = (project: Project, change: MetreChange): Project => {
  const metre = [...project.metre.filter((other) => other.atTicks !== change.atTicks), change].sort((a, b) => a.atTicks - b.atTicks)
  return { ...project, metre }
}

/** Takes a change of tempo and of metre at a place away; those at the start stay. Bars keep what lies in them. */
export const removeTimeChange = (project: Project, atTicks: number): Project =>
  atTicks === 0
    ? project
    : followTempo(
        {
          ...project,
          tempo: project.tempo.filter((change) => change.atTicks !== atTicks),
          metre: project.metre.filter((change) => change.atTicks !== atTicks),
        },
        project.tempo,
      )

/** Where bars begin is kept: the whole arrangement is stretched to another tempo map, clips keeping their lengths. */
export const followTempo = (project: Project, before: Project['tempo']): Project => {
  const carry = (seconds: number): number => toWholeSamples(ticksToSeconds(secondsToTicks(seconds, before), project.tempo), project)
  return {
    ...project,
    clips: project.clips.map((clip) => ({ ...clip, startSeconds: carry(clip.startSeconds) })),
    markers: project.markers.map((marker) => ({ ...marker, atSeconds: carry(marker.atSeconds) })),
    loopRange:
      project.loopRange === null
        ? null
        : { ...project.loopRange, startSeconds: carry(project.loopRange.startSeconds), endSeconds: carry(project.loopRange.endSeconds) },
  }
}
