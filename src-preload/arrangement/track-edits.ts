import type { Project, Track } from '#contract/project.ts'

/** What can be done to the tracks and the master; each answers a new project. */

/** Quiet colours that tell tracks apart in light and dark. */
export const TRACK_COLOURS = ['#4a8f6d', '#b9772f', '#5b78b8', '#a8577e', '#7d8a3c', '#3f8f9b', '#8a6bb0', '#a65a48'] as const

export const addTrack = (
  project: Project,
  track: { id: string; name: string; kind?: Track['kind'] },
  at = project.tracks.length,
): Project => {
  const used = new Set(project.tracks.map(({ colour }) => colour))
  const colour = TRACK_COLOURS.find((one) => !used.has(one)) ?? TRACK_COLOURS[project.tracks.length % TRACK_COLOURS.length] ?? '#4a8f6d'
  const added: Track = {
    kind: 'audio',
    colour,
    gainDb: 0,
    pan: 0,
    isMuted: false,
    isSoloed: false,
    reverbSend: 0,
    ...track,
  }
  return { ...project, tracks: project.tracks.toSpliced(at, 0, added) }
}

/** Takes a track out with all its clips. */
export const removeTrack = (project: Project, id: string): Project => {
  const tracks = project.tracks.filter((track) => track.id !== id)
  if (tracks.length === project.tracks.length) return project
  return { ...project, tracks, clips: project.clips.filter(({ trackId }) => trackId !== id) }
}

/** Moves a track up or down by rows. */
export const moveTrack = (project: Project, id: string, rows: number): Project => {
  const from = project.tracks.findIndex((track) => track.id === id)
  const to = Math.min(project.tracks.length - 1, Math.max(0, from + rows))
  const track = project.tracks[from]
  if (track === undefined || from === to) return project
  return { ...project, tracks: project.tracks.toSpliced(from, 1).toSpliced(to, 0, track) }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

export type TrackChange = Partial<Omit<Track, 'id' | 'kind'>>

export const changeTrack = (project: Project, id: string, change: TrackChange): Project => ({
  ...project,
  tracks: project.tracks.map((track) => {
    if (track.id !== id) return track
    const changed = { ...track, ...change }
    return {
      ...changed,
      name: changed.name.slice(0, 200),
      gainDb: clamp(changed.gainDb, -120, 24),
      pan: clamp(changed.pan, -1, 1),
      reverbSend: clamp(changed.reverbSend, 0, 1),
    }
  }),
})

export const changeMaster = (project: Project, change: Partial<Project['master']>): Project => {
  const master = { ...project.master, ...change }
  return {
    ...project,
    master: {
      gainDb: clamp(master.gainDb, -120, 24),
      reverbSeconds: clamp(master.reverbSeconds, 0.2, 6),
      reverbGainDb: clamp(master.reverbGainDb, -120, 24),
    },
  }
}
