/** Loudness as an ear hears it, for playing two sounds equally loud: ITU-R BS.1770-4, one channel. */

interface Biquad {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

/** The two filters of the K weighting at any sample rate, from their analogue prototypes. */
const weighting = (sampleRate: number): readonly Biquad[] => {
  const shelf = Math.tan((Math.PI * 1681.974450955533) / sampleRate)
  const [high, band, q] = [10 ** (3.999843853973347 / 20), (10 ** (3.999843853973347 / 20)) ** 0.4996667741545416, 0.7071752369554196]
  const shelfNorm = 1 + shelf / q + shelf * shelf
  const pass = Math.tan((Math.PI * 38.13547087602444) / sampleRate)
  const passQ = 0.5003270373238773
  const passNorm = 1 + pass / passQ + pass * pass
  return [
    {
      b: [
        (high + (band * shelf) / q + shelf * shelf) / shelfNorm,
        (2 * (shelf * shelf - high)) / shelfNorm,
        (high - (band * shelf) / q + shelf * shelf) / shelfNorm,
      ],
      a: [(2 * (shelf * shelf - 1)) / shelfNorm, (1 - shelf / q + shelf * shelf) / shelfNorm],
    },
    { b: [1, -2, 1], a: [(2 * (pass * pass - 1)) / passNorm, (1 - pass / passQ + pass * pass) / passNorm] },
  ]
}

const toLufs = (power: number): number => -0.691 + 10 * Math.log10(power)
const SILENCE_LUFS = -70

/** Integrated loudness in LUFS, gated; -70 for silence. */
export const measureEarLoudness = (samples: Float32Array, sampleRate: number): number => {
  const filters = weighting(sampleRate).map((filter) => ({ ...filter, x1: 0, x2: 0, y1: 0, y2: 0 }))
  const step = Math.round(0.1 * sampleRate)
  const tenths = new Float64Array(Math.max(1, Math.ceil(samples.length / step)))
  for (let n = 0; n < samples.length; n++) {
    let value = samples[n] ?? 0
    for (const filter of filters) {
      const { b, a } = filter
      const out = b[0] * value + b[1] * filter.x1 + b[2] * filter.x2 - a[0] * filter.y1 - a[1] * filter.y2
      filter.x2 = filter.x1
      filter.x1 = value
      filter.y2 = filter.y1
      filter.y1 = out
      value = out
    }
    const tenth = Math.floor(n / step)
    tenths[tenth] = (tenths[tenth] ?? 0) + value * value
  }
  // Blocks of 400 ms, each beginning 100 ms after the one before.
  const blocks = Array.from({ length: Math.max(1, tenths.length - 3) }, (_, i) => {
    const part = tenths.subarray(i, i + 4)
    return part.reduce((sum, power) => sum + power, 0) / Math.min(4 * step, Math.max(1, samples.length - i * step))
  })
  const meanAbove = (gate: number): number => {
    const loud = blocks.filter((power) => power > 0 && toLufs(power) > gate)
    return loud.length === 0 ? 0 : loud.reduce((sum, power) => sum + power, 0) / loud.length
  }
  const ungated = meanAbove(SILENCE_LUFS)
  return ungated === 0 ? SILENCE_LUFS : toLufs(meanAbove(toLufs(ungated) - 10))
}
