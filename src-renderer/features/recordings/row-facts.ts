import { noteName } from '#music/pitch.ts'
import { isSlice, type Row } from '#renderer/state/recordings.svelte.ts'
import { formatTime, listWords as words } from './strings.ts'

/** "G3–E6", or nothing. */
export const describePitches = ({ pitchLow, pitchHigh }: Row): string =>
  pitchLow === null || pitchHigh === null ? '' : `${noteName(Math.round(pitchLow))}–${noteName(Math.round(pitchHigh))}`

export const describeMeasure = (row: Row): string =>
  [row.key ?? '', row.bpm === null ? '' : `${Math.round(row.bpm)} BPM`].filter(Boolean).join(' · ')

/** All that a line of the list shows, as one sentence for a screen reader. */
export const describeRow = (row: Row, similarity: number | undefined): string =>
  words.rowLabel([
    row.name,
    row.caption,
    formatTime(row.durationSeconds),
    describeMeasure(row),
    similarity === undefined ? words.quality(row.quality) : words.alike(similarity),
    row.marks.length === 0 ? '' : words.marks(row.marks.length),
    row.isKept ? '' : words.left,
  ])

/** The recording that a row is or belongs to. */
export const recordingIdOf = (row: Row): string => (isSlice(row) ? row.recordingId : row.id)
