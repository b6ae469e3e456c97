/** Non-zero taps on each side of the centre: at the odd distances 1, 3, 5 … */
const SIDE_TAPS = 12
const BETA = 7

const besselI0 = (x: number): number => {
  let sum = 1
  for (let k = 1, term = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const TAPS = ((): Float64Array => {
  const taps = Float64Array.from({ length: SIDE_TAPS }, (_, i) => {
    const distance = 2 * i + 1
    const edge = distance / (2 * SIDE_TAPS + 1)
    const sinc = Math.sin((Math.PI * distance) / 2) / (Math.PI * distance)
    return (sinc * besselI0(BETA * Math.sqrt(1 - edge * edge))) / besselI0(BETA)
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => (tap * 0.25) / sum) // both sides together weigh as much as the centre's half
})()

/**
 * Half the sample rate, for listening only: flat to 0.8 of the new Nyquist frequency and some twenty times cheaper than `resample`;
 * what lies just above the new Nyquist frequency folds back to just below it.
 *
 * @param pcm  [S]
 * @returns    [ceil(S / 2)]; sample 0 stays sample 0
 * @source     half-band filter, Kaiser window: every other tap is zero
 */
export const halve = (pcm: Float32Array): Float32Array => {
  const output = new Float32Array(Math.ceil(pcm.length / 2))
  const reach = 2 * SIDE_TAPS
  for (let n = 0; n < output.length; n++) {
    const centre = 2 * n
    let sum = 0.5 * pcm[centre]
    if (centre >= reach && centre + reach < pcm.length) {
      // Two sums side by side: one alone waits for each addition.
      let other = 0
      for (let i = 0, d = 1; i < SIDE_TAPS; i += 2, d += 4) {
        sum += TAPS[i] * (pcm[centre - d] + pcm[centre + d])
        other += TAPS[i + 1] * (pcm[centre - d - 2] + pcm[centre + d + 2])
      }
      sum += other
    } else {
      for (let i = 0, d = 1; i < SIDE_TAPS; i++, d += 2) {
        const left = centre - d >= 0 ? pcm[centre - d] : 0
        const right = centre + d < pcm.length ? pcm[centre + d] : 0
        sum += TAPS[i] * (left + right)
      }
    }
    output[n] = sum
  }
  return output
}
