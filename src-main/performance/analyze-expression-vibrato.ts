/** Splits a note's pitch into what moves slowly and the vibrato on top of it. */

export interface VibratoFit {
  /** [N] cents, the vibrato itself as it was played. */
  readonly wave: Float64Array
  /** [N] cents, its peak, 0 where there is none. */
  readonly extentCents: Float64Array
  /** [N] Hz, 0 where there is none. */
  readonly rateHz: Float64Array
}

export const SLOWEST_VIBRATO_HZ = 3
export const FASTEST_VIBRATO_HZ = 8.5
const RATE_STEP_HZ = 0.25
const RATES = Array.from(
  { length: Math.round((FASTEST_VIBRATO_HZ - SLOWEST_VIBRATO_HZ) / RATE_STEP_HZ) + 1 },
  (_, k) => SLOWEST_VIBRATO_HZ + k * RATE_STEP_HZ,
)
/** Half the fitted stretch: 0.41 s in all, two periods of an ordinary vibrato. */
const HALF = 20
/** Near a note's ends the stretch stays inside the note, at least this far to either side. */
const SHORTEST_HALF = 11
/** Frames to either side whose rates are decided together. */
const RATE_HALF = 15
/** Frames to either side over which the extent may differ from its surroundings'. */
const EXTENT_HALF = 6
const LEAST_EXTENT_CENTS = 2
const WINDOW = Float64Array.from({ length: 2 * HALF + 1 }, (_, n) => 0.5 + 0.5 * Math.cos((Math.PI * (n - HALF)) / (HALF + 1)))

interface LocalFit {
  /** Level, slope per frame, cosine and sine about the centre frame. */
  readonly solution: Float64Array
  /** Weighted energy that the cosine and sine explain, beyond the line, and the energy that there was. */
  readonly explained: number
  readonly total: number
}

/** Solves a symmetric positive 4 x 4 system in place by elimination; tiny pivots leave their unknown at zero. */
const solve = (matrix: Float64Array, right: Float64Array, size: number): Float64Array => {
  const m = matrix.slice()
  const x = right.slice()
  for (let p = 0; p < size; p++) {
    const pivot = m[p * 4 + p] ?? 0
    for (let row = p + 1; row < size; row++) {
      const factor = pivot < 1e-9 ? 0 : (m[row * 4 + p] ?? 0) / pivot
      for (let column = p; column < size; column++) m[row * 4 + column] = (m[row * 4 + column] ?? 0) - factor * (m[p * 4 + column] ?? 0)
      x[row] = (x[row] ?? 0) - factor * (x[p] ?? 0)
    }
  }
  for (let p = size - 1; p >= 0; p--) {
    let value = x[p] ?? 0
    for (let column = p + 1; column < size; column++) value -= (m[p * 4 + column] ?? 0) * (x[column] ?? 0)
    const pivot = m[p * 4 + p] ?? 0
    x[p] = pivot < 1e-9 ? 0 : value / pivot
  }
  for (let p = size; p < 4; p++) x[p] = 0
  return x
}

/** Weighted least squares of a line and one sinusoid about frame `centre`. */
const fitAt = (cents: Float64Array, weights: Float64Array, centre: number, rateHz: number, frameRate: number): LocalFit => {
  const matrix = new Float64Array(16)
  const right = new Float64Array(4)
  const omega = (2 * Math.PI * rateHz) / frameRate
  // The sinusoid's values by rotation: one sine and one cosine for the whole stretch.
  const turnR = Math.cos(omega)
  const turnI = Math.sin(omega)
  const from = Math.max(0, centre - HALF)
  const to = Math.min(cents.length - 1, centre + HALF)
  let c = Math.cos(omega * (from - centre))
  let s = Math.sin(omega * (from - centre))
  let energy = 0
  for (let j = from; j <= to; j++) {
    const tau = (j - centre) / HALF
    const w = (weights[j] ?? 0) * (WINDOW[j - centre + HALF] ?? 0)
    const y = cents[j] ?? 0
    const basis = [1, tau, c, s] as const
    for (let p = 0; p < 4; p++) {
      const wp = w * (basis[p] ?? 0)
      right[p] = (right[p] ?? 0) + wp * y
      for (let q = p; q < 4; q++) matrix[p * 4 + q] = (matrix[p * 4 + q] ?? 0) + wp * (basis[q] ?? 0)
    }
    energy += w * y * y
    const next = c * turnR - s * turnI
    s = c * turnI + s * turnR
    c = next
  }
  for (let p = 0; p < 4; p++) for (let q = 0; q < p; q++) matrix[p * 4 + q] = matrix[q * 4 + p] ?? 0
  for (let p = 2; p < 4; p++) matrix[p * 5] = (matrix[p * 5] ?? 0) + 0.05 // keeps half-seen periods from growing without bound
  const energyOf = (solution: Float64Array): number => solution.reduce((sum, x, p) => sum + x * (right[p] ?? 0), 0)
  const line = energyOf(solve(matrix, right, 2))
  const solution = solve(matrix, right, 4)
  return { solution, explained: Math.max(0, energyOf(solution) - line), total: Math.max(0, energy - line) }
}

