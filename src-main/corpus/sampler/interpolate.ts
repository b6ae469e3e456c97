const TAPS = 16
const PHASES = 2048
const BETA = 8.5
const CUTOFF = 0.94

const besselI0 = (x: number): number => {
  let sum = 1
  let term = 1
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const makeTable = (): Float32Array => {
  const table = new Float32Array((PHASES + 1) * TAPS)
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0
    for (let tap = 0; tap < TAPS; tap++) {
      const x = tap - TAPS / 2 + 1 - phase / PHASES
      const edge = x / (TAPS / 2)
      const angle = Math.PI * CUTOFF * x
      const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle
      const value = Math.abs(edge) >= 1 ? 0 : sinc * besselI0(BETA * Math.sqrt(1 - edge * edge))
      table[phase * TAPS + tap] = value
      sum += value
    }
    for (let tap = 0; tap < TAPS; tap++) table[phase * TAPS + tap] /= sum
  }
  return table
}

const TABLE = makeTable()

/** Value between the samples, by a 16-tap Kaiser-windowed sinc; silence outside the recording. */
const readBetween = (pcm: Float32Array, position: number): number => {
  const whole = Math.floor(position)
  const row = Math.round((position - whole) * PHASES) * TAPS
  const start = whole - TAPS / 2 + 1
  if (start < 0 || start + TAPS > pcm.length) return 0
  let sum = 0
  for (let tap = 0; tap < TAPS; tap++) sum += TABLE[row + tap] * pcm[start + tap]
  return sum
}

/**
 * Reads a recording at a steady speed into `run`.
 *
 * @param pcm       recording
 * @param position  where to begin, samples
 * @param speed     recorded samples per read sample
 * @param run       receives its whole length of samples
 */
export const readRun = (pcm: Float32Array, position: number, speed: number, run: Float32Array): void => {
  for (let n = 0; n < run.length; n++) run[n] = readBetween(pcm, position + n * speed)
}
