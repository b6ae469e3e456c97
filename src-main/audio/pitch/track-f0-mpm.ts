import { PitchDetector } from 'pitchy'
import { resample } from '#main/audio/io/resample.ts'
import type { F0Tracker } from './track-f0.ts'

const CLARITY = 0.8
const WINDOW_LARGE = 2048
const WINDOW_SMALL = 1024
/** Above this pitch the short window resolves more and smears less. */
const SMALL_FROM_HZ = 300

/** Median of the voiced values among five neighbours; frames whose pitch leaves it by more than a third of an octave are octave slips. */
const mendSlips = (f0: Float32Array): void => {
  const source = Float32Array.from(f0)
  for (let i = 0; i < f0.length; i++) {
    if (source[i] === 0) continue
    const near = Array.from(source.subarray(Math.max(0, i - 4), i + 5))
      .filter((hz) => hz > 0)
      .sort((a, b) => a - b)
    const middle = near[near.length >> 1]
    const octaves = Math.round(Math.log2(source[i] / middle))
    if (octaves !== 0 && near.length >= 5) f0[i] = source[i] / 2 ** octaves
  }
  // a voiced island of one or two frames is chance
  for (let i = 0; i < f0.length;) {
    if (f0[i] === 0) {
      i++
      continue
    }
    let end = i
    while (end < f0.length && f0[end] > 0) end++
    if (end - i < 3) f0.fill(0, i, end)
    i = end
  }
}

/**
 * Pitch by the McLeod method, frame by frame, with a median filter against octave slips. Independent of `trackF0`: it shares
 * no candidate search and no path, and exists to score what `trackF0` has driven.
 *
 * @param pcm         [S] mono samples of one clean instrument
 * @param sampleRate  Hz, any
 * @param options     fMin, fMax in Hz (180..3700, the violin with a margin), hopSeconds (0.01)
 * @returns           f0 [F] in Hz, 0 where unclear or 45 dB below the loudest, and voicing [F] 0..1
 * @source            McLeod and Wyvill 2005 through the package pitchy
 */
export const trackF0Mpm: F0Tracker = (pcm, sampleRate, { fMin = 180, fMax = 3700, hopSeconds = 0.01 } = {}) => {
  const rate = 44100
  const samples = sampleRate === rate ? pcm : resample(pcm, sampleRate, rate)
  const count = pcm.length === 0 ? 0 : 1 + Math.floor(pcm.length / sampleRate / hopSeconds + 1e-9)
  const f0 = new Float32Array(count)
  const voicing = new Float32Array(count)
  const large = PitchDetector.forFloat32Array(WINDOW_LARGE)
  const small = PitchDetector.forFloat32Array(WINDOW_SMALL)
  large.clarityThreshold = 0.9
  small.clarityThreshold = 0.9
  const buffer = new Float32Array(WINDOW_LARGE)
  const cut = (centre: number, length: number): { window: Float32Array; power: number } => {
    const window = buffer.subarray(0, length)
    let power = 0
    for (let n = 0; n < length; n++) {
      const at = centre - (length >> 1) + n
      window[n] = at >= 0 && at < samples.length ? samples[at] : 0
      power += window[n] * window[n]
    }
    return { window, power: power / length }
  }
  const powers = Float64Array.from(f0, (_, i) => cut(Math.round(i * hopSeconds * rate), WINDOW_SMALL).power)
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0)
  const least = Math.max(loudest * 10 ** -4.5, 1e-10) // -45 dB
  for (let i = 0; i < count; i++) {
    if (powers[i] < least) continue
    const centre = Math.round(i * hopSeconds * rate)
    let [freqHz, clarity] = large.findPitch(cut(centre, WINDOW_LARGE).window, rate)
    if (freqHz > SMALL_FROM_HZ || clarity < CLARITY) {
      const again = small.findPitch(cut(centre, WINDOW_SMALL).window, rate)
      if (again[1] >= CLARITY) [freqHz, clarity] = again
    }
    if (clarity < CLARITY || freqHz < fMin || freqHz > fMax) continue
    f0[i] = freqHz
    voicing[i] = clarity
  }
  mendSlips(f0)
  for (let i = 0; i < count; i++) if (f0[i] === 0) voicing[i] = 0
  return { hopSeconds, f0, voicing }
}
