import type { Melody } from '#contract/melody.ts'
import { writeMidi } from '#main/export/midi/write-midi.ts'
import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTunes, toScore } from './read-tunes.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-tunes-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Quarters of sound and of rest after each note, at a tempo. */
const play = (bpm: number, steps: readonly { pitch: number; quarters: number; rest: number }[]): Melody => {
  let at = 0
  const notes = steps.map(({ pitch, quarters, rest }) => {
    const onsetSeconds = (at * 60) / bpm
    at += quarters + rest
    return { onsetSeconds, durationSeconds: (quarters * 60) / bpm, pitch, velocity: 0.7, confidence: 1 }
  })
  return { notes, durationSeconds: (at * 60) / bpm, bpm }
}

describe('tunes of your own', () => {
  it('keep pitches, lengths and rests at any tempo', () => {
    const step = fc.record({
      pitch: fc.integer({ min: 55, max: 100 }),
      quarters: fc.constantFrom(0.25, 0.5, 1, 1.5, 2, 1 / 3),
      rest: fc.constantFrom(0, 0, 0, 0.25, 1),
    })
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 200 }), fc.array(step, { minLength: 1, maxLength: 20 }), (bpm, steps) => {
        const score = toScore(play(bpm, steps))
        expect(score.filter(({ pitch }) => pitch > 0).map(({ pitch }) => pitch)).toEqual(steps.map(({ pitch }) => pitch))
        const lengths = (pitched: boolean): number =>
          score.filter(({ pitch }) => pitch > 0 === pitched).reduce((sum, { quarters }) => sum + quarters, 0)
        // What follows the last note is no rest of the tune.
        const rests = steps.slice(0, -1).reduce((sum, { rest }) => sum + rest, 0)
        expect(lengths(false)).toBeCloseTo(rests, 6)
        expect(lengths(true)).toBeCloseTo(
          steps.reduce((sum, { quarters }) => sum + quarters, 0),
          6,
        )
      }),
    )
  })

  it('are read from MIDI and ABC files in a folder; what holds no melody is named and passed over', async () => {
    const steps = Array.from({ length: 12 }, (_, i) => ({ pitch: 62 + i, quarters: 1, rest: 0 }))
    writeFileSync(join(folder, 'a_scale.mid'), writeMidi(play(96, steps)))
    writeFileSync(join(folder, 'b.abc'), 'X:1\nL:1/4\nQ:1/4=96\nK:G\nGABcdefgGABc|\n')
    writeFileSync(join(folder, 'c.mid'), 'no MIDI at all')
    writeFileSync(join(folder, 'd.txt'), 'left alone')
    const skipped: string[] = []
    const tunes = await readTunes([folder], (path) => skipped.push(path))
    expect(tunes.map(({ title }) => title)).toEqual(['a scale', 'b'])
    expect(tunes[0]?.notes.map(({ pitch }) => pitch)).toEqual(steps.map(({ pitch }) => pitch))
    expect(skipped).toEqual([join(folder, 'c.mid')])
    // The name of a file does not decide which split its tune is in.
    expect((await readTunes([join(folder, 'a_scale.mid')], () => undefined))[0]?.id).toBe(tunes[0]?.id)
    await expect(readTunes([join(folder, 'c.mid')], () => undefined)).rejects.toThrow(
      expect.objectContaining({ code: 'IMPORT_NOTHING_FOUND' }),
    )
    await expect(readTunes([join(folder, 'none')], () => undefined)).rejects.toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }))
  })
})
