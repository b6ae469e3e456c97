export interface ClippingMeter {
  push(pcm: Float32Array): void
  /** Share of all samples so far, 0..1. */
  read(): number
}

/** A ceiling this much higher than the one before makes what stood at the old one ordinary peaks. */
const CEILING_STEP = 1.003
/** Neighbours differ by less of the ceiling: a clipped top is flat, a rounded one is not. */
const FLATNESS = 1e-5
const SHORTEST_RUN = 3

/**
 * Counts the samples that stand still at the recording's own ceiling for three samples or more, block by block.
 * It has to hear the samples as they were recorded: resampling rounds clipped tops off.
 */
export const createClippingMeter = (): ClippingMeter => {
  let ceiling = 0
  let clipped = 0
  let total = 0
  let run = 0
  let last = 0
  return {
    push(pcm) {
      // Nearly every sample lies below the ceiling: one comparison settles it.
      let ordinary = ceiling / CEILING_STEP
      for (let n = 0; n < pcm.length; n++) {
        const level = Math.abs(pcm[n])
        if (level < ordinary || level === 0) {
          run = 0
          continue
        }
        if (level > ceiling * CEILING_STEP) clipped = 0
        if (level > ceiling) {
          ceiling = level
          ordinary = ceiling / CEILING_STEP
        }
        const before = n === 0 ? last : pcm[n - 1]
        run = Math.abs(pcm[n] - before) <= FLATNESS * ceiling ? run + 1 : 1
        if (run === SHORTEST_RUN) clipped += SHORTEST_RUN
        else if (run > SHORTEST_RUN) clipped++
      }
      if (pcm.length > 0) last = pcm[pcm.length - 1]
      total += pcm.length
    },
    read: () => clipped / Math.max(1, total),
  }
}

/**
 * Share of the samples that stand still at the recording's own ceiling.
 *
 * @param pcm  [S] as recorded, not resampled
 * @returns    0..1
 */
export const measureClipping = (pcm: Float32Array): number => {
  const meter = createClippingMeter()
  meter.push(pcm)
  return meter.read()
}
