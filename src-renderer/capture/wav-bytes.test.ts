import { expect, it } from 'vitest'
import { readWav } from '#main/audio/io/wav.ts'
import { toWavBytes } from './wav-bytes.ts'

it('is a WAV file with the very same samples', () => {
  const pcm = Float32Array.from([0, 0.5, -1, 1.25, Math.fround(0.1)])
  const { channels, sampleRate } = readWav(toWavBytes(pcm, 48000))
  expect(sampleRate).toBe(48000)
  expect([...(channels[0] ?? [])]).toEqual([...pcm])
})
