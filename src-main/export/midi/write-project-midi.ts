import type { Clip, Project, Source } from '#contract/project.ts'
import type { Note } from '#contract/melody.ts'
import { createSourceFinder, listClipNotes, unrollClip } from '../arrangement/clip-layout.ts'
import { type LaneStretch, type MidiPart, writeMidiFile } from './write-midi.ts'

const PERCUSSION = 9

/** Channels 0..15 in turn, the one for percussion left out. */
const chooseChannel = (index: number): number => {
  const channel = index % 15
  return channel < PERCUSSION ? channel : channel + 1
}

/** The lanes of a take where they are heard: slip, trim and loops cut them as they cut the sound. */
const listLanes = (clip: Clip, source: Source): LaneStretch[] => {
  const { recipe, durationSeconds } = source
  if (recipe === null || clip.isReversed) return []
  const share = (seconds: number): number => Math.min(1, seconds / durationSeconds)
  return unrollClip(clip).map((stretch) => ({
    startSeconds: stretch.startSeconds,
    durationSeconds: stretch.durationSeconds,
    lanes: recipe.lanes,
    part: [share(stretch.offsetSeconds), share(stretch.offsetSeconds + stretch.durationSeconds)],
  }))
}

/**
 * The notes of an arrangement as a MIDI file: its tempo and metre map and markers, and a track for each of its tracks that has notes,
 * with CC11 dynamics, CC1 vibrato depth and CC19 vibrato rate from the takes' lanes, and pitch bends.
 */
export const writeProjectMidi = (project: Project): Uint8Array => {
  const findSource = createSourceFinder(project)
  const parts = project.tracks.flatMap((track): Omit<MidiPart, 'channel'>[] => {
    const clips = project.clips.filter((clip) => clip.trackId === track.id).sort((a, b) => a.startSeconds - b.startSeconds)
    const notes: Note[] = []
    const laneStretches: LaneStretch[] = []
    for (const clip of clips) {
      const source = findSource(clip)
      if (source === undefined) continue
      for (const note of listClipNotes(clip, source)) notes.push({ ...note, onsetSeconds: note.onsetSeconds + clip.startSeconds })
      laneStretches.push(...listLanes(clip, source))
    }
    notes.sort((a, b) => a.onsetSeconds - b.onsetSeconds)
    return notes.length === 0 ? [] : [{ name: track.name, notes, laneStretches }]
  })
  const key = project.sources.find((source) => source.recipe?.key !== undefined)?.recipe?.key
  return writeMidiFile(
    { tempo: project.tempo, metre: project.metre, markers: project.markers, ...(key !== undefined && { key }) },
    parts.map((part, index) => ({ ...part, channel: chooseChannel(index) })),
  )
}
