import { describe, expect, it } from 'vitest'
import { EXPRESSION_WIDTH, LANE_CONDITIONS, type LaneCondition } from '#main/networks/stages/conditioning.ts'
import { shareOfOwn } from './share-of-own.ts'

const none = new Set<LaneCondition>()
const every = new Set<LaneCondition>(LANE_CONDITIONS)

describe('the stages’ share of the expression', () => {
  it('is nothing for a player who follows and everything for one who is free', () => {
    expect(shareOfOwn(0, none)).toEqual(new Array<number>(EXPRESSION_WIDTH).fill(0))
    expect(shareOfOwn(1, none)).toEqual(new Array<number>(EXPRESSION_WIDTH).fill(1))
  })

  it('is small where something was asked for, larger where nothing was', () => {
    const [, , askedLevel, , , , askedDepth, askedRate] = shareOfOwn(0.3, none)
    for (const asked of [askedLevel, askedDepth, askedRate]) expect(asked).toBeCloseTo(0.09)
    expect(shareOfOwn(0.3, every)).toEqual(new Array<number>(EXPRESSION_WIDTH).fill(0.3))
  })

  it('opens the loudness only when dynamics, attack and bowing are all open, and vibrato lane by lane', () => {
    const shares = shareOfOwn(0.6, new Set<LaneCondition>(['dynamics', 'attack', 'vibratoDepth']))
    expect(shares[2]).toBeCloseTo(0.36)
    expect(shares[6]).toBe(0.6)
    expect(shares[7]).toBeCloseTo(0.36)
  })
})
