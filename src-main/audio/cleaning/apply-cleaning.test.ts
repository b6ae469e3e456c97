import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { cleaningChainSchema, DEFAULT_CLEANING_CHAIN, type CleaningStep } from '#contract/cleaning.ts'
import { makeScale, playBowedTones } from '#main/evaluation/cleaning/bowed-tones.ts'
import { mixNoise } from '#main/evaluation/cleaning/mixtures.ts'
import { measureLoudness } from '../level/loudness.ts'
import { measureTruePeakDb } from '../level/true-peak.ts'
import { applyCleaning } from './apply-cleaning.ts'

const RATE = 44100
const melody = (): Float32Array =>
  playBowedTones(makeScale([69, 71, 73, 74, 76], { stepSeconds: 0.5, soundingSeconds: 0.42, levelDb: -18 }), { seconds: 3.6 })

const run = (channels: readonly Float32Array[], ...steps: CleaningStep[]) => applyCleaning(channels, RATE, { steps })
const levelDb = (pcm: Float32Array): number => 10 * Math.log10(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length + 1e-20)
const errorDb = (truth: Float32Array, found: Float32Array): number => levelDb(truth) - levelDb(truth.map((x, n) => x - found[n]))

const noiseReduction: CleaningStep = { kind: 'noiseReduction', isOn: true, strength: 0.6, noisePrint: 'auto' }
const humFilter: CleaningStep = { kind: 'humFilter', isOn: true, mainsHz: 'auto' }

describe('the cleaning chain', () => {
  it('is data that survives being stored', () => {
    expect(cleaningChainSchema.parse(JSON.parse(JSON.stringify(DEFAULT_CLEANING_CHAIN)))).toEqual(DEFAULT_CLEANING_CHAIN)
  })

  it('never changes the original, gives the same twice and reports every step', () => {
    const { mixed } = mixNoise(melody(), RATE, { kind: 'all', snrDb: 15, seed: 3, offset: 0.05 })
    const kept = Float32Array.from(mixed)
    const steps = DEFAULT_CLEANING_CHAIN.steps.map((step) => ({ ...step, isOn: true }))
    const first = applyCleaning([mixed], RATE, { steps })
    const second = applyCleaning([mixed], RATE, { steps })
    expect(mixed).toEqual(kept)
    expect(second).toEqual(first)
    expect(first.report.map(({ kind }) => kind)).toEqual(steps.map(({ kind }) => kind))
    expect(first.report.find(({ kind }) => kind === 'humFilter')?.isApplied).toBe(true)
  })

  it('leaves a clean recording as it is', () => {
    const pcm = melody()
    const cleaned = run([pcm], { kind: 'dcRemoval', isOn: true }, humFilter, noiseReduction).pcm
    expect(errorDb(pcm, cleaned)).toBeGreaterThan(60)
  })

  it('does nothing where every step is off', () => {
    const pcm = melody()
    const steps = DEFAULT_CLEANING_CHAIN.steps.map((step) => ({ ...step, isOn: false }))
    const { pcm: same, report } = applyCleaning([pcm], RATE, { steps })
    expect(same).toEqual(pcm)
    expect(report.every(({ isApplied }) => !isApplied)).toBe(true)
  })

  it('lets no broken sample through', () => {
    const pcm = melody()
    pcm[100] = Number.NaN
    pcm[200] = Infinity
    const cleaned = run([pcm], { kind: 'channels', isOn: true, mode: 'mono' })
    expect(cleaned.pcm.every(Number.isFinite)).toBe(true)
    expect(cleaned.report[0].text).toContain('2 broken samples')
  })
})

describe('channels and offset', () => {
  it('takes the loudest channel where the channels cancel out', () => {
    const left = melody()
    const right = left.map((x) => -0.5 * x)
    expect(levelDb(run([left, left.map((x) => -x)], { kind: 'channels', isOn: true, mode: 'mono' }).pcm)).toBeCloseTo(levelDb(left), 3)
    expect(run([left, right], { kind: 'channels', isOn: true, mode: 'right' }).pcm).toEqual(right)
    expect(levelDb(run([left, right], { kind: 'channels', isOn: true, mode: 'mid' }).pcm)).toBeCloseTo(levelDb(left) - 12.04, 1)
  })

  it('removes any offset', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 0.5, noNaN: true }), (offset) => {
        const { pcm } = run([Float32Array.from({ length: 4410 }, (_, n) => offset + 0.1 * Math.sin(n / 7))], {
          kind: 'dcRemoval',
          isOn: true,
        })
        expect(Math.abs(pcm.reduce((sum, x) => sum + x, 0) / pcm.length)).toBeLessThan(2e-5)
      }),
      { numRuns: 20 },
    )
  })
})

