import { hannWindow } from '#main/audio/spectral/stft.ts'
import { createRandom } from '#main/foundation/random.ts'
import { createRealFft } from '#main/audio/spectral/fft.ts'
import { bodyPoints, type CodecConfig } from './config.ts'
import { accumulatePhase, createNoiseInterpolation, gridPosition, harmonicWeight } from './excitation.ts'
import { noiseOffset } from './render-batch.ts'
import { applyRoom } from './room.ts'

/** The decoder's output for one clip as plain arrays, with what it was told. */
export interface ClipFrames {
  /** [F, envelopeBands], [F, freeHarmonics], [F, noiseBands], [F] natural logs, as `DecoderFrames` */
  readonly envelope: Float32Array
  readonly deviation: Float32Array
  readonly noise: Float32Array
  readonly trim: Float32Array
  /** [bodyPoints] */
  readonly body: Float32Array
  /** Answer of the voice's room to an impulse, where it has one. */
  readonly room?: Float32Array
  readonly f0: Float32Array
  readonly loudnessDb: Float32Array
}

const clip = (x: number): number => Math.min(6, Math.max(-14, x))

const readGrid = (grid: Float32Array, base: number, position: number): number => {
  const low = Math.floor(position)
  const share = position - low
  return grid[base + low] * (1 - share) + grid[base + low + 1] * share
}

/** For each bin the few bands that reach it. */
const listBandShares = (config: CodecConfig): { band: number; share: number }[][] => {
  const bins = config.noiseFft / 2 + 1
  const interpolation = createNoiseInterpolation(config)
  return Array.from({ length: bins }, (_, bin) =>
    Array.from({ length: config.noiseBands }, (_, band) => ({ band, share: interpolation[band * bins + bin] })).filter(
      ({ share }) => share !== 0,
    ),
  )
}

/** Amplitudes [F, nHarmonics] and noise magnitudes [F, bins] with the level set. Same arithmetic as `shapeFrames`. */
const shapeClip = (frames: ClipFrames, config: CodecConfig): { amplitudes: Float32Array; noise: Float32Array } => {
  const { nHarmonics, freeHarmonics, envelopeBands, noiseBands, noiseFft, sampleRate } = config
  const count = frames.f0.length
  const bins = noiseFft / 2 + 1
  const points = bodyPoints(config)
  const bandShares = listBandShares(config)
  const amplitudes = new Float32Array(count * nHarmonics)
  const noise = new Float32Array(count * bins)
  for (let frame = 0; frame < count; frame++) {
    let power = 1e-9
    for (let k = 0; k < nHarmonics; k++) {
      const freqHz = (k + 1) * frames.f0[frame]
      const weight = harmonicWeight(freqHz, sampleRate)
      if (weight === 0) break
      const envelope = readGrid(frames.envelope, frame * envelopeBands, gridPosition(freqHz, envelopeBands, config))
      const body = readGrid(frames.body, 0, gridPosition(freqHz, points, config))
      const own = k < freeHarmonics ? frames.deviation[frame * freeHarmonics + k] : 0
      const amplitude = weight * Math.exp(clip(envelope + body + own - Math.log(k + 1)))
      amplitudes[frame * nHarmonics + k] = amplitude
      power += 0.5 * amplitude * amplitude
    }
    for (let bin = 0; bin < bins; bin++) {
      let log = 0
      for (const { band, share } of bandShares[bin]) log += share * frames.noise[frame * noiseBands + band]
      const magnitude = Math.exp(clip(log))
      noise[frame * bins + bin] = magnitude
      power += (magnitude * magnitude * (bin === 0 || bin === bins - 1 ? 1 : 2)) / noiseFft
    }
    const gain = (10 ** (frames.loudnessDb[frame] / 20) * Math.exp(frames.trim[frame])) / Math.sqrt(power) // dB -> linear
    for (let k = 0; k < nHarmonics; k++) amplitudes[frame * nHarmonics + k] *= gain
    for (let bin = 0; bin < bins; bin++) noise[frame * bins + bin] *= gain
  }
  return { amplitudes, noise }
}

/** Harmonics by the recurrence sin((k+1)x) = 2 cos x sin kx - sin((k-1)x), in double precision. */
const addHarmonics = (output: Float32Array, amplitudes: Float32Array, phase: Float32Array, config: CodecConfig): void => {
  const { nHarmonics, hopLength } = config
  const steps = output.length / hopLength
  for (let frame = 0; frame < steps; frame++) {
    const left = frame * nHarmonics
    const right = left + nHarmonics
    let count = nHarmonics
    while (count > 0 && amplitudes[left + count - 1] === 0 && amplitudes[right + count - 1] === 0) count--
    for (let n = 0; n < hopLength; n++) {
      const angle = phase[frame * hopLength + n]
      const twice = 2 * Math.cos(angle)
      const share = n / hopLength
      let before = 0
      let now = Math.sin(angle)
      let sum = 0
      for (let k = 0; k < count; k++) {
        const from = amplitudes[left + k]
        sum += (from + (amplitudes[right + k] - from) * share) * now
        const next = twice * now - before
        before = now
        now = next
      }
      output[frame * hopLength + n] += sum
    }
  }
}

/** Seeded white noise, windowed, shaped in the frequency domain, overlapped by half: an inverse STFT. */
const addNoise = (output: Float32Array, magnitudes: Float32Array, seed: number, config: CodecConfig): void => {
  const { hopLength, noiseFft } = config
  const random = createRandom(seed)
  const steps = output.length / hopLength
  const bins = noiseFft / 2 + 1
  const span = 2 * hopLength
  const offset = noiseOffset(config)
  const hann = hannWindow(span)
  const fft = createRealFft(noiseFft)
  const padded = new Float64Array(noiseFft)
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const wave = new Float64Array(noiseFft)
  let white = Float32Array.from({ length: span }, () => random.normal())
  for (let frame = 0; frame <= steps; frame++) {
    padded.fill(0)
    for (let n = 0; n < span; n++) padded[offset + n] = white[n] * hann[n]
    fft.forward(padded, re, im)
    for (let bin = 0; bin < bins; bin++) {
      re[bin] *= magnitudes[frame * bins + bin]
      im[bin] *= magnitudes[frame * bins + bin]
    }
    fft.inverse(re, im, wave)
    const start = (frame - 1) * hopLength
    for (let n = 0; n < span; n++) {
      const at = start + n
      if (at >= 0 && at < output.length) output[at] += wave[offset + n]
    }
    const next = new Float32Array(span)
    next.set(white.subarray(hopLength))
    for (let n = hopLength; n < span; n++) next[n] = random.normal()
    white = next
  }
}

/**
 * Sound of decoder frames, without tensors: the same bytes on every backend that computed the same frames.
 *
 * @param frames F frames
 * @param seed   of the noise and the starting phase
 * @returns      [(F - 1) * hopLength] samples
 */
export const synthesizeClip = (frames: ClipFrames, seed: number, config: CodecConfig): Float32Array => {
  const { amplitudes, noise } = shapeClip(frames, config)
  const output = new Float32Array((frames.f0.length - 1) * config.hopLength)
  const phase = accumulatePhase(frames.f0, config, 0)
  addHarmonics(output, amplitudes, phase, config)
  addNoise(output, noise, seed, config)
  return frames.room === undefined ? output : applyRoom(output, frames.room)
}
