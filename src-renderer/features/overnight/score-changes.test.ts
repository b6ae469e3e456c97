import { describe, expect, it } from 'vitest'
import type { VoiceColumnReport } from '#contract/evaluation.ts'
import { readChanges } from './score-changes.ts'

const column = (values: Partial<VoiceColumnReport>): VoiceColumnReport => ({
  name: '',
  logMelMse: 0,
  levelMatchedLogMelMse: 50,
  normalisedMse: 0,
  logSpectralDistanceDb: 0,
  fad: 1,
  melFad: 0,
  mulanCycle: 0.5,
  mulanCycleRatio: 1,
  rawPitchAccuracy: 0.97,
  onsetF1: 1,
  medianCents: 1,
  chromaCosine: 1,
  codebooks: [],
  ...values,
})

describe('scores before and after', () => {
  it('are told as better, the same or worse, each in its own direction', () => {
    const after = column({ fad: 0.6, levelMatchedLogMelMse: 51, mulanCycle: 0.4, rawPitchAccuracy: 0.955 })
    expect(readChanges(column({}), after).map(({ name, verdict }) => [name, verdict])).toEqual([
      ['fad', 'better'],
      ['levelMatchedLogMelMse', 'same'],
      ['mulanCycle', 'worse'],
      ['rawPitchAccuracy', 'worse'],
    ])
    expect(readChanges(column({}), after)[0]?.change).toBeCloseTo(-0.4)
  })

  it('say nothing of words and sound where the recordings themselves hardly match their words', () => {
    const find = (before: Partial<VoiceColumnReport>, after: Partial<VoiceColumnReport>) =>
      readChanges(column(before), column(after)).find(({ name }) => name === 'mulanCycle')
    // The recordings' own cosine was 0.02: either no share was kept, or an older report kept one of 35.
    expect(find({ mulanCycle: 0.4, mulanCycleRatio: null }, { mulanCycle: 0.7, mulanCycleRatio: null })?.verdict).toBe('unclear')
    expect(find({ mulanCycle: 0.4, mulanCycleRatio: 20 }, { mulanCycle: 0.7, mulanCycleRatio: 35 })?.verdict).toBe('unclear')
    // A voice that begins near zero is measured by the recordings, not by itself.
    const told = find({ mulanCycle: 0.01, mulanCycleRatio: 0.1 }, { mulanCycle: 0.06, mulanCycleRatio: 0.6 })
    expect(told?.verdict).toBe('better')
    expect(told?.change).toBeCloseTo(0.5)
  })

  it('leave out what could not be measured', () => {
    expect(readChanges(column({ fad: null }), column({})).map(({ name }) => name)).not.toContain('fad')
  })
})
