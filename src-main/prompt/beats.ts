import type { Articulation, Melody, Note } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'

/** A note or rest measured in quarter-note beats; what every text reader makes before the tempo is known. */
export interface Beat {
  readonly beats: number
  /** MIDI number, or null for a rest. */
  readonly pitch: number | null
  readonly articulation?: Articulation
  readonly isSlurred?: boolean
  readonly isAccented?: boolean
}

export const ORDINARY_VELOCITY = 0.7
const ACCENT_VELOCITY = 0.9
const MAXIMUM_NOTES = 5000

export const unreadable = (reason: string): EngineError => new EngineError('MELODY_UNREADABLE', { reason })

/** Times and sounds the beats. Rests before the first note are dropped; nothing else is moved. */
export const toMelody = (beats: readonly Beat[], bpm: number, key?: string): Melody => {
  const secondsPerBeat = 60 / bpm
  const notes: Note[] = []
  let position = 0
  for (const { beats: length, pitch, articulation, isSlurred, isAccented } of beats) {
    if (pitch === null && notes.length === 0) continue
    if (pitch !== null) {
      if (pitch < 0 || pitch > 127) throw unreadable('it holds a note beyond the range of any instrument')
      notes.push({
        onsetSeconds: position * secondsPerBeat,
        durationSeconds: length * secondsPerBeat,
        pitch,
        velocity: isAccented === true ? ACCENT_VELOCITY : ORDINARY_VELOCITY,
        confidence: 1,
        ...(articulation !== undefined && { articulation }),
        ...(isSlurred === true && { isSlurred }),
      })
    }
    position += length
  }
  const last = notes.at(-1)
  if (last === undefined) throw unreadable('it holds no notes')
  if (notes.length > MAXIMUM_NOTES) throw unreadable(`it holds ${notes.length} notes, more than ${MAXIMUM_NOTES}`)
  return { notes, durationSeconds: last.onsetSeconds + last.durationSeconds, bpm, ...(key !== undefined && { key }) }
}

export const MINIMUM_BPM = 20
export const MAXIMUM_BPM = 300

export const checkBpm = (bpm: number): number => {
  if (!(bpm >= MINIMUM_BPM && bpm <= MAXIMUM_BPM))
    throw unreadable(`a tempo of ${bpm} beats a minute cannot be played (${MINIMUM_BPM} to ${MAXIMUM_BPM} can)`)
  return bpm
}
