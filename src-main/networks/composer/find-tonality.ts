import { MELODY_MODES } from '#contract/musical-wishes.ts'
import { MODE_STEPS, type Mode } from './config.ts'

export interface Tonality {
  /** Pitch class, 0 = C. */
  readonly tonic: number
  readonly mode: Mode
}

export interface WeighedPitch {
  /** MIDI number, rounded to a key of the keyboard. */
  readonly pitch: number
  readonly weight: number
}

/** Notes of the scale count for a tonality by their place in it, others against it. */
const STEP_WEIGHTS = [4.5, 2, 3.2, 2, 3.6, 2, 1.8]
const STRANGER = -3
const RAISED_SEVENTH = 11

/**
 * Tonic and mode that a melody's notes and its cadence fit best, among the four modes of the composer.
 *
 * @param notes   with their lengths as weights
 * @param cadence pitch that a phrase closes on, where it is known
 */
export const findTonality = (notes: readonly WeighedPitch[], cadence?: number): Tonality => {
  const weights = Array.from({ length: 12 }, () => 0)
  let total = 0
  for (const { pitch, weight } of notes) {
    weights[((Math.round(pitch) % 12) + 12) % 12] += weight
    total += weight
  }
  let best: Tonality = { tonic: 0, mode: 'major' }
  let bestFit = -Infinity
  for (const mode of MELODY_MODES) {
    for (let tonic = 0; tonic < 12; tonic++) {
      let fit = 0
      weights.forEach((weight, pitchClass) => {
        const step = (pitchClass - tonic + 12) % 12
        const degree = MODE_STEPS[mode].indexOf(step)
        const isLeading = mode === 'minor' && step === RAISED_SEVENTH
        fit += (weight / Math.max(total, 1e-9)) * (degree >= 0 ? STEP_WEIGHTS[degree] : isLeading ? 1.2 : STRANGER)
      })
      if (cadence !== undefined && (((Math.round(cadence) - tonic) % 12) + 12) % 12 === 0) fit += 0.6
      // Major and minor are commoner than the two between them.
      if (mode === 'dorian' || mode === 'mixolydian') fit -= 0.06
      if (fit > bestFit) {
        bestFit = fit
        best = { tonic, mode }
      }
    }
  }
  return best
}
