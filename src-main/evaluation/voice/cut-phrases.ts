import type { Note } from '#contract/melody.ts'

/** A stretch of a recording with its notes, times from the stretch's own beginning. */
export interface Phrase {
  readonly name: string
  /** [S] mono */
  readonly pcm: Float32Array
  readonly notes: readonly Note[]
  /** The same notes with how each is played, where that is known: in a tremolo a bow that turns is no new note. */
  readonly scoredNotes?: readonly Note[]
  /** What it is to be like, in words; measured from the sound when left out. */
  readonly prompt?: string
}

const LONGEST_SECONDS = 15
const FEWEST_NOTES = 3
/** Sound kept before the first onset and after the last note's end: what a rendered clip has as well. */
const LEAD_SECONDS = 0.02
const RING_SECONDS = 0.5

/** Notes in runs of at most 15 seconds, parted at the longest rest. */
const splitNotes = (notes: readonly Note[]): Note[][] => {
  const first = notes[0]
  const last = notes[notes.length - 1]
  if (last.onsetSeconds + last.durationSeconds - first.onsetSeconds <= LONGEST_SECONDS || notes.length < 2 * FEWEST_NOTES)
    return [[...notes]]
  let best = FEWEST_NOTES
  let longest = -Infinity
  for (let i = FEWEST_NOTES; i <= notes.length - FEWEST_NOTES; i++) {
    const rest = notes[i].onsetSeconds - notes[i - 1].onsetSeconds - notes[i - 1].durationSeconds
    if (rest > longest) {
      longest = rest
      best = i
    }
  }
  return [...splitNotes(notes.slice(0, best)), ...splitNotes(notes.slice(best))]
}

/**
 * A recording as phrases short enough to compare one by one; the first note of each lies 20 ms in.
 *
 * @param recording pcm [S] mono at `sampleRate`, with its notes in order
 */
export const cutPhrases = (recording: Phrase, sampleRate: number): Phrase[] => {
  if (recording.notes.length === 0) return []
  const runs = splitNotes(recording.notes)
  return runs.map((run, index) => {
    const start = Math.max(0, run[0].onsetSeconds - LEAD_SECONDS)
    const next = runs[index + 1]?.[0].onsetSeconds ?? Infinity
    const last = run[run.length - 1]
    const end = Math.min(last.onsetSeconds + last.durationSeconds + RING_SECONDS, next - LEAD_SECONDS)
    return {
      name: runs.length === 1 ? recording.name : `${recording.name} (${index + 1})`,
      pcm: recording.pcm.slice(Math.round(start * sampleRate), Math.round(end * sampleRate)), // s -> samples
      notes: run.map((note) => ({ ...note, onsetSeconds: note.onsetSeconds - start })),
    }
  })
}
