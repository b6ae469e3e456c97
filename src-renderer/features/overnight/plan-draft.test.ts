import { describe, expect, it } from 'vitest'
import { EMPTY_DRAFT, nextMoment, readPlan } from './plan-draft.ts'

const evening = new Date(2026, 10, 22, 21, 30)

describe('the plan of a night', () => {
  it('begins at the next such time of the clock', () => {
    expect(nextMoment('23:00', evening)).toBe(new Date(2026, 10, 22, 23, 0).toISOString())
    expect(nextMoment('06:30', evening)).toBe(new Date(2026, 10, 23, 6, 30).toISOString())
    expect(nextMoment('21:30', evening)).toBe(new Date(2026, 10, 23, 21, 30).toISOString())
    expect(nextMoment('25:00', evening)).toBeUndefined()
  })

  it('says only what was chosen', () => {
    expect(readPlan({ ...EMPTY_DRAFT, datasetId: 'dataset-1' }, evening)).toBeNull()
    expect(readPlan({ ...EMPTY_DRAFT, datasetId: 'dataset-1', voiceName: ' Mine ' }, evening)).toEqual({
      datasetId: 'dataset-1',
      voiceName: 'Mine',
      preset: 'normal',
      settings: {},
    })
    const draft = { ...EMPTY_DRAFT, datasetId: 'dataset-1', voiceName: 'Mine' }
    expect(
      readPlan({ ...draft, rank: '8', learningRate: '0,001', targets: 'attention', batchSize: 'many', seed: '4' }, evening),
    ).toMatchObject({
      settings: { rank: 8, learningRate: 0.001, targets: ['attention'] },
      seed: 4,
    })
    expect(readPlan({ ...draft, isUntil: true, untilTime: '6' }, evening)).toBeNull()
    expect(readPlan({ ...draft, when: 'at', startTime: '23:00', isUntil: true }, evening)).toMatchObject({
      until: '06:30',
      startAt: new Date(2026, 10, 22, 23, 0).toISOString(),
    })
  })
})
