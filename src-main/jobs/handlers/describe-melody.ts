import type { Melody } from '#contract/melody.ts'
import { noteName } from '#music/pitch.ts'
import type { Measurements } from '#contract/library.ts'

/** What a written melody says of itself: its range, key, tempo and a caption made of them. */
export const describeMelody = (melody: Melody, instrument: string): Measurements => {
  const pitches = melody.notes.map(({ pitch }) => pitch)
  const pitchLow = pitches.reduce((low, pitch) => Math.min(low, pitch), Infinity)
  const pitchHigh = pitches.reduce((high, pitch) => Math.max(high, pitch), -Infinity)
  const isEmpty = pitches.length === 0
  const parts = [
    instrument === '' ? 'a melody' : `a melody for ${instrument}`,
    ...(isEmpty ? [] : [`from ${noteName(pitchLow)} to ${noteName(pitchHigh)}`]),
    ...(melody.key === undefined ? [] : [`in ${melody.key}`]),
    ...(melody.bpm === undefined ? [] : [`at ${Math.round(melody.bpm)} beats a minute`]),
  ]
  return {
    caption: parts.join(', '),
    key: melody.key ?? null,
    bpm: melody.bpm ?? null,
    pitchLow: isEmpty ? null : pitchLow,
    pitchHigh: isEmpty ? null : pitchHigh,
    register: null,
    articulation: null,
    dynamics: null,
    loudnessDb: null,
    quality: 1,
    marks: [],
    details: { noteCount: pitches.length },
  }
}