/** Which rate fits best around each frame, refined between the grid's steps. */
const chooseRates = (spectra: readonly Float64Array[]): Float64Array => {
  const size = RATES.length
  const sum = new Float64Array(size)
  const add = (row: Float64Array | undefined, sign: number): void => row?.forEach((value, k) => (sum[k] = (sum[k] ?? 0) + sign * value))
  for (let i = 0; i < RATE_HALF; i++) add(spectra[i], 1)
  return Float64Array.from(spectra, (_, i) => {
    add(spectra[i + RATE_HALF], 1)
    if (i > RATE_HALF) add(spectra[i - RATE_HALF - 1], -1)
    let best = 0
    for (let k = 1; k < size; k++) if ((sum[k] ?? 0) > (sum[best] ?? 0)) best = k
    const [left, top, right] = [sum[best - 1] ?? 0, sum[best] ?? 0, sum[best + 1] ?? 0]
    const bend = left - 2 * top + right
    const shift = best === 0 || best === size - 1 || bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (left - right)) / bend))
    return SLOWEST_VIBRATO_HZ + (best + shift) * RATE_STEP_HZ
  })
}

/**
 * Finds the vibrato of one note by least squares of a line and a sinusoid over 0.4 s around every frame.
 *
 * @param cents      [N] deviation from the note's pitch
 * @param weights    [N] 1 where the frame is to be trusted, 0 where not (unvoiced, sliding to another note)
 * @param frameRate  Hz
 * @returns          zeros where the note is shorter than a quarter of a second
 */
export const fitVibrato = (cents: Float64Array, weights: Float64Array, frameRate: number): VibratoFit => {
  const size = cents.length
  const wave = new Float64Array(size)
  const extentCents = new Float64Array(size)
  const rateHz = new Float64Array(size)
  if (size < 2 * SHORTEST_HALF + 1) return { wave, extentCents, rateHz }
  const centreOf = (i: number): number => Math.min(size - 1 - SHORTEST_HALF, Math.max(SHORTEST_HALF, i))
  const spectrumAt = (centre: number): Float64Array =>
    Float64Array.from(RATES, (rate) => fitAt(cents, weights, centre, rate, frameRate).explained)
  // Every third frame is enough to choose a rate by: what is chosen is a sum over thirty.
  const spectra: Float64Array[] = []
  for (let i = 0; i < size; i++) spectra.push(i % 3 === 0 ? spectrumAt(centreOf(i)) : (spectra[i - 1] ?? new Float64Array(RATES.length)))
  const rates = chooseRates(spectra)
  for (let i = 0; i < size; i++) {
    const centre = centreOf(i)
    const rate = rates[i] ?? SLOWEST_VIBRATO_HZ
    const { solution, explained, total } = fitAt(cents, weights, centre, rate, frameRate)
    const [level = 0, slope = 0, cosine = 0, sine = 0] = solution
    const omega = (2 * Math.PI * rate) / frameRate
    const waveAt = (j: number): number => cosine * Math.cos(omega * (j - centre)) + sine * Math.sin(omega * (j - centre))
    let shared = 0
    let own = 1e-9
    for (let j = Math.max(0, i - EXTENT_HALF); j <= Math.min(size - 1, i + EXTENT_HALF); j++) {
      const w = (weights[j] ?? 0) * (1 - Math.abs(j - i) / (EXTENT_HALF + 1))
      const value = waveAt(j)
      shared += w * value * ((cents[j] ?? 0) - level - (slope * (j - centre)) / HALF)
      own += w * value * value
    }
    const local = Math.max(0, Math.min(1.2, shared / own))
    const trust = Math.max(0, Math.min(1, ((total <= 0 ? 0 : explained / total) - 0.35) / 0.25))
    const extent = local * trust * Math.hypot(cosine, sine)
    if (extent < LEAST_EXTENT_CENTS) continue
    wave[i] = local * trust * waveAt(i)
    extentCents[i] = extent
    rateHz[i] = rate
  }
  return { wave, extentCents, rateHz }
}