describe('hum filter', () => {
  it.each([50, 60] as const)('finds and removes a hum of %d Hz', (mainsHz) => {
    const { mixed, noise } = mixNoise(melody(), RATE, { kind: `hum ${mainsHz} Hz`, snrDb: 15, seed: mainsHz })
    const { pcm, report } = run([mixed], humFilter)
    expect(report[0].figures['mainsHz']).toBeCloseTo(mainsHz, 0)
    const pause = 0.5 * RATE
    expect(levelDb(pcm.subarray(0, pause))).toBeLessThan(levelDb(noise.subarray(0, pause)) - 20)
  })

  it('takes a held low note for no hum', () => {
    const drone = playBowedTones([{ onsetSeconds: 0.1, durationSeconds: 3.6, pitch: 55.35 }], { seconds: 4 }) // 200 Hz
    expect(run([drone], humFilter).report[0].isApplied).toBe(false)
  })
})

describe('noise reduction', () => {
  it.each([
    ['hiss', 20, 5],
    ['hiss', 10, 7],
    ['room', 15, 6],
  ] as const)('lifts %s at %d dB by at least %d dB', (kind, snrDb, leastGain) => {
    const { clean, mixed } = mixNoise(melody(), RATE, { kind, snrDb, seed: 5 })
    const { pcm } = run([mixed], noiseReduction)
    expect(errorDb(clean, pcm)).toBeGreaterThan(snrDb + leastGain)
    expect(levelDb(pcm)).toBeGreaterThan(levelDb(clean) - 0.5)
  })

  it('learns from the range it is told and refuses one beyond the end', () => {
    const { mixed } = mixNoise(melody(), RATE, { kind: 'hiss', snrDb: 15, seed: 6 })
    const told = run([mixed], { ...noiseReduction, noisePrint: { fromSeconds: 0.1, toSeconds: 0.5 } })
    expect(told.report[0].text).toContain('0.10-0.50 s')
    expect(() => run([mixed], { ...noiseReduction, noisePrint: { fromSeconds: 1, toSeconds: 99 } })).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })

  it('survives silence, and recordings shorter than its window', () => {
    for (const length of [0, 10, 3000, 20000]) {
      expect(
        run([new Float32Array(length)], humFilter, noiseReduction, { kind: 'silenceTrim', isOn: true, keepSeconds: 0.1 }).pcm.length,
      ).toBe(length)
    }
  })
})

describe('loudness, rate and trim', () => {
  it('reaches the target and keeps the peak', () => {
    const { pcm } = run([melody()], { kind: 'loudness', isOn: true, targetLufs: -16, truePeakDb: -3 })
    expect(measureLoudness([pcm], RATE).integratedLufs).toBeCloseTo(-16, 0)
    expect(measureTruePeakDb(pcm, RATE)).toBeLessThanOrEqual(-3)
  })

  it('changes the rate and keeps the duration', () => {
    const { pcm, sampleRate } = run([melody()], { kind: 'sampleRate', isOn: true, sampleRate: 48000 })
    expect(sampleRate).toBe(48000)
    expect(pcm.length / sampleRate).toBeCloseTo(3.6, 3)
  })

  it('cuts the silence at the ends and tells where', () => {
    const { pcm, report } = run([melody()], { kind: 'silenceTrim', isOn: true, keepSeconds: 0.1 })
    const { fromSeconds, toSeconds } = report[0].figures
    expect(fromSeconds).toBeCloseTo(0.4, 1)
    expect(toSeconds).toBeGreaterThan(2.95)
    expect(toSeconds).toBeLessThan(3.25)
    expect(pcm.length / RATE).toBeCloseTo(toSeconds - fromSeconds, 3)
  })
})
