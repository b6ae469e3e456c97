import { measureLevelCurve, quantileOf } from '../quality/level-curve.ts'

const FADE_SECONDS = 0.005
/** What lies this far below the loud parts is no note. */
const FAINT_DB = 50
/** Sound stands this far above the room. */
const ABOVE_ROOM_DB = 9
const LEAST_SECONDS = 0.03

export interface Trimmed {
  readonly pcm: Float32Array
  /** What was kept, in the input's time. */
  readonly fromSeconds: number
  readonly toSeconds: number
}

/**
 * Cuts the silence before the first and after the last sound.
 *
 * @param pcm          [S]
 * @param sampleRate   Hz
 * @param keepSeconds  silence that stays on each side
 * @returns            a copy with short fades at the cuts; the same array where there is nothing to cut or nothing sounds
 */
export const trimSilence = (pcm: Float32Array, sampleRate: number, keepSeconds: number): Trimmed => {
  const { levelDb, hopSeconds } = measureLevelCurve(pcm, sampleRate, 0.01)
  const loud = quantileOf(levelDb, 0.95)
  const threshold = Math.max(loud - FAINT_DB, Math.min(quantileOf(levelDb, 0.05) + ABOVE_ROOM_DB, loud - 12))
  const whole: Trimmed = { pcm, fromSeconds: 0, toSeconds: pcm.length / sampleRate }
  if (loud < -90) return whole
  const run = Math.max(1, Math.round(LEAST_SECONDS / hopSeconds))
  const isSound = (i: number, step: number): boolean => {
    for (let k = 0; k < run; k++) if ((levelDb[i + k * step] ?? -200) < threshold) return false
    return true
  }
  let first = 0
  while (first < levelDb.length && !isSound(first, 1)) first++
  let last = levelDb.length - 1
  while (last > first && !isSound(last, -1)) last--
  if (first >= last) return whole
  const from = Math.max(0, Math.round((first * hopSeconds - keepSeconds) * sampleRate))
  const to = Math.min(pcm.length, Math.round((last * hopSeconds + keepSeconds) * sampleRate))
  if (from === 0 && to === pcm.length) return whole
  const cut = pcm.slice(from, to)
  const fade = Math.min(cut.length, Math.round(FADE_SECONDS * sampleRate))
  for (let n = 0; n < fade; n++) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * (n + 0.5)) / fade)
    if (from > 0) cut[n] *= gain
    if (to < pcm.length) cut[cut.length - 1 - n] *= gain
  }
  return { pcm: cut, fromSeconds: from / sampleRate, toSeconds: to / sampleRate }
}
