import { laneAt, type Lanes } from '#contract/expression.ts'
import { ARTICULATIONS, type Note } from '#contract/melody.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { drawLoudness, SILENCE_DB } from './loudness-curve.ts'
import { drawPitch } from './pitch-curve.ts'
import { levelOfDynamics, planNotes } from './plan-notes.ts'

/** What drives the violin, frame by frame. Frame i stands for the moment i / frameRate. */
export interface ExpressionCurves {
  readonly frameRate: number
  readonly frames: number
  /** [F] Hz, always positive; held through rests. */
  readonly f0: Float32Array
  /** [F] the part of f0 that is vibrato, cents. */
  readonly vibratoCents: Float32Array
  /** [F] dBFS RMS, -100 where silent. */
  readonly loudnessDb: Float32Array
  /** [F] 0..1 */
  readonly brightness: Float32Array
  /** [F] index into ARTICULATIONS; held through rests. */
  readonly articulation: Uint8Array
  /** [F] seconds since the latest onset, at most 10 (10 before the first note). */
  readonly noteAge: Float32Array
  /** [F] seconds to the written end of the sounding note, 0 in rests. */
  readonly noteRemaining: Float32Array
  /** [F] 1 between a note's onset and its written end. */
  readonly isNote: Uint8Array
  /** Times of new bow strokes and plucks, seconds, ascending. */
  readonly strokeSeconds: Float32Array
}

export interface PerformOptions {
  readonly seed: number
  /** Length of the clip; the last note's end plus 0.4 s when left out. */
  readonly durationSeconds?: number
  readonly frameRate?: number
  /** 0..1: how far slurred leaps of a third and more slide; 0 when left out. */
  readonly portamento?: number
}

const MAX_AGE_SECONDS = 10

/**
 * Turns notes and expression lanes into what a violinist does.
 *
 * The notes are taken as they stand: `lanes.tempo` and `lanes.octave` are for the caller (see place-notes.ts).
 *
 * @param notes    in order, disjoint, one at a time, in clip time
 * @param lanes    expression lanes over the whole clip
 * @param options  seed; durationSeconds; frameRate in Hz (100 when left out); portamento 0..1
 * @returns        curves of F = floor(durationSeconds * frameRate) frames, a function of the arguments alone
 */
export const performNotes = (notes: readonly Note[], lanes: Lanes, options: PerformOptions): ExpressionCurves => {
  const frameRate = options.frameRate ?? 100
  const last = notes[notes.length - 1]
  const durationSeconds = options.durationSeconds ?? (last === undefined ? 0 : last.onsetSeconds + last.durationSeconds + 0.4)
  invariant(durationSeconds >= 0 && frameRate > 0, 'a performance needs a length and a frame rate')
  const frames = Math.floor(durationSeconds * frameRate + 1e-6)
  const random = createRandom(options.seed)
  const planned = planNotes(notes, lanes, durationSeconds, random.fork())
  const pitch = drawPitch(planned, frames, { frameRate, portamento: options.portamento ?? 0, random: random.fork() })
  const loudness = drawLoudness(planned, frames, { frameRate, random: random.fork() })

  const brightness = new Float32Array(frames)
  const articulation = new Uint8Array(frames).fill(ARTICULATIONS.indexOf(lanes.articulation))
  const noteAge = new Float32Array(frames).fill(MAX_AGE_SECONDS)
  const noteRemaining = new Float32Array(frames)
  const isNote = new Uint8Array(frames)
  let index = -1
  for (let i = 0; i < frames; i++) {
    const t = i / frameRate
    while (index + 1 < planned.length && t >= (planned[index + 1]?.onsetSeconds ?? Infinity) - 1e-9) index++
    const note = planned[index]
    const upcoming = planned[Math.max(0, index)]
    if (upcoming !== undefined) articulation[i] = ARTICULATIONS.indexOf(upcoming.articulation)
    if (note !== undefined) {
      noteAge[i] = Math.min(MAX_AGE_SECONDS, Math.max(0, t - note.onsetSeconds))
      isNote[i] = t < note.endSeconds - 1e-6 ? 1 : 0
      noteRemaining[i] = isNote[i] === 1 ? note.endSeconds - t : 0
    }
    // Louder bowing is brighter bowing.
    const level = loudness.loudnessDb[i] ?? SILENCE_DB
    const lift = level > SILENCE_DB ? Math.max(-0.25, Math.min(0.2, (level - levelOfDynamics(0.6)) * 0.012)) : 0
    const lane = laneAt(lanes.brightness, frames > 1 ? i / (frames - 1) : 0)
    brightness[i] = Math.min(1, Math.max(0, lane + lift))
  }
  return {
    frameRate,
    frames,
    f0: pitch.f0,
    vibratoCents: pitch.vibratoCents,
    loudnessDb: loudness.loudnessDb,
    brightness,
    articulation,
    noteAge,
    noteRemaining,
    isNote,
    strokeSeconds: loudness.strokeSeconds,
  }
}
