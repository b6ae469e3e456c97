/**
 * The one definition of how an arrangement sounds, for the page's playback and the engine's mixdown alike:
 *
 * mono material goes to both sides; clip = material * clip gain * fade-in * fade-out; track = sum of its clips * gain * balance;
 * reverb input = sum of audible tracks * their send; mix = (sum of audible tracks + reverb * return gain) * master gain.
 */

export type FadeShape = 'linear' | 'equalPower' | 'smooth'

/** Gain 0..1 at `position` 0..1 of a fade-in; a fade-out is the same read from its end. Two equal-power fades keep the power, two of the others the sum. */
export const fadeGain = (shape: FadeShape, position: number): number => {
  const x = Math.min(1, Math.max(0, position))
  if (shape === 'linear') return x
  return shape === 'equalPower' ? Math.sin((x * Math.PI) / 2) : x * x * (3 - 2 * x)
}

/** Gains of both sides at a pan of -1..1: the far side falls as a cosine, the near side stays, the centre leaves all as it is. */
export const panGains = (pan: number): { left: number; right: number } => {
  const fall = Math.cos((Math.min(1, Math.abs(pan)) * Math.PI) / 2)
  return { left: pan > 0 ? fall : 1, right: pan < 0 ? fall : 1 }
}

/** Whether a track is heard: not muted, and soloed where any track is. */
export const isAudible = (track: { isMuted: boolean; isSoloed: boolean }, tracks: readonly { isSoloed: boolean }[]): boolean =>
  !track.isMuted && (track.isSoloed || !tracks.some((other) => other.isSoloed))

const REVERB_PREDELAY_SECONDS = 0.012
const REVERB_DAMPING_HZ = 5000

/** How long the reverb sounds on, in samples. */
export const measureReverbSamples = (sampleRate: number, reverbSeconds: number): number =>
  Math.round(REVERB_PREDELAY_SECONDS * sampleRate) + Math.ceil(reverbSeconds * sampleRate)

/**
 * Impulse response of the reverb: noise that falls by 60 dB in `reverbSeconds`, darkened, each side its own, unit energy.
 * The same arguments give the same samples everywhere, so a ConvolverNode with `normalize = false` plays what the mixdown computes.
 */
export const makeReverbImpulse = (sampleRate: number, reverbSeconds: number): [Float32Array, Float32Array] => {
  const delay = Math.round(REVERB_PREDELAY_SECONDS * sampleRate)
  const length = measureReverbSamples(sampleRate, reverbSeconds)
  const damping = Math.exp((-2 * Math.PI * REVERB_DAMPING_HZ) / sampleRate)
  const makeSide = (seed: number): Float32Array => {
    const side = new Float64Array(length)
    let state = seed
    let low = 0
    let energy = 0
    for (let i = delay; i < length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0 // Numerical Recipes' linear congruential generator
      low = damping * low + (1 - damping) * (state / 2147483648 - 1)
      const t = (i - delay) / sampleRate
      side[i] = low * 10 ** ((-3 * t) / reverbSeconds)
      energy += (side[i] ?? 0) ** 2
    }
    return Float32Array.from(side, (x) => x / Math.sqrt(energy))
  }
  return [makeSide(0x1f1dd1e), makeSide(0x2bead)]
}
