import type { Note, PitchTrack } from '#contract/melody.ts'
import { hzToMidi } from '#music/pitch.ts'

const SURE = 0.5

/** A take's measured pitch laid over the melody it was made from: its tempo and octave lanes are undone. */
export const toTakeCurve = (
  track: PitchTrack,
  lanes: { readonly tempo: number; readonly octave: number },
): { hopSeconds: number; pitches: (number | null)[] } => ({
  hopSeconds: track.hopSeconds * lanes.tempo,
  pitches: track.f0.map((freqHz, frame) =>
    freqHz > 0 && (track.voicing[frame] ?? 0) >= SURE ? hzToMidi(freqHz) - 12 * lanes.octave : null,
  ),
})

/** A measured pitch track as a drawable curve, moved by whole octaves to where the notes lie. */
export const toHumCurve = (
  track: PitchTrack | undefined,
  notes: readonly Note[],
): { hopSeconds: number; pitches: (number | null)[] } | null => {
  if (track === undefined) return null
  const raw = track.f0.map((freqHz, frame) => (freqHz > 0 && (track.voicing[frame] ?? 0) >= SURE ? hzToMidi(freqHz) : null))
  const distances = notes
    .flatMap((note) => {
      const middle = raw[Math.round((note.onsetSeconds + note.durationSeconds / 2) / track.hopSeconds)]
      return middle == null ? [] : [note.pitch - middle]
    })
    .sort((a, b) => a - b)
  const octaves = Math.round((distances[Math.floor(distances.length / 2)] ?? 0) / 12)
  return { hopSeconds: track.hopSeconds, pitches: raw.map((pitch) => (pitch === null ? null : pitch + 12 * octaves)) }
}
