import { ARTICULATIONS } from '#contract/melody.ts'

/** What the decoder is told per 100 Hz frame besides tokens. All arrays have length F. */
export interface CodecControls {
  /** Hz, continuous, > 0 (held through rests). */
  readonly f0: Float32Array
  /** RMS level in dBFS of a 1024-sample Hann window centred on the frame; -100 in silence. */
  readonly loudnessDb: Float32Array
  /** Score controls, absent in plain resynthesis. */
  readonly score?: {
    readonly brightness: Float32Array
    readonly articulation: Uint8Array
    /** Seconds since the note's onset. */
    readonly noteAge: Float32Array
    /** Seconds to the note's end. */
    readonly noteRemaining: Float32Array
    readonly isNote: Uint8Array
  }
}

/** Frames from..to of every curve, sharing its memory. */
export const cutControls = ({ f0, loudnessDb, score }: CodecControls, from: number, to: number): CodecControls => ({
  f0: f0.subarray(from, to),
  loudnessDb: loudnessDb.subarray(from, to),
  ...(score === undefined
    ? {}
    : {
        score: {
          brightness: score.brightness.subarray(from, to),
          articulation: score.articulation.subarray(from, to),
          noteAge: score.noteAge.subarray(from, to),
          noteRemaining: score.noteRemaining.subarray(from, to),
          isNote: score.isNote.subarray(from, to),
        },
      }),
})

const PITCH_LOW = 52
const PITCH_BINS = 56
const SCALARS = PITCH_BINS
const SCORE = SCALARS + 4

/** Columns of the control matrix. */
export const CONTROL_WIDTH = SCORE + 2 + ARTICULATIONS.length + 6

/**
 * Control features per frame: soft one-hot pitch, level, pitch slope, and, where given, the score's controls.
 *
 * @param controls F frames
 * @param hasScore false leaves the score columns at zero even where the score is known (conditioning dropout)
 * @returns        [F, CONTROL_WIDTH]
 */
export const encodeControls = (controls: CodecControls, hasScore: boolean): Float32Array => {
  const frames = controls.f0.length
  const result = new Float32Array(frames * CONTROL_WIDTH)
  const score = hasScore ? controls.score : undefined
  for (let frame = 0; frame < frames; frame++) {
    const row = frame * CONTROL_WIDTH
    const midi = 69 + 12 * Math.log2(Math.max(20, controls.f0[frame]) / 440) // Hz -> MIDI
    const position = Math.min(PITCH_BINS - 1.001, Math.max(0, midi - PITCH_LOW))
    const bin = Math.floor(position)
    result[row + bin] = 1 - (position - bin)
    result[row + bin + 1] = position - bin
    const level = controls.loudnessDb[frame]
    result[row + SCALARS] = Math.min(2, Math.max(-2, (level + 40) / 20))
    result[row + SCALARS + 1] = level < -80 ? 1 : 0
    result[row + SCALARS + 2] = (midi - 76) / 12
    const previous = controls.f0[Math.max(0, frame - 1)]
    const slope = 1200 * Math.log2(controls.f0[frame] / previous) // cents per frame
    result[row + SCALARS + 3] = Math.min(2, Math.max(-2, slope / 20))
    if (score === undefined) continue
    result[row + SCORE] = 1
    result[row + SCORE + 1] = 2 * score.brightness[frame] - 1
    result[row + SCORE + 2 + score.articulation[frame]] = 1
    const tail = row + SCORE + 2 + ARTICULATIONS.length
    const age = Math.max(0, score.noteAge[frame])
    const remaining = Math.max(0, score.noteRemaining[frame])
    result[tail] = Math.exp(-age / 0.02)
    result[tail + 1] = Math.exp(-age / 0.08)
    result[tail + 2] = Math.exp(-age / 0.3)
    result[tail + 3] = Math.exp(-remaining / 0.03)
    result[tail + 4] = Math.exp(-remaining / 0.15)
    result[tail + 5] = score.isNote[frame]
  }
  return result
}
