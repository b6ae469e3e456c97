import { invariant } from '#main/foundation/engine-error.ts'

export type ChannelMode = 'mono' | 'mid' | 'left' | 'right'

export interface Mixed {
  /** [S] */
  readonly pcm: Float32Array
  readonly text: string
  /** Samples that were no numbers and became silence. */
  readonly broken: number
}

/** The mean of channels that cancel out is softer than their own level by this much. */
const CANCELLED_DB = -10

const meanOf = (channels: readonly Float32Array[]): Float32Array => {
  if (channels.length === 1) return Float32Array.from(channels[0])
  const mean = new Float32Array(channels[0].length)
  for (const channel of channels) for (let n = 0; n < mean.length; n++) mean[n] += channel[n]
  for (let n = 0; n < mean.length; n++) mean[n] /= channels.length
  return mean
}

const energyOf = (pcm: Float32Array): number => {
  let sum = 0
  for (const x of pcm) if (Number.isFinite(x)) sum += x * x
  return sum
}

/**
 * One channel of several.
 *
 * @param channels  1 or more arrays [S]
 * @param mode      mono: the mean, or the loudest channel where they cancel out; mid: (left + right) / 2; left; right
 * @returns         a new array [S] without the infinities of a broken float file
 */
export const mixChannels = (channels: readonly Float32Array[], mode: ChannelMode): Mixed => {
  invariant(channels.length > 0, 'at least one channel')
  const count = channels.length === 1 ? 'one channel' : `${channels.length} channels`
  let pcm: Float32Array
  let text = count === 'one channel' ? 'One channel as recorded.' : `The mean of ${count}.`
  if (mode === 'left' || mode === 'right') {
    pcm = Float32Array.from(channels[mode === 'left' ? 0 : Math.min(1, channels.length - 1)])
    if (channels.length > 1) text = `The ${mode} channel of ${count}.`
  } else if (mode === 'mid') {
    pcm = meanOf(channels.slice(0, 2))
    if (channels.length > 1) text = `Half of left plus right, of ${count}.`
  } else {
    pcm = meanOf(channels)
    const energies = channels.map(energyOf)
    const loudest = energies.indexOf(Math.max(...energies))
    if (channels.length > 1 && energyOf(pcm) < energies[loudest] * 10 ** (CANCELLED_DB / 10)) {
      pcm = Float32Array.from(channels[loudest])
      text = `The loudest of ${count}: together they cancel out.`
    }
  }
  let broken = 0
  for (let n = 0; n < pcm.length; n++) {
    if (Number.isFinite(pcm[n])) continue
    pcm[n] = 0
    broken++
  }
  return { pcm, broken, text: broken === 0 ? text : `${text} ${broken} broken samples became silence.` }
}

/**
 * Takes a constant offset off.
 *
 * @returns  the offset of full scale and a new array [S]; the same array where the offset is below -100 dBFS
 */
export const removeOffset = (pcm: Float32Array): { pcm: Float32Array; offset: number } => {
  let sum = 0
  for (const x of pcm) sum += x
  const offset = pcm.length === 0 ? 0 : sum / pcm.length
  return { pcm: Math.abs(offset) < 1e-5 ? pcm : pcm.map((x) => x - offset), offset }
}
