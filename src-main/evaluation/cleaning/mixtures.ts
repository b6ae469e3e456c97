import { createRandom, type Random } from '#main/foundation/random.ts'

/** What is laid under a clean clip. */
export const DISTURBANCES = ['hiss', 'room', 'hum 50 Hz', 'hum 60 Hz', 'all'] as const
export type Disturbance = (typeof DISTURBANCES)[number]

export interface Mixture {
  /** [S] clean, and clean plus noise, of the same length */
  readonly clean: Float32Array
  readonly mixed: Float32Array
  readonly noise: Float32Array
}

/** Pause before the first note, as a recording has it: in it only the noise sounds. */
const PAUSE_SECONDS = 0.6

const addHiss = (noise: Float32Array, random: Random, gain: number): void => {
  for (let n = 0; n < noise.length; n++) noise[n] += gain * random.normal()
}

/** Ventilation: noise falling by 6 dB an octave above 60 Hz, and some wide-band air. */
const addRoom = (noise: Float32Array, sampleRate: number, random: Random): void => {
  const low = Math.exp((-2 * Math.PI * 60) / sampleRate)
  let state = 0
  for (let n = 0; n < noise.length; n++) {
    state = low * state + (1 - low) * random.normal()
    noise[n] += 8 * state + 0.05 * random.normal()
  }
}

/** A rectifier's hum: the mains and its harmonics, the even ones stronger, a little off the nominal frequency. */
const addHum = (noise: Float32Array, sampleRate: number, { mainsHz, random }: { mainsHz: number; random: Random }): void => {
  const exact = mainsHz * random.between(0.9985, 1.0015)
  for (let order = 1; order <= 14; order++) {
    const level = (order % 2 === 0 ? 1 : 0.5) / order ** 0.8
    const phase = random.between(0, 2 * Math.PI)
    const step = (2 * Math.PI * exact * order) / sampleRate
    for (let n = 0; n < noise.length; n++) noise[n] += level * Math.sin(phase + step * n)
  }
}

const energyOf = (pcm: Float32Array): number => pcm.reduce((sum, x) => sum + x * x, 0)

/**
 * A clean clip with known noise under it.
 *
 * @param clip        [S] clean samples
 * @param sampleRate  Hz
 * @param options     kind of noise; snrDb: energy of the clip over that of the noise, pause included; seed; offset: share of full scale
 * @returns           0.6 s of pause, then the clip
 */
export const mixNoise = (
  clip: Float32Array,
  sampleRate: number,
  { kind, snrDb, seed, offset = 0 }: { kind: Disturbance; snrDb: number; seed: number; offset?: number },
): Mixture => {
  const random = createRandom(seed)
  const pause = Math.round(PAUSE_SECONDS * sampleRate)
  const clean = new Float32Array(pause + clip.length)
  clean.set(clip, pause)
  const noise = new Float32Array(clean.length)
  if (kind === 'hiss') addHiss(noise, random, 1)
  if (kind === 'room' || kind === 'all') addRoom(noise, sampleRate, random)
  if (kind === 'all') addHiss(noise, random, 0.2)
  if (kind === 'hum 50 Hz' || kind === 'all') addHum(noise, sampleRate, { mainsHz: 50, random })
  if (kind === 'hum 60 Hz') addHum(noise, sampleRate, { mainsHz: 60, random })
  const gain = Math.sqrt(energyOf(clean) / energyOf(noise)) * 10 ** (-snrDb / 20)
  for (let n = 0; n < noise.length; n++) noise[n] *= gain
  return { clean, noise, mixed: clean.map((x, n) => x + noise[n] + offset) }
}
