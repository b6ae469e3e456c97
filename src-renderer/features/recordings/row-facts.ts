import { noteName } from '#music/pitch.ts'
import { isSlice, type Row } from '#renderer/state/recordings.svelte.ts'

/** "G3–E6", or nothing. */
export const describePitches = ({ pitchLow, pitchHigh }: Row): string =>
  pitchLow === null || pitchHigh === null ? '' : `${noteName(Math.round(pitchLow))}–${noteName(Math.round(pitchHigh))}`

export const describeMeasure = (row: Row): string =>
  [row.key ?? '', row.bpm === null ? '' : `${Math.round(row.bpm)} BPM`].filter(Boolean).join(' · ')

/** The recording that a row is or belongs to. */
export const recordingIdOf = (row: Row): string => (isSlice(row) ? row.recordingId : row.id)
