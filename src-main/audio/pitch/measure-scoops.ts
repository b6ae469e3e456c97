import type { Note, PitchTrack } from '#contract/melody.ts'
import { hzToMidi } from '#music/pitch.ts'

const SURE = 0.5
/** Where a note begins: from just before its onset on. */
const BEGIN_SECONDS = { from: -0.02, to: 0.06 }
/** After a note that it is joined to, only from here on. */
const JOINED_BEGIN_SECONDS = 0.01
const JOINED_GAP_SECONDS = 0.05
/** The pitch has settled after this long, if the note lasts. */
const SETTLED_SECONDS = 0.12
const RELEASE_SECONDS = 0.04
const MOST_CENTS = 300
/** Smaller beginnings beside the pitch are nobody's intention. */
const LEAST_CENTS = 15

const medianOf = (values: readonly number[]): number | null => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null

/**
 * How far from its own settled pitch the singer began each note: a scoop from below is negative.
 *
 * @param notes  in order, at the track's own time; their octave does not matter
 * @param track  f0 in Hz, 0 where unvoiced
 * @returns      the notes with `scoopCents`, -300..300, where both their beginning and their middle were voiced
 */
export const measureScoops = (notes: readonly Note[], track: PitchTrack): Note[] => {
  const pitches = track.f0.map((freqHz, i) => (freqHz > 0 && (track.voicing[i] ?? 0) >= SURE ? hzToMidi(freqHz) : null))
  const heard = (fromSeconds: number, toSeconds: number): number[] =>
    pitches
      .slice(Math.max(0, Math.round(fromSeconds / track.hopSeconds)), Math.max(0, Math.round(toSeconds / track.hopSeconds)))
      .flatMap((pitch) => pitch ?? [])
  return notes.map((note, i) => {
    const { onsetSeconds: onset, durationSeconds } = note
    const settledFrom = onset + Math.min(SETTLED_SECONDS, durationSeconds / 2)
    const middle = medianOf(heard(settledFrom, onset + durationSeconds - Math.min(RELEASE_SECONDS, durationSeconds / 4)))
    const before = notes[i - 1]
    const isJoined = before !== undefined && onset - before.onsetSeconds - before.durationSeconds < JOINED_GAP_SECONDS
    const begin = medianOf(heard(onset + (isJoined ? JOINED_BEGIN_SECONDS : BEGIN_SECONDS.from), onset + BEGIN_SECONDS.to).slice(0, 3))
    if (middle === null || begin === null) return note
    const cents = Math.max(-MOST_CENTS, Math.min(MOST_CENTS, 100 * (begin - middle)))
    return { ...note, scoopCents: Math.abs(cents) < LEAST_CENTS ? 0 : cents }
  })
}
