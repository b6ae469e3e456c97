import { sharedRealFft } from '#main/audio/spectral/fft.ts'
import { resample } from '#main/audio/io/resample.ts'
import { centsBetween } from '#music/pitch.ts'
import type { F0Track } from './track-f0.ts'

const RATE = 22050
const SIZE = 4096
const HARMONICS = 16
/** Share of a frame's energy off the tracked harmonics above which a second voice sounds. */
const FOREIGN_SHARE = 0.13
/** Small-number ratios under which two voices look like one lower voice with most of its harmonics missing. */
const RATIOS: readonly (readonly number[])[] = [
  [2, 3],
  [3, 4],
  [4, 5],
  [5, 6],
  [3, 5],
  [5, 8],
  [4, 5, 6],
  [3, 4, 5],
  [10, 12, 15],
]

/** Frames in which the pitch holds still, well inside a note: neither a glide nor the echo of another note. */
const steadyFrames = ({ f0, hopSeconds }: F0Track): number[] => {
  const before = Math.round(0.13 / hopSeconds)
  const after = Math.round(0.09 / hopSeconds)
  const every = Math.max(1, Math.round(0.04 / hopSeconds))
  const frames: number[] = []
  for (let i = before; i + after < f0.length; i += every) {
    let isSteady = f0[i] > 0
    for (let j = i - before; j <= i + after && isSteady; j++) isSteady = f0[j] > 0 && Math.abs(centsBetween(f0[i], f0[j])) < 70
    if (isSteady) frames.push(i)
  }
  return frames
}

/** Energy of each harmonic and of what lies between them, above the noise of the frame. */
const sortEnergy = (
  power: Float64Array,
  freqHz: number,
  floor: Float64Array,
): { harmonics: Float64Array; foreign: number; total: number } => {
  const harmonics = new Float64Array(HARMONICS + 1)
  const binHz = RATE / SIZE
  const last = Math.min(power.length - 1, Math.floor(((HARMONICS + 0.5) * freqHz) / binHz))
  const foreignLast = Math.floor((6.5 * freqHz) / binHz)
  let foreign = 0
  let total = 0
  for (let k = Math.max(3, Math.ceil(70 / binHz)); k <= last; k++) {
    const excess = power[k] > 6 * floor[k] ? power[k] - floor[k] : 0
    if (excess === 0) continue
    const order = Math.round((k * binHz) / freqHz)
    const distance = Math.abs(k * binHz - order * freqHz)
    const isOwn = order >= 1 && distance < Math.max(3.2 * binHz, 0.03 * order * freqHz)
    if (k <= foreignLast) total += excess
    if (isOwn) harmonics[order] += excess
    else if (k <= foreignLast) foreign += excess
  }
  return { harmonics, foreign, total }
}

/** True where only multiples of a few small numbers sound: voices in a just interval, taken for their common bass. */
const isVirtual = (harmonics: Float64Array): boolean => {
  const sum = harmonics.reduce((total, value) => total + value, 0)
  if (sum <= 0) return false
  return RATIOS.some((ratio) => {
    let foreign = 0
    const exclusive = ratio.map(() => 0)
    for (let h = 1; h <= HARMONICS; h++) {
      const owners = ratio.filter((voice) => h % voice === 0)
      if (owners.length === 0) foreign += harmonics[h]
      else if (owners.length === 1) exclusive[ratio.indexOf(owners[0])] += harmonics[h]
    }
    return foreign < 0.02 * sum && exclusive.every((energy) => energy > 0.06 * sum)
  })
}

/**
 * Share of the steady frames in which more than one voice sounds: energy lies between the harmonics of the tracked pitch, or the
 * tracked pitch is only the common bass of two voices.
 *
 * @param pcm         [S] mono samples
 * @param sampleRate  Hz, any
 * @param track       pitch of the loudest voice
 * @returns           0..1; 0 where fewer than eight frames hold still
 */
export const measurePolyphony = (pcm: Float32Array, sampleRate: number, track: F0Track): number => {
  const frames = steadyFrames(track)
  if (frames.length < 8) return 0
  const samples = sampleRate === RATE ? pcm : resample(pcm, sampleRate, RATE)
  const fft = sharedRealFft(SIZE)
  const bins = SIZE / 2 + 1
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const window = new Float64Array(SIZE)
  const powerAt = (seconds: number): Float64Array => {
    const first = Math.round(seconds * RATE) - SIZE / 2
    for (let n = 0; n < SIZE; n++) {
      const at = first + n
      window[n] = at >= 0 && at < samples.length ? samples[at] * (0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / SIZE)) : 0
    }
    fft.forward(window, re, im)
    return re.map((value, k) => value * value + im[k] * im[k])
  }
  const silent = Array.from(track.f0.keys()).filter(
    (i) => i % 5 === 0 && track.f0.subarray(Math.max(0, i - 12), i + 13).every((hz) => hz === 0),
  )
  const room = new Float64Array(bins)
  for (const i of silent.slice(0, 100))
    for (const [k, value] of powerAt(i * track.hopSeconds).entries()) room[k] += value / Math.min(100, silent.length)
  let flagged = 0
  for (const i of frames) {
    const power = powerAt(i * track.hopSeconds)
    const quiet = Float64Array.from(power.subarray(12, 1100)).sort()[Math.floor(1088 * 0.4)]
    const floor = room.map((value) => Math.max(value, quiet))
    const { harmonics, foreign, total } = sortEnergy(power, track.f0[i], floor)
    const isChord = isVirtual(harmonics) || isVirtual(sortEnergy(power, track.f0[i] / 2, floor).harmonics)
    if (total > 0 && (foreign > FOREIGN_SHARE * total || isChord)) flagged++
  }
  return flagged / frames.length
}
