import { createRealFft } from '#main/audio/spectral/fft.ts'
import type { Random } from '#main/foundation/random.ts'

const SPLIT_HZ = 1700
const TILT_DB = 22

/** Tilts the spectrum about 1.7 kHz frame by frame, in place: brightness 0.55 leaves it alone. */
export const tiltBrightness = (pcm: Float32Array, brightness: Float32Array, hop: number): void => {
  const a = 1 - Math.exp((-2 * Math.PI * SPLIT_HZ) / 44100)
  let low = 0
  for (let n = 0; n < pcm.length; n++) {
    const frame = Math.min(brightness.length - 1, n / hop)
    const whole = Math.floor(frame)
    const b = brightness[whole] + ((brightness[whole + 1] ?? brightness[whole]) - brightness[whole]) * (frame - whole)
    low += a * (pcm[n] - low)
    pcm[n] = low + (pcm[n] - low) * Math.exp((b - 0.55) * TILT_DB * 0.1151)
  }
}

export interface BowNoiseOptions {
  readonly hop: number
  /** [F] wished level, dBFS. */
  readonly levelDb: Float32Array
  readonly strokeSeconds: Float32Array
  /** Steady hiss below the tone, dB (negative). */
  readonly hissDb: number
  /** Scratch at a stroke's start below the tone, dB (negative). */
  readonly scratchDb: number
}

/** Adds the bow's hiss and the scratch of each stroke, in place. */
export const addBowNoise = (pcm: Float32Array, options: BowNoiseOptions, random: Random): void => {
  const { hop, levelDb, strokeSeconds } = options
  let stroke = 0
  let low = 0
  let high = 0
  for (let n = 0; n < pcm.length; n++) {
    const t = n / 44100
    while (stroke + 1 < strokeSeconds.length && strokeSeconds[stroke + 1] <= t + 0.004) stroke++
    const since = t - (strokeSeconds[stroke] ?? Infinity) + 0.004
    const level = levelDb[Math.min(levelDb.length - 1, Math.round(n / hop))]
    // Noise between 900 Hz and 7 kHz.
    low += 0.63 * (random.next() * 2 - 1 - low)
    high += 0.12 * (low - high)
    if (level <= -99) continue
    const scratch = since >= 0 && since < 0.2 ? 10 ** (options.scratchDb / 20) * Math.exp(-since / 0.022) * Math.min(1, since / 0.004) : 0
    pcm[n] += (low - high) * 2.6 * 10 ** (level / 20) * (10 ** (options.hissDb / 20) + scratch)
  }
}

/** Puts the clip into a small room, in place. */
export const addRoom = (pcm: Float32Array, { decaySeconds, wetDb }: { decaySeconds: number; wetDb: number }, random: Random): void => {
  const length = Math.round(decaySeconds * 44100)
  const size = 2 ** Math.ceil(Math.log2(pcm.length + length))
  const response = new Float64Array(size)
  let energy = 0
  let low = 0
  for (let n = 200; n < length; n++) {
    // The tail darkens as it decays; early on there are few reflections, later many.
    const isReflection = random.next() < Math.min(1, 0.01 + (n / 44100) * 12)
    const value = isReflection ? random.normal() * Math.exp((-6.9 * n) / length) : 0
    const damping = 0.75 - 0.5 * (n / length)
    low += damping * (value - low)
    response[n] = low
    energy += low * low
  }
  const scale = 10 ** (wetDb / 20) / Math.sqrt(energy + 1e-12)
  const fft = createRealFft(size)
  const half = size / 2 + 1
  const signal = new Float64Array(size)
  signal.set(pcm)
  const [aRe, aIm, bRe, bIm] = [new Float64Array(half), new Float64Array(half), new Float64Array(half), new Float64Array(half)]
  fft.forward(signal, aRe, aIm)
  fft.forward(response, bRe, bIm)
  for (let k = 0; k < half; k++) {
    const re = aRe[k] * bRe[k] - aIm[k] * bIm[k]
    aIm[k] = aRe[k] * bIm[k] + aIm[k] * bRe[k]
    aRe[k] = re
  }
  fft.inverse(aRe, aIm, signal)
  for (let n = 0; n < pcm.length; n++) pcm[n] += signal[n] * scale
}
