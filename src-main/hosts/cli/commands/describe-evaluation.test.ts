import { describe, expect, it } from 'vitest'
import type { VoiceColumnReport } from '#contract/evaluation.ts'
import { describeCycle } from './describe-evaluation.ts'

const column = (mulanCycle: number | null, mulanCycleRatio: number | null): VoiceColumnReport => ({
  name: '',
  logMelMse: 0,
  levelMatchedLogMelMse: 0,
  normalisedMse: 0,
  logSpectralDistanceDb: 0,
  fad: null,
  melFad: null,
  mulanCycle,
  mulanCycleRatio,
  rawPitchAccuracy: 1,
  onsetF1: 1,
  medianCents: 0,
  chromaCosine: 1,
  codebooks: [],
})

describe('words and sound before and after, on the terminal', () => {
  it('are shares of the recordings’ own where those say something', () => {
    expect(describeCycle(column(0.1, 0.5), column(0.15, 0.75))).toEqual([
      "words and sound (MuLan cosine): 0.100 before, 0.150 now; 50.0 % and 75.0 % of the recordings' own",
    ])
  })

  it('are no percentage where the recordings themselves hardly match their words', () => {
    for (const [before, after] of [
      [column(0.4, null), column(0.7, null)],
      [column(0.4, 20), column(0.7, 35)], // of 0.02, as an older report kept it
    ] as const) {
      const [line] = describeCycle(before, after)
      expect(line).toContain('hardly match their words')
      expect(line).not.toContain('%')
    }
    expect(describeCycle(column(null, null), column(0.7, null))).toEqual([])
  })
})
