import { describe, expect, it } from 'vitest'
import { measureLoudness } from '#main/audio/level/loudness.ts'
import { measureTruePeakDb } from '#main/audio/level/true-peak.ts'
import recorded from './loudness.json' with { type: 'json' }

const makeSine = (hz: number, sampleRate: number, seconds: number, phase = 0): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => Math.sin((2 * Math.PI * hz * i) / sampleRate + phase))

const scale = (pcm: Float32Array, gain: number): Float32Array => pcm.map((sample) => sample * gain)

/** The clips of loudness.py. */
const makeClip = (name: string, sampleRate: number): Float32Array[] => {
  switch (name) {
    case 'tone':
      return [scale(makeSine(1000, sampleRate, 5), 10 ** (-23 / 20))]
    case 'low tone':
      return [scale(makeSine(60, sampleRate, 4), 0.5), scale(makeSine(90, sampleRate, 4), 0.25)]
    case 'bursts':
      return [
        Float32Array.from({ length: 12 * sampleRate }, (_, i) => {
          const t = i / sampleRate
          const envelope = [0.7, 0.02, 0.15][Math.floor(t) % 3]
          return envelope * (0.6 * Math.sin(2 * Math.PI * 440 * t) + 0.3 * Math.sin(2 * Math.PI * 5200 * t))
        }),
      ]
    case 'two levels':
      return [Float32Array.from([...scale(makeSine(1000, sampleRate, 10), 0.1), ...scale(makeSine(1000, sampleRate, 10), 0.03)])]
    default:
      return [makeSine(sampleRate / 4, sampleRate, 2, Math.PI / 4).map((sample, i) => 0.7 * Math.min(1, i / (0.1 * sampleRate)) * sample)]
  }
}

describe.each(recorded)('beside ffmpeg ebur128 and pyloudnorm: $name at $sampleRate Hz', ({ name, sampleRate, ffmpeg, pyloudnormLufs }) => {
  const channels = makeClip(name, sampleRate)
  const loudness = measureLoudness(channels, sampleRate)

  it('agrees on integrated loudness within 0.1 LU', () => {
    expect(Math.abs(loudness.integratedLufs - ffmpeg.integratedLufs)).toBeLessThan(0.1)
    expect(Math.abs(loudness.integratedLufs - pyloudnormLufs)).toBeLessThan(0.1)
  })

  it('agrees on the range within 0.1 LU', () => {
    expect(Math.abs(loudness.rangeLu - ffmpeg.rangeLu)).toBeLessThanOrEqual(0.1)
  })

  it('agrees on the true peak within 0.2 dB', () => {
    const ours = Math.max(...channels.map((pcm) => measureTruePeakDb(pcm, sampleRate)))
    expect(Math.abs(ours - ffmpeg.truePeakDb)).toBeLessThan(0.2)
  })
})
