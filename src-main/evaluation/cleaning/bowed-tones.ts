import { createRandom } from '#main/foundation/random.ts'
import { midiToHz } from '#music/pitch.ts'

/** A note of the plainest violin: a sum of partials with an envelope. */
export interface BowedTone {
  readonly onsetSeconds: number
  readonly durationSeconds: number
  readonly pitch: number
  readonly levelDb?: number
  readonly vibratoCents?: number
  /** Time for 60 dB after the end; 0.12 s unless told. */
  readonly releaseSeconds?: number
}

const RATE = 44100
const ATTACK_SECONDS = 0.025
const VIBRATO_HZ = 5.5

/**
 * Plays tones whose every property is known.
 *
 * @param tones    notes
 * @param options  seconds of the whole; noiseDb: level of white noise under it; seed of that noise
 * @returns        [S] mono at 44.1 kHz
 */
export const playBowedTones = (
  tones: readonly BowedTone[],
  { seconds, noiseDb = -200, seed = 1 }: { seconds: number; noiseDb?: number; seed?: number },
): Float32Array => {
  const random = createRandom(seed)
  const noise = 10 ** (noiseDb / 20)
  const pcm = Float32Array.from({ length: Math.round(seconds * RATE) }, () => noise * random.normal())
  for (const { onsetSeconds, durationSeconds, pitch, levelDb = -20, vibratoCents = 0, releaseSeconds = 0.12 } of tones) {
    const freqHz = midiToHz(pitch)
    const partials = Math.min(50, Math.floor(16000 / freqHz))
    const amplitude = 10 ** (levelDb / 20)
    const end = Math.min(pcm.length, Math.round((onsetSeconds + durationSeconds + releaseSeconds) * RATE))
    let phase = 0
    for (let n = Math.round(onsetSeconds * RATE); n < end; n++) {
      const age = n / RATE - onsetSeconds
      phase += (2 * Math.PI * freqHz * 2 ** ((vibratoCents / 1200) * Math.sin(2 * Math.PI * VIBRATO_HZ * age))) / RATE
      const rise = Math.min(1, age / ATTACK_SECONDS)
      const fall = age < durationSeconds ? 1 : 10 ** ((-3 * (age - durationSeconds)) / releaseSeconds)
      let sample = 0
      // sin(k x) from the two before it
      const twice = 2 * Math.cos(phase)
      for (let order = 1, last = 0, now = Math.sin(phase); order <= partials; order++) {
        sample += now / order
        const next = twice * now - last
        last = now
        now = next
      }
      pcm[n] += amplitude * rise * fall * sample
    }
  }
  return pcm
}

/** A scale of equal notes, one after the other. */
export const makeScale = (
  pitches: readonly number[],
  {
    stepSeconds,
    soundingSeconds,
    startSeconds = 0.5,
    ...rest
  }: { stepSeconds: number; soundingSeconds: number; startSeconds?: number } & Partial<BowedTone>,
): BowedTone[] =>
  pitches.map((pitch, i) => ({ ...rest, pitch, onsetSeconds: startSeconds + i * stepSeconds, durationSeconds: soundingSeconds }))
