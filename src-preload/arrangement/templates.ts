import { createProject, type MetreChange, type Project } from '#contract/project.ts'
import type { ProjectTemplate } from '#contract/project-methods.ts'
import { stepSeconds } from './grid.ts'
import { addMarker } from './time-edits.ts'
import { addTrack, changeTrack, type TrackChange } from './track-edits.ts'

/** What new arrangements begin with. */

interface Template {
  readonly bpm: number
  readonly metre: Omit<MetreChange, 'atTicks'>
  readonly tracks: readonly (TrackChange & { readonly name: string })[]
  /** Names of markers by the bar they stand at. */
  readonly markers: readonly (readonly [bar: number, name: string])[]
}

const COMMON_TIME = { beats: 4, unit: 4 } as const

const TEMPLATES: Readonly<Record<ProjectTemplate, Template>> = {
  sketch: { bpm: 120, metre: COMMON_TIME, tracks: [{ name: 'Violin' }], markers: [] },
  song: {
    bpm: 100,
    metre: COMMON_TIME,
    tracks: [{ name: 'Backing' }, { name: 'Violin', reverbSend: 0.15 }, { name: 'Hums' }],
    markers: [
      [1, 'Intro'],
      [5, 'Verse'],
      [13, 'Chorus'],
    ],
  },
  duet: {
    bpm: 92,
    metre: COMMON_TIME,
    tracks: [
      { name: 'Violin I', pan: -0.3, reverbSend: 0.2 },
      { name: 'Violin II', pan: 0.3, reverbSend: 0.2 },
    ],
    markers: [],
  },
  waltz: {
    bpm: 144,
    metre: { beats: 3, unit: 4 },
    tracks: [{ name: 'Accompaniment' }, { name: 'Violin', reverbSend: 0.2 }],
    markers: [
      [1, 'A'],
      [17, 'B'],
    ],
  },
}

export interface NewProject {
  readonly title: string
  /** Quarter notes a minute; the template's own where left out. */
  readonly bpm?: number
  createId(): string
}

export const startFromTemplate = (template: ProjectTemplate, { title, bpm, createId }: NewProject): Project => {
  const { metre, tracks, markers, bpm: ownBpm } = TEMPLATES[template]
  let project: Project = { ...createProject(title, bpm ?? ownBpm), metre: [{ atTicks: 0, ...metre }] }
  for (const { name, ...change } of tracks) {
    const id = createId()
    project = changeTrack(addTrack(project, { id, name }), id, change)
  }
  for (const [bar, name] of markers) {
    let atSeconds = 0
    for (let passed = 1; passed < bar; passed++) atSeconds = stepSeconds(project, atSeconds, 'bar', 1)
    project = addMarker(project, { id: createId(), atSeconds, name })
  }
  return project
}

/** An arrangement's tracks, mixer, tempo, metre and markers, without what is played on them. */
export const copyShape = (project: Project, title: string): Project => ({ ...project, title, sources: [], clips: [], loopRange: null })
