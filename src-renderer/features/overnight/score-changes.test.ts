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

  it('leave out what could not be measured', () => {
    expect(readChanges(column({ fad: null }), column({})).map(({ name }) => name)).not.toContain('fad')
  })
})
