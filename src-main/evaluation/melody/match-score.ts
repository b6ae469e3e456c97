import type { MatchScore } from '#contract/api.ts'
import type { Note } from '#contract/melody.ts'
import { segmentNotes } from '#main/audio/pitch/segment-notes.ts'
import { trackF0Mpm } from '#main/audio/pitch/track-f0-mpm.ts'
import type { F0Track, F0Tracker } from '#main/audio/pitch/track-f0.ts'
import { foldOctaves, hzToMidi } from '#music/pitch.ts'
import { median, scoreNotes } from './score-notes.ts'

const ONSET_TOLERANCE_SECONDS = 0.1
const PITCH_TOLERANCE_CENTS = 50
/** A glide or an attack at a note's beginning is not yet the note. */
const SETTLING_SECONDS = 0.04

/** Deviation in cents, octave-folded, of every voiced frame within a note; a note without any counts all its frames as wrong. */
const collectDeviations = (track: F0Track, notes: readonly Note[]): { cents: number[]; silentFrames: number } => {
  const cents: number[] = []
  let silentFrames = 0
  for (const note of notes) {
    const first = Math.ceil((note.onsetSeconds + Math.min(SETTLING_SECONDS, note.durationSeconds / 4)) / track.hopSeconds)
    const last = Math.floor((note.onsetSeconds + note.durationSeconds) / track.hopSeconds)
    const before = cents.length
    for (let i = first; i <= last && i < track.f0.length; i++) {
      if (track.f0[i] > 0) cents.push(Math.abs(foldOctaves(100 * (hzToMidi(track.f0[i]) - note.pitch))))
    }
    if (cents.length === before) silentFrames += Math.max(1, last - first + 1)
  }
  return { cents, silentFrames }
}

/** A tremolo is one note, however often the bow turns. */
const joinTremolo = (found: readonly Note[], intended: readonly Note[]): Note[] =>
  found.filter((note) => {
    const within = intended.find(
      ({ onsetSeconds, durationSeconds }) =>
        note.onsetSeconds > onsetSeconds + ONSET_TOLERANCE_SECONDS && note.onsetSeconds < onsetSeconds + durationSeconds,
    )
    return within?.articulation !== 'tremolo' || Math.abs(foldOctaves(100 * (note.pitch - within.pitch))) > 70
  })

/**
 * How a rendered take matches the notes it was to play, measured from its sound alone by a tracker that did not drive it.
 *
 * `rawPitchAccuracy` counts voiced frames within notes (a note that never sounds counts as all wrong); `onsetF1` wants onset
 * within 100 ms and pitch within 50 cents, octaves forgiven; `percent` is 60 parts pitch and 40 parts onsets.
 *
 * @param pcm            [S] mono samples of the take
 * @param sampleRate     Hz
 * @param intendedNotes  what the take was to play, at its own tempo and octave
 * @param tracker        the McLeod method unless told
 */
export const scoreMatch = (
  pcm: Float32Array,
  sampleRate: number,
  intendedNotes: readonly Note[],
  tracker: F0Tracker = trackF0Mpm,
): MatchScore => {
  const track = tracker(pcm, sampleRate, { fMin: 180, fMax: 3700 })
  const found = joinTremolo(segmentNotes(track, pcm, sampleRate), intendedNotes)
  const { cents, silentFrames } = collectDeviations(track, intendedNotes)
  const counted = cents.length + silentFrames
  const rawPitchAccuracy = counted === 0 ? 0 : cents.filter((value) => value <= PITCH_TOLERANCE_CENTS).length / counted
  const options = { onsetToleranceSeconds: ONSET_TOLERANCE_SECONDS, pitchToleranceCents: PITCH_TOLERANCE_CENTS, isOctaveFolded: true }
  const { f1, matches } = scoreNotes(intendedNotes, found, options)
  const onsetMs = matches.map(([i, j]) => 1000 * Math.abs(found[j].onsetSeconds - intendedNotes[i].onsetSeconds)) // s -> ms
  return {
    percent: Math.round(1000 * (0.6 * rawPitchAccuracy + 0.4 * f1)) / 10,
    rawPitchAccuracy,
    medianCents: median(cents),
    onsetF1: f1,
    medianOnsetMs: median(onsetMs),
    missedNotes: intendedNotes.length - matches.length,
    addedNotes: found.length - matches.length,
  }
}
