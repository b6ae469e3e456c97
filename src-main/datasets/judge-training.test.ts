import { describe, expect, it } from 'vitest'
import type { DatasetItem } from './item.ts'
import { judgeTraining, type TrainingSlice } from './judge-training.ts'

const slice = (i: number, change: Partial<DatasetItem> = {}, rest: Partial<Omit<TrainingSlice, 'item'>> = {}): TrainingSlice => ({
  split: i % 10 === 0 ? 'validation' : 'train',
  loudnessDb: -24,
  notes: Array.from({ length: 8 }, (_, n) => ({ pitch: 62 + ((i + 2 * n) % 20), durationSeconds: 0.5 })),
  ...rest,
  item: {
    sliceId: `slice-${i}`,
    recordingId: `recording-${i}`,
    assetId: 'a'.repeat(64),
    fileName: 'air.wav',
    name: 'Air',
    sessionId: `session-${i % 10}`,
    sessionName: null,
    duplicateOf: null,
    startSeconds: 0,
    endSeconds: 7,
    caption: 'solo violin',
    tags: [],
    instrument: 'violin',
    key: null,
    bpm: null,
    pitchLow: 62,
    pitchHigh: 82,
    register: null,
    articulation: null,
    dynamics: null,
    quality: 1,
    licence: 'own',
    isShareable: true,
    cleaning: null,
    ...change,
  },
})

const many = (count: number, make: (i: number) => TrainingSlice = (i) => slice(i)): TrainingSlice[] =>
  Array.from({ length: count }, (_, i) => make(i))
const judge = (slices: readonly TrainingSlice[], batchSize?: number) => judgeTraining(slices, { batchSize, contentHash: 'x' })
const codes = (slices: readonly TrainingSlice[], batchSize?: number): string[] =>
  judge(slices, batchSize).findings.map(({ code, isRefusal }) => `${code}${isRefusal ? '!' : ''}`)

describe('what a data set is worth', () => {
  it('finds nothing wrong with a quarter of an hour of different music', () => {
    const { data, findings } = judge(many(140))
    expect(findings).toEqual([])
    expect(data).toMatchObject({ clips: 140, heldOutSessions: 1, sessions: 10, distinctNotes: 20 })
    expect(data.trainSeconds + data.heldOutSeconds).toBe(980)
  })

  it.each([
    ['thirty seconds', many(4), undefined, 'too-little!'],
    ['three minutes', many(25), undefined, 'little'],
    ['18 clips and a batch of 32', many(18), 32, 'few-clips'],
    ['silence', many(140, (i) => slice(i, { pitchLow: null, pitchHigh: null }, { notes: [], loudnessDb: null })), undefined, 'silence!'],
    ['noise', many(140, (i) => slice(i, { pitchLow: null, pitchHigh: null }, { notes: [] })), undefined, 'no-pitch!'],
    [
      'one note',
      many(140, (i) => slice(i, { pitchLow: 69, pitchHigh: 69 }, { notes: [{ pitch: 69.1, durationSeconds: 6 }] })),
      undefined,
      'one-note!',
    ],
    ['four notes', many(140, (i) => slice(i, {}, { notes: [{ pitch: 69 + (i % 4), durationSeconds: 6 }] })), undefined, 'narrow-range'],
    [
      'a cello',
      many(140, (i) => slice(i, { instrument: 'violin' }, { notes: [{ pitch: 40 + (i % 12), durationSeconds: 6 }] })),
      undefined,
      'wrong-instrument',
    ],
    ['a flute by name', many(140, (i) => slice(i, { instrument: 'flute' })), undefined, 'wrong-instrument'],
    [
      'one note with slips of the bow',
      many(140, (i) =>
        slice(
          i,
          { pitchLow: 68, pitchHigh: 69 },
          {
            notes: [
              { pitch: 69.1, durationSeconds: 6 },
              { pitch: 68, durationSeconds: 0.1 },
            ],
          },
        ),
      ),
      undefined,
      'one-note!',
    ],
    ['one session', many(140, (i) => slice(i, { sessionId: 'a' }, { split: 'train' })), undefined, 'no-held-out'],
    ['somebody else’s', many(140, (i) => slice(i, { licence: 'research-only', isShareable: false })), undefined, 'not-shareable'],
  ] as const)('%s', (_what, slices, batchSize, expected) => {
    expect(codes(slices, batchSize)).toContain(expected)
  })

  it('says what it sounds like where the ears hear no violin', () => {
    const { findings } = judgeTraining(many(140), { batchSize: undefined, contentHash: 'x', soundsLike: 'flute' })
    expect(findings).toMatchObject([{ code: 'wrong-instrument', isRefusal: false }])
    expect(findings[0]?.message).toBe('These recordings sound like a flute, not like a violin.')
  })

  it('puts refusals first, each with a message and a remedy', () => {
    const { findings } = judge(
      many(4, (i) => slice(i, { licence: 'other', isShareable: false }, { split: 'train' })),
      32,
    )
    expect(findings.length).toBeGreaterThan(2)
    expect(findings[0]?.isRefusal).toBe(true)
    for (const { message, remedy } of findings) {
      expect(message).toMatch(/\.$/)
      expect(remedy).toMatch(/\.$/)
    }
  })
})
