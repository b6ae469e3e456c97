import { readReferenceCycle, type VoiceColumnReport } from '#contract/evaluation.ts'

export const SCORE_NAMES = ['fad', 'levelMatchedLogMelMse', 'mulanCycle', 'rawPitchAccuracy'] as const
export type ScoreName = (typeof SCORE_NAMES)[number]

/** One measure before and after, and what that means. */
export interface ScoreChange {
  readonly name: ScoreName
  readonly before: number
  readonly after: number
  /**
   * Share of the value before: -0.3 is 30 % less. For accuracy the difference in points, for words and sound the difference as a
   * share of the recordings' own cosine.
   */
  readonly change: number
  /** 'unclear' where the recordings' own words and sound hardly match: then nothing can be measured by them. */
  readonly verdict: 'better' | 'same' | 'worse' | 'unclear'
}

/** Smaller changes are chance. */
const LEAST_SHARE = 0.03
const LEAST_POINTS = 1

export const readChanges = (before: VoiceColumnReport, after: VoiceColumnReport): ScoreChange[] =>
  SCORE_NAMES.flatMap((name): ScoreChange[] => {
    const [old, fresh] = [before[name], after[name]]
    if (old === null || fresh === null) return []
    const isAccuracy = name === 'rawPitchAccuracy'
    const isHigherBetter = isAccuracy || name === 'mulanCycle'
    const reference = readReferenceCycle(before) ?? readReferenceCycle(after)
    if (name === 'mulanCycle' && reference === null) return [{ name, before: old, after: fresh, change: 0, verdict: 'unclear' }]
    const whole = name === 'mulanCycle' ? reference : Math.abs(old)
    const change = isAccuracy ? 100 * (fresh - old) : (fresh - old) / Math.max(whole ?? 0, 1e-9)
    const gain = isHigherBetter ? change : -change
    const least = isAccuracy ? LEAST_POINTS : LEAST_SHARE
    const verdict = gain >= least ? 'better' : gain <= -least ? 'worse' : 'same'
    return [{ name, before: old, after: fresh, change, verdict }]
  })
