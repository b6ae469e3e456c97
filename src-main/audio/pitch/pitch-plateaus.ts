/** A stretch of frames that one pitch explains. */
export interface Plateau {
  /** First frame and the frame after the last. */
  first: number
  end: number
  pitch: number
}

/** States per semitone of the pitch grid. */
const RESOLUTION = 5
/** Deviation from a plateau, in semitones, beyond which a frame is simply wrong; what lies beyond counts little, but centres glides. */
const WORST_DEVIATION = 1.5
const BEYOND = 0.03
/** What a change of note costs, in frames times semitones at 10 ms: a semitone must last about this many frames to count. */
const CHANGE_COST = 6
/** Notes nearer than this are one wavering note. */
const LEAST_STEP = 0.7

/**
 * Cuts a voiced stretch into plateaus: the piecewise constant pitch with the least deviation plus a price per change. Nothing is
 * assumed about the tuning, so a quarter tone flat or a slow drift needs no repair; vibrato and scoops are too brief to pay the price.
 *
 * @param pitch  [F] MIDI keys every 10 ms; NaN where a frame says nothing
 * @returns      plateaus in order that tile 0..F
 * @source       Viterbi search; the note model of Mauch et al. 2015 (Tony) without its tuning grid
 */
export const findPlateaus = (pitch: Float64Array): Plateau[] => {
  let low = Infinity
  let high = -Infinity
  for (const value of pitch) {
    if (Number.isNaN(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (high < low) return []
  const base = Math.floor(low) - 1
  const states = (Math.ceil(high) + 1 - base) * RESOLUTION + 1
  const least = Math.round(LEAST_STEP * RESOLUTION)
  let scores = new Float64Array(states)
  let next = new Float64Array(states)
  const back = pitch.length * states < 5e7 ? new Int16Array(pitch.length * states) : null
  if (back === null) return splitInTwo(pitch)
  const fromLeft = new Int16Array(states)
  const fromRight = new Int16Array(states)
  for (let t = 0; t < pitch.length; t++) {
    for (let s = 1; s < states; s++) fromLeft[s] = scores[s] < scores[fromLeft[s - 1]] ? s : fromLeft[s - 1]
    fromRight[states - 1] = states - 1
    for (let s = states - 2; s >= 0; s--) fromRight[s] = scores[s] < scores[fromRight[s + 1]] ? s : fromRight[s + 1]
    for (let s = 0; s < states; s++) {
      let best = scores[s]
      let from = s
      if (t > 0 && s - least >= 0 && scores[fromLeft[s - least]] + CHANGE_COST < best) {
        from = fromLeft[s - least]
        best = scores[from] + CHANGE_COST
      }
      if (t > 0 && s + least < states && scores[fromRight[s + least]] + CHANGE_COST < best) {
        from = fromRight[s + least]
        best = scores[from] + CHANGE_COST
      }
      const deviation = Number.isNaN(pitch[t]) ? 0 : Math.abs(pitch[t] - base - s / RESOLUTION)
      next[s] = best + (deviation < WORST_DEVIATION ? deviation : WORST_DEVIATION + BEYOND * (deviation - WORST_DEVIATION))
      back[t * states + s] = from
    }
    ;[scores, next] = [next, scores]
  }
  let at = 0
  for (let s = 1; s < states; s++) if (scores[s] < scores[at]) at = s
  const plateaus: Plateau[] = []
  let end = pitch.length
  for (let t = pitch.length - 1; t >= 0; t--) {
    const from = t === 0 ? -1 : back[t * states + at]
    if (from === at) continue
    plateaus.push({ first: t, end, pitch: base + at / RESOLUTION })
    end = t
    at = from
  }
  return plateaus.reverse()
}

/** Very long stretches are searched in halves to bound the memory. */
const splitInTwo = (pitch: Float64Array): Plateau[] => {
  const middle = pitch.length >> 1
  const right = findPlateaus(pitch.subarray(middle)).map((plateau) => ({
    ...plateau,
    first: plateau.first + middle,
    end: plateau.end + middle,
  }))
  return [...findPlateaus(pitch.subarray(0, middle)), ...right]
}
