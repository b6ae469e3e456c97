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

interface Energies {
  /** [HARMONICS + 1], by order */
  readonly harmonics: Float64Array
  foreign: number
  total: number
}

/** Sorts the energy above the frame's noise into each harmonic and what lies between them. */
const sortEnergy = (power: Float64Array, freqHz: number, floor: Float64Array, into: Energies): void => {
  const { harmonics } = into
  harmonics.fill(0)
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
  into.foreign = foreign
  into.total = total
}

/** For each ratio and harmonic, which voice of the ratio owns it: -1 none, -2 several. */
const OWNERS = RATIOS.map((ratio) =>
  Int8Array.from({ length: HARMONICS + 1 }, (_, h) => {
    const owners = ratio.flatMap((voice, i) => (h % voice === 0 ? [i] : []))
    return owners.length > 1 ? -2 : (owners[0] ?? -1)
  }),
)
const exclusive = new Float64Array(3)

/** True where only multiples of a few small numbers sound: voices in a just interval, taken for their common bass. */
const isVirtual = (harmonics: Float64Array): boolean => {
  let sum = 0
  for (const energy of harmonics) sum += energy
  if (sum <= 0) return false
  for (let r = 0; r < RATIOS.length; r++) {
    const owners = OWNERS[r]
    let foreign = 0
    exclusive.fill(0)
    for (let h = 1; h <= HARMONICS; h++) {
      if (owners[h] === -1) foreign += harmonics[h]
      else if (owners[h] >= 0) exclusive[owners[h]] += harmonics[h]
    }
    let isFilled = foreign < 0.02 * sum
    for (let voice = 0; voice < RATIOS[r].length && isFilled; voice++) isFilled = exclusive[voice] > 0.06 * sum
    if (isFilled) return true
  }
  return false
}

const QUIET_FROM = 12
const QUIET_TO = 1100
const QUIET_RANK = Math.floor((QUIET_TO - QUIET_FROM) * 0.4)

/** The value of that rank if they were sorted; puts them in another order. */
const selectRank = (values: Float64Array, rank: number): number => {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = values[(left + right) >> 1]
    let i = left
    let j = right
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      const swapped = values[i]
      values[i++] = values[j]
      values[j--] = swapped
    }
    if (rank <= j) right = j
    else if (rank >= i) left = i
    else break
  }
  return values[rank]
}

const WINDOW = Float64Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / SIZE))

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
  const frame = new Float64Array(SIZE)
  const power = new Float64Array(bins)
  const hear = (seconds: number): void => {
    const first = Math.round(seconds * RATE) - SIZE / 2
    const from = Math.min(SIZE, Math.max(0, -first))
    const to = Math.max(from, Math.min(SIZE, samples.length - first))
    frame.fill(0, 0, from)
    for (let n = from; n < to; n++) frame[n] = samples[first + n] * WINDOW[n]
    frame.fill(0, to)
    fft.forward(frame, re, im)
    for (let k = 0; k < bins; k++) power[k] = re[k] * re[k] + im[k] * im[k]
  }
  const silent = Array.from(track.f0.keys()).filter(
    (i) => i % 5 === 0 && track.f0.subarray(Math.max(0, i - 12), i + 13).every((hz) => hz === 0),
  )
  const room = new Float64Array(bins)
  for (const i of silent.slice(0, 100)) {
    hear(i * track.hopSeconds)
    for (let k = 0; k < bins; k++) room[k] += power[k] / Math.min(100, silent.length)
  }
  const floor = new Float64Array(bins)
  const quietest = new Float64Array(QUIET_TO - QUIET_FROM)
  const energies: Energies = { harmonics: new Float64Array(HARMONICS + 1), foreign: 0, total: 0 }
  let flagged = 0
  for (const i of frames) {
    hear(i * track.hopSeconds)
    quietest.set(power.subarray(QUIET_FROM, QUIET_TO))
    const quiet = selectRank(quietest, QUIET_RANK)
    for (let k = 0; k < bins; k++) floor[k] = Math.max(room[k], quiet)
    sortEnergy(power, track.f0[i], floor, energies)
    const { foreign, total } = energies
    if (total <= 0) continue
    let isFlagged = foreign > FOREIGN_SHARE * total || isVirtual(energies.harmonics)
    if (!isFlagged) {
      sortEnergy(power, track.f0[i] / 2, floor, energies)
      isFlagged = isVirtual(energies.harmonics)
    }
    if (isFlagged) flagged++
  }
  return flagged / frames.length
}
