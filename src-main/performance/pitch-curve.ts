import { midiToHz } from '#music/pitch.ts'
import type { Random } from '#main/foundation/random.ts'
import type { PlannedNote } from './plan-notes.ts'

export interface PitchCurves {
  /** [F] Hz, vibrato included. */
  readonly f0: Float32Array
  /** [F] the vibrato's part of f0, cents. */
  readonly vibratoCents: Float32Array
}

const smoothStep = (x: number): number => {
  const t = Math.min(1, Math.max(0, x))
  return t * t * (3 - 2 * t)
}

/** A voice takes this long to slide into its note, by a factor of e. */
const SUNG_SCOOP_SECONDS = 0.07

/** Length of the finger's slide into a note, seconds: short in quick music, longer on slow slurred leaps. */
const glideLength = (from: PlannedNote, to: PlannedNote, portamento: number): number => {
  const shorter = Math.min(from.endSeconds - from.onsetSeconds, to.endSeconds - to.onsetSeconds)
  const leap = Math.abs(to.pitch - from.pitch)
  const finger = Math.min(0.012 + 0.012 * shorter, 0.03)
  if (to.bowStart !== 'slur') return Math.min(finger, 0.016)
  return leap >= 3 ? Math.min(finger + portamento * 0.12, 0.35 * shorter) : finger
}

/**
 * Fundamental frequency of a performance, without gaps: held through rests, crossing the midpoint of each
 * transition at the new note's onset.
 *
 * @param notes       planned notes in order
 * @param frames      F
 * @param options     frameRate in Hz; portamento 0..1, how far slurred leaps slide; random for jitter
 * @returns           [F] Hz and [F] cents of vibrato
 */
export const drawPitch = (
  notes: readonly PlannedNote[],
  frames: number,
  options: { frameRate: number; portamento: number; random: Random },
): PitchCurves => {
  const { frameRate, portamento, random } = options
  const midi = new Float64Array(frames)
  const vibratoCents = new Float32Array(frames)
  const firstPitch = notes[0]?.pitch ?? 69
  let noteIndex = -1
  let phase = 0
  let rateWander = 0
  let depthWander = 0
  let drift = 0
  for (let i = 0; i < frames; i++) {
    const t = i / frameRate
    while (noteIndex + 1 < notes.length && t >= (notes[noteIndex + 1]?.onsetSeconds ?? Infinity) - 1e-9) {
      noteIndex++
      if (notes[noteIndex]?.bowStart !== 'slur') phase = 0
    }
    const current = notes[Math.max(0, noteIndex)]
    if (current === undefined) {
      midi[i] = firstPitch
      continue
    }
    const next = notes[noteIndex + 1]
    const age = t - current.onsetSeconds
    const length = current.endSeconds - current.onsetSeconds

    rateWander = 0.97 * rateWander + 0.012 * random.normal()
    depthWander = 0.97 * depthWander + 0.05 * random.normal()
    drift = 0.985 * drift + 0.35 * random.normal()

    let pitch = current.pitch + (current.driftCents + Math.max(-4, Math.min(4, drift))) / 100
    if (current.sungScoopCents !== undefined) {
      if (age >= 0) pitch += (current.sungScoopCents / 100) * Math.exp(-age / SUNG_SCOOP_SECONDS)
    } else if (current.bowStart !== 'slur' && age >= 0) pitch += (current.scoopCents / 100) * Math.exp(-age / 0.04)

    let vibrato = 0
    if (age > 0 && current.vibratoDepthCents > 0) {
      const delay = Math.min(0.2, 0.3 * length)
      const fade = smoothStep((age - delay * 0.5) / Math.max(delay * 1.5, 0.1)) * smoothStep((current.endSeconds - t) / 0.12)
      phase += (current.vibratoRateHz * (1 + rateWander)) / frameRate
      vibrato = current.vibratoDepthCents * Math.min(1.05, 1 + depthWander) * fade * Math.sin(2 * Math.PI * phase)
    }
    vibratoCents[i] = vibrato

    // The hand moves just before the new note sounds.
    if (next !== undefined && current.nextOnsetSeconds < Infinity) {
      const scoopCents = next.sungScoopCents ?? (next.bowStart === 'slur' ? 0 : next.scoopCents)
      const target = next.pitch + (next.driftCents + scoopCents) / 100
      const isJoined = next.bowStart === 'slur' || next.onsetSeconds - current.endSeconds < 0.02
      const glide = isJoined ? glideLength(current, next, portamento) : 0.02
      const lead = isJoined ? 0.5 * glide : 0.03
      const mix = smoothStep((t - (next.onsetSeconds - lead)) / glide)
      pitch += (target - pitch) * mix
    }
    // The second half of a slide lies inside the new note.
    const previous = notes[noteIndex - 1]
    if (previous !== undefined && age < 0.2 && (current.bowStart === 'slur' || current.onsetSeconds - previous.endSeconds < 0.02)) {
      const glide = glideLength(previous, current, portamento)
      const mix = smoothStep((age + 0.5 * glide) / glide)
      pitch = previous.pitch + (pitch - previous.pitch) * mix
    }
    midi[i] = pitch
  }
  const f0 = new Float32Array(frames)
  for (let i = 0; i < frames; i++) f0[i] = midiToHz((midi[i] ?? 69) + (vibratoCents[i] ?? 0) / 100)
  return { f0, vibratoCents }
}
