import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTempoMap, secondsToTicks, ticksToSeconds } from './ticks.ts'

const tempoMaps = fc
  .array(fc.record({ atTicks: fc.integer({ min: 0, max: 50_000 }), bpm: fc.integer({ min: 20, max: 300 }) }), { maxLength: 8 })
  .map(createTempoMap)

describe('ticks and seconds', () => {
  it('counts half a second a quarter note at 120', () => {
    expect(ticksToSeconds(480, createTempoMap([{ atTicks: 0, bpm: 120 }]))).toBeCloseTo(0.5, 12)
  })

  it('changes speed where the map does', () => {
    const map = createTempoMap([
      { atTicks: 0, bpm: 60 },
      { atTicks: 960, bpm: 120 },
    ])
    expect(ticksToSeconds(1440, map)).toBeCloseTo(2.5, 12)
    expect(secondsToTicks(2.5, map)).toBeCloseTo(1440, 9)
  })

  it('are inverse and monotone under any tempo map', () => {
    fc.assert(
      fc.property(tempoMaps, fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 1000 }), (map, ticks, step) => {
        const seconds = ticksToSeconds(ticks, map)
        expect(secondsToTicks(seconds, map)).toBeCloseTo(ticks, 5)
        expect(ticksToSeconds(ticks + step, map)).toBeGreaterThan(seconds)
      }),
    )
  })
})
