import { createMelFilterbank, computeLogMel } from '#main/audio/spectral/log-mel.ts'
import type { CodecConfig } from './config.ts'

/**
 * The encoder's view of a clip: log-mel with the frame's own level taken out, scaled to about unit range.
 *
 * @param pcm        [S] samples at config.sampleRate
 * @param loudnessDb [F] from `measureFrameLoudness`
 * @returns          [F, nMels]
 */
export const computeEncoderMel = (pcm: Float32Array, loudnessDb: Float32Array, config: CodecConfig): Float32Array => {
  const { nMels, melFft, hopLength, sampleRate } = config
  const logMel = computeLogMel(pcm, { sampleRate, nFft: melFft, hopLength, nMels, fMin: 80, fMax: 18000 })
  const frames = loudnessDb.length
  const result = new Float32Array(frames * nMels)
  for (let frame = 0; frame < frames; frame++) {
    const level = Math.max(loudnessDb[frame], -80) * 0.2302585 // dB -> ln power
    for (let mel = 0; mel < nMels; mel++) {
      const relative = logMel[frame * nMels + mel] - level
      result[frame * nMels + mel] = Math.min(3, Math.max(-4, relative / 4))
    }
  }
  return result
}

/** Mel filters whose rows sum to one, for the loss: [nMels, size / 2 + 1]. */
export const createLossMel = (sampleRate: number, size: number, band: { nMels: number; fMax: number }): Float32Array => {
  const { nMels, fMax } = band
  const bins = size / 2 + 1
  const { weights } = createMelFilterbank({ sampleRate, nFft: size, nMels, fMin: 50, fMax })
  const result = Float32Array.from(weights)
  for (let mel = 0; mel < nMels; mel++) {
    const row = result.subarray(mel * bins, (mel + 1) * bins)
    const sum = row.reduce((total, w) => total + w, 0)
    if (sum > 0) for (let bin = 0; bin < bins; bin++) row[bin] /= sum
  }
  return result
}
