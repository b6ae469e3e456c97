import { describe, expect, it } from 'vitest'
import { measureLoudness } from './loudness.ts'

const RATE = 48000

/** Stereo 1 kHz tones of [dBFS, seconds] one after the other, as EBU Tech 3341 and 3342 ask. */
const makeTones = (parts: readonly (readonly [number, number])[]): Float32Array[] => {
  const pcm = new Float32Array(parts.reduce((sum, [, seconds]) => sum + Math.round(seconds * RATE), 0))
  let i = 0
  for (const [db, seconds] of parts) {
    const gain = 10 ** (db / 20)
    for (const end = i + Math.round(seconds * RATE); i < end; i++) pcm[i] = gain * Math.sin((2 * Math.PI * 1000 * i) / RATE)
  }
  return [pcm, pcm]
}

describe('EBU Tech 3341, integrated loudness within 0.1 LU', () => {
  it.each([
    ['case 1', -23, [[-23, 20]]],
    ['case 2', -33, [[-33, 20]]],
    ['case 3', -23, [[-36, 10], [-23, 60], [-36, 10]]], // prettier-ignore
    ['case 4', -23, [[-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]]], // prettier-ignore
    ['case 5', -23, [[-26, 20], [-20, 20.1], [-26, 20]]], // prettier-ignore
  ] as [string, number, [number, number][]][])('%s: %d LUFS', (_, expected, parts) => {
    expect(Math.abs(measureLoudness(makeTones(parts), RATE).integratedLufs - expected)).toBeLessThan(0.1)
  })
})

describe('loudness', () => {
  it('spans 10 LU in case 1 of EBU Tech 3342', () => {
    expect(measureLoudness(makeTones([[-20, 20], [-30, 20]]), RATE).rangeLu).toBeCloseTo(10, 0) // prettier-ignore
  })

  it('finds the loudest moment and the loudest three seconds', () => {
    const { maximumMomentaryLufs, maximumShortTermLufs } = measureLoudness(makeTones([[-40, 5], [-20, 0.5], [-40, 5]]), RATE) // prettier-ignore
    expect(maximumMomentaryLufs).toBeCloseTo(-20, 1)
    expect(maximumShortTermLufs).toBeCloseTo(-20 + 10 * Math.log10((0.5 + 2.5 * 0.01) / 3), 1)
  })

  it('measures clips shorter than 400 ms as a whole', () => {
    const [pcm] = makeTones([[-20, 0.3]])
    expect(measureLoudness([pcm], RATE).integratedLufs).toBeCloseTo(-23, 0)
  })

  it('finds silence infinitely soft', () => {
    expect(measureLoudness([new Float32Array(RATE)], RATE).integratedLufs).toBe(-Infinity)
  })
})
