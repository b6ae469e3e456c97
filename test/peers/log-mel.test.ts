import { describe, expect, it } from 'vitest'
import { computeLogMel, createMelFilterbank } from '#main/audio/spectral/log-mel.ts'
import { computeStft } from '#main/audio/spectral/stft.ts'
import recorded from './log-mel.json' with { type: 'json' }

/** The signal of log-mel.py. */
const makeSignal = (sampleRate: number, length: number): Float32Array => {
  let state = 12345
  return Float32Array.from({ length }, (_, i) => {
    const t = i / sampleRate
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    const noise = state / 2 ** 31 - 1
    return 0.4 * Math.sin(2 * Math.PI * (200 * t + 4000 * t * t)) + 0.2 * Math.sin(2 * Math.PI * 660 * t) + 0.05 * noise
  })
}

const largestDifference = (ours: readonly number[], theirs: readonly number[]): number => {
  expect(ours.length).toBe(theirs.length)
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0)
}

describe.each(recorded.records)('beside librosa at $config.sampleRate Hz', ({ config, ...record }) => {
  const padding = config.padding === 'reflect' ? 'reflect' : 'zeros'
  const pcm = makeSignal(config.sampleRate, config.length)
  const stft = computeStft(pcm, { ...config, padding, isCentered: true })
  const pick = (values: Float32Array): number[] => {
    const picked: number[] = []
    for (let frame = 0; frame < stft.frames; frame += recorded.frameStep) {
      for (let bin = 0; bin < stft.bins; bin += record.binStep) picked.push(values[frame * stft.bins + bin])
    }
    return picked
  }

  it('finds the same number of frames', () => {
    expect(stft.frames).toBe(record.frames)
  })

  it('agrees on the STFT within 1e-4, where magnitudes reach some hundreds', () => {
    expect(Math.max(...record.magnitude)).toBeGreaterThan(30)
    expect(largestDifference(pick(stft.magnitude), record.magnitude)).toBeLessThan(1e-4)
    expect(largestDifference(pick(stft.re), record.re)).toBeLessThan(1e-4)
    expect(largestDifference(pick(stft.im), record.im)).toBeLessThan(1e-4)
  })

  it('agrees on log-mel within 1e-4', () => {
    const logMel = computeLogMel(pcm, { ...config, padding })
    const ours: number[] = []
    for (let frame = 0; frame < stft.frames; frame += recorded.frameStep) {
      ours.push(...logMel.subarray(frame * config.nMels, (frame + 1) * config.nMels))
    }
    expect(largestDifference(ours, record.logMel)).toBeLessThan(1e-4)
  })

  it('weighs the mel filters alike', () => {
    const { weights, bins, nMels } = createMelFilterbank(config)
    const rows = Array.from({ length: nMels }, (_, mel) => [...weights.subarray(mel * bins, (mel + 1) * bins)])
    const sums = rows.map((row) => row.reduce((sum, weight) => sum + weight, 0))
    const moments = rows.map((row) => row.reduce((sum, weight, bin) => sum + weight * bin, 0))
    expect(largestDifference(sums, record.filterSums)).toBeLessThan(1e-6)
    expect(largestDifference(moments, record.filterMoments)).toBeLessThan(1e-4)
  })
})
