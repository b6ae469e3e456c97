export interface Level {
  readonly peakDb: number
  readonly rmsDb: number
}

const toDb = (gain: number): number => 20 * Math.log10(Math.max(gain, 1e-5))

/** Peak and mean level of a block, in dBFS; silence is -100. */
export const measureLevel = (block: Float32Array): Level => {
  let peak = 0
  let power = 0
  for (const sample of block) {
    peak = Math.max(peak, Math.abs(sample))
    power += sample * sample
  }
  return { peakDb: toDb(peak), rmsDb: toDb(Math.sqrt(power / Math.max(1, block.length))) }
}
