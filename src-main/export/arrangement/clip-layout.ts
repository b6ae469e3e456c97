import type { Clip, Fade, Project, Source } from '#contract/project.ts'
import type { Note } from '#contract/melody.ts'
import { PPQ, secondsToTicks, type TempoMap } from '#music/ticks.ts'

/** A stretch of material without a jump in it: what other programs call an item. */
export interface Stretch {
  readonly startSeconds: number
  readonly durationSeconds: number
  readonly offsetSeconds: number
  readonly fadeIn: Fade
  readonly fadeOut: Fade
}

const NO_FADE: Fade = { seconds: 0, curve: 'linear' }
/** Shorter rests of a loop than this are rounding, not music. */
const SHORTEST_SECONDS = 1e-6

/** A looping clip as the stretches it is heard in, one after the other; any other clip as the one it is. Fades stay at its ends. */
export const unrollClip = (clip: Clip): Stretch[] => {
  const stretches: Stretch[] = []
  let offset = clip.offsetSeconds
  let played = 0
  while (clip.durationSeconds - played > SHORTEST_SECONDS) {
    if (clip.loop !== null && offset >= clip.loop.endSeconds) {
      const length = clip.loop.endSeconds - clip.loop.startSeconds
      offset = clip.loop.startSeconds + ((offset - clip.loop.endSeconds) % length)
    }
    const durationSeconds = Math.min(clip.durationSeconds - played, clip.loop === null ? Infinity : clip.loop.endSeconds - offset)
    stretches.push({
      startSeconds: clip.startSeconds + played,
      durationSeconds,
      offsetSeconds: offset,
      fadeIn: played === 0 ? clip.fadeIn : NO_FADE,
      fadeOut: NO_FADE,
    })
    played += durationSeconds
    offset += durationSeconds
  }
  return stretches.map((stretch, i) => (i === stretches.length - 1 ? { ...stretch, fadeOut: clip.fadeOut } : stretch))
}

/** The notes that a clip sounds, in seconds from its start, cut where it is cut; none of a reversed clip. */
export const listClipNotes = (clip: Clip, source: Source): Note[] => {
  if (clip.isReversed) return []
  return unrollClip(clip).flatMap((stretch) =>
    source.notes.flatMap((note) => {
      const from = Math.max(note.onsetSeconds, stretch.offsetSeconds)
      const to = Math.min(note.onsetSeconds + note.durationSeconds, stretch.offsetSeconds + stretch.durationSeconds)
      if (to - from <= SHORTEST_SECONDS) return []
      return [
        { ...note, onsetSeconds: stretch.startSeconds - clip.startSeconds + from - stretch.offsetSeconds, durationSeconds: to - from },
      ]
    }),
  )
}

/** Beats (quarter notes) of a position; before 0 the first tempo goes on backwards. */
export const toBeats = (seconds: number, tempo: TempoMap): number => secondsToTicks(seconds, tempo) / PPQ

/** The source of a clip; a project that was checked has one. */
export const createSourceFinder = (project: Project): ((clip: Clip) => Source | undefined) => {
  const sources = new Map(project.sources.map((source) => [source.id, source]))
  return (clip) => sources.get(clip.sourceId)
}
