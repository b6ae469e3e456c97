import type { Random } from '#main/foundation/random.ts'

/** Pink-ish noise of unit power: white noise through three leaky integrators. @source Paul Kellet's economy filter */
export const createPinkNoise = (random: Random): (() => number) => {
  let b0 = 0
  let b1 = 0
  let b2 = 0
  return () => {
    const white = random.normal()
    b0 = 0.99765 * b0 + white * 0.099046
    b1 = 0.963 * b1 + white * 0.2965164
    b2 = 0.57 * b2 + white * 1.0526913
    return (b0 + b1 + b2 + white * 0.1848) / 2.35
  }
}

/** Adds noise scaled to `rms` in place. */
export const addNoise = (pcm: Float32Array, noise: () => number, rms: number): void => {
  for (let n = 0; n < pcm.length; n++) pcm[n] += rms * noise()
}

/** Adds mains hum of `rms` in place: the fundamental and overtones up to the seventh, mostly odd as from a transformer. */
export const addMains = (pcm: Float32Array, sampleRate: number, mainsHz: number, rms: number): void => {
  const partials = [1, 0.35, 0.5, 0.15, 0.25, 0.06, 0.12]
  const scale = (rms * Math.SQRT2) / Math.hypot(...partials)
  for (let n = 0; n < pcm.length; n++) {
    const angle = (2 * Math.PI * mainsHz * n) / sampleRate
    for (let k = 0; k < partials.length; k++) pcm[n] += scale * partials[k] * Math.sin((k + 1) * angle + k)
  }
}

/** A small room: four damped feedback delay lines mixed by a Hadamard matrix, at about -14 dB beside the direct sound. */
export const addRoom = (pcm: Float32Array, sampleRate: number, roomSeconds: number): Float32Array => {
  const lengths = [0.0113, 0.0151, 0.0197, 0.0239].map((seconds) => Math.round(seconds * sampleRate))
  const lines = lengths.map((length) => new Float32Array(length))
  const gains = lengths.map((length) => 10 ** ((-3 * length) / (sampleRate * roomSeconds)))
  const damped = [0, 0, 0, 0]
  const places = [0, 0, 0, 0]
  const out = new Float32Array(pcm.length)
  for (let n = 0; n < pcm.length; n++) {
    for (let i = 0; i < 4; i++) damped[i] += 0.6 * (lines[i][places[i]] - damped[i])
    const [a, b, c, d] = damped
    const mixed = [a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d]
    for (let i = 0; i < 4; i++) {
      lines[i][places[i]] = pcm[n] + 0.5 * mixed[i] * gains[i]
      places[i] = (places[i] + 1) % lengths[i]
    }
    out[n] = pcm[n] + 0.14 * (a - b + c - d)
  }
  return out
}
