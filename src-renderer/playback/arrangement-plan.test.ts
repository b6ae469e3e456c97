import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProject, type Project } from '#contract/project.ts'
import { findLoop, renderClicks, walkTimeline } from './arrangement-plan.ts'

describe('walking the timeline', () => {
  it('plays every sample once and nothing else, whatever the block sizes, through 500 loops, stops and seeks', () => {
    const step = fc.record({ count: fc.integer({ min: 1, max: 30000 }), seek: fc.option(fc.nat(80000), { freq: 3 }) })
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 500, maxLength: 500 }),
        fc.nat(40000),
        fc.integer({ min: 300, max: 30000 }),
        (steps, start, length) => {
          const loop = { startSample: start, endSample: start + length }
          let planned = 0
          let expected = 0
          for (const { count, seek } of steps) {
            if (seek !== null) planned = expected = seek
            const { spans, nextSample } = walkTimeline(planned, count, loop)
            expect(spans.reduce((sum, span) => sum + span.lengthSamples, 0)).toBe(count)
            for (const { fromSample, lengthSamples } of spans) {
              expect(fromSample).toBe(expected)
              expect(lengthSamples).toBeGreaterThan(0)
              // No span crosses the loop's end.
              expect(fromSample < loop.endSample && fromSample + lengthSamples > loop.endSample).toBe(false)
              expected = fromSample + lengthSamples === loop.endSample ? loop.startSample : fromSample + lengthSamples
            }
            expect(nextSample).toBe(expected)
            planned = nextSample
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('plays straight on where no loop is on', () => {
    const project: Project = { ...createProject('x', 120), loopRange: { startSeconds: 1, endSeconds: 2, isOn: false } }
    expect(findLoop(project)).toBeNull()
    expect(walkTimeline(7, 100000, null)).toEqual({ spans: [{ fromSample: 7, lengthSamples: 100000 }], nextSample: 100007 })
    expect(findLoop({ ...project, loopRange: { startSeconds: 1, endSeconds: 2, isOn: true } })).toEqual({
      startSample: 48000,
      endSample: 96000,
    })
  })
})

describe('the metronome', () => {
  it('clicks the same in blocks as in one piece, on every beat', () => {
    const project = createProject('x', 150)
    const whole = renderClicks(project, { fromSample: 0, lengthSamples: 90000 })
    const blocks = [0, 10000, 19300, 50000].map((from, i, all) =>
      renderClicks(project, { fromSample: from, lengthSamples: (all[i + 1] ?? 90000) - from }),
    )
    expect(blocks.flatMap((block) => [...block])).toEqual([...whole])
    const isQuiet = (from: number, to: number): boolean => whole.subarray(from, to).every((sample) => sample === 0)
    for (const beat of [0, 19200, 38400, 57600, 76800]) {
      expect(isQuiet(beat, beat + 1000)).toBe(false)
      expect(isQuiet(beat + 3000, Math.min(90000, beat + 19200))).toBe(true)
    }
  })
})
