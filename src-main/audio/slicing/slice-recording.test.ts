import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { makeScale, playBowedTones } from '#main/evaluation/cleaning/bowed-tones.ts'
import { sliceRecording } from './slice-recording.ts'

const RATE = 44100
/** Dips count as bow changes whatever the pitch, so one that is known nowhere will do. */
const slice = (pcm: Float32Array) => {
  const frames = Math.ceil((100 * pcm.length) / RATE) + 1
  return sliceRecording(pcm, RATE, { hopSeconds: 0.01, f0: new Float32Array(frames), voicing: new Float32Array(frames) })
}

describe('slicing', () => {
  it('cuts at breaths, keeps the sound whole and leaves long silences out', () => {
    const phrase = (startSeconds: number) =>
      makeScale([69, 71, 72, 74, 76, 74, 72, 71], { startSeconds, stepSeconds: 0.6, soundingSeconds: 0.58 })
    const pcm = playBowedTones([...phrase(1), ...phrase(7), ...phrase(16)], { seconds: 22, noiseDb: -75 })
    const slices = slice(pcm)
    expect(slices.map(({ reason }) => reason)).toEqual(['breath', 'breath', 'end'])
    for (const [i, start] of [1, 7, 16].entries()) {
      expect(slices[i].fromSeconds).toBeGreaterThan(start - 0.15)
      expect(slices[i].fromSeconds).toBeLessThanOrEqual(start)
      expect(slices[i].toSeconds).toBeGreaterThan(start + 4.7)
      expect(slices[i].toSeconds).toBeLessThan(start + 5.3)
    }
  })

  it('cuts music without a breath at bow changes', () => {
    const pcm = playBowedTones(
      makeScale(
        Array.from({ length: 50 }, (_, i) => 67 + (i % 8)),
        { startSeconds: 0.2, stepSeconds: 0.6, soundingSeconds: 0.52 },
      ),
      {
        seconds: 31,
      },
    )
    const slices = slice(pcm)
    expect(slices.length).toBeGreaterThan(2)
    for (const { fromSeconds, toSeconds } of slices) {
      expect(toSeconds - fromSeconds).toBeGreaterThan(2.9)
      expect(toSeconds - fromSeconds).toBeLessThan(12.6)
      // never inside a note: onsets lie at 0.2 + 0.6 n
      const place = ((fromSeconds - 0.2 + 6) % 0.6) / 0.6
      expect(Math.min(place, 1 - place)).toBeLessThan(0.3)
    }
  })

  it('cuts a drone by its length alone', () => {
    const slices = slice(playBowedTones([{ onsetSeconds: 0.2, durationSeconds: 29, pitch: 62 }], { seconds: 30 }))
    expect(slices.length).toBeGreaterThan(2)
    expect(slices.slice(0, -1).every(({ reason }) => reason === 'length')).toBe(true)
  })

  it('finds nothing in silence, and slices in order, disjoint and inside whatever is played', () => {
    expect(slice(new Float32Array(RATE))).toEqual([])
    const tone = fc.record({
      pitch: fc.integer({ min: 58, max: 90 }),
      sounding: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
      pause: fc.double({ min: 0, max: 1.2, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(tone, { minLength: 1, maxLength: 10 }), (tones) => {
        let at = 0.1
        const played = tones.map(({ pitch, sounding, pause }) => {
          const onsetSeconds = at
          at += sounding + pause
          return { pitch, onsetSeconds, durationSeconds: sounding }
        })
        const slices = slice(playBowedTones(played, { seconds: at + 0.2 }))
        let last = 0
        for (const { fromSeconds, toSeconds } of slices) {
          expect(fromSeconds).toBeGreaterThanOrEqual(last - 1e-9)
          expect(toSeconds).toBeGreaterThan(fromSeconds)
          last = toSeconds
        }
        expect(last).toBeLessThanOrEqual(at + 0.2 + 1e-6)
      }),
      { numRuns: 12 },
    )
  })
})
