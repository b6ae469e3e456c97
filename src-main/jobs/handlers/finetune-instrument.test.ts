import { describe, expect, it } from 'vitest'
import type { Instrument } from '#main/corpus/material/instruments.ts'
import { nameOtherInstrument } from './finetune-instrument.ts'

/** Mean cosines as measured, in the order of the corpora's instruments. */
const measured = (...values: number[]): Record<Instrument, number> => {
  const names = ['violin', 'viola', 'cello', 'flute', 'oboe', 'clarinet', 'saxophone', 'recorder', 'trumpet'] as const
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0])) as Record<Instrument, number>
}

describe('what plays in recordings', () => {
  it.each([
    ['held-out clips of the violin', measured(0.18, 0.09, 0.08, -0.24, -0.18, -0.21, -0.3, -0.18, -0.07)],
    ['a dark violin that nothing has heard', measured(0.02, 0.05, 0.35, -0.06, -0.11, -0.15, -0.18, -0.08, -0.11)],
    ['a bright violin in a stone hall', measured(0.02, 0.3, 0.13, -0.05, 0.07, 0.03, 0.26, -0.05, 0.22)],
  ])('%s is no other instrument', (_what, nearness) => {
    expect(nameOtherInstrument(nearness)).toBeNull()
  })

  it.each([
    ['flute', measured(-0.33, -0.17, 0.01, 0.58, 0.25, 0.13, 0.09, 0.13, 0.14)],
    ['oboe', measured(-0.32, -0.03, -0.12, 0.17, 0.68, 0.18, 0.13, 0.04, 0.03)],
    ['clarinet', measured(-0.19, -0.01, 0.09, 0.05, 0.08, 0.34, 0.22, -0.04, 0.3)],
    ['saxophone', measured(-0.3, 0.07, 0.09, 0.2, 0.13, 0.13, 0.57, 0.2, 0.22)],
    ['recorder', measured(-0.3, -0.01, -0.08, 0.07, -0.05, 0.33, 0.1, 0.65, 0.08)],
    ['trumpet', measured(-0.09, 0, -0.01, 0.21, 0.11, 0.29, 0.25, -0.07, 0.69)],
    ['cello', measured(-0.3, 0.09, 0.57, 0.11, 0.08, 0.06, 0.06, 0.02, 0.06)],
    ['viola', measured(-0.11, 0.56, 0.05, 0, -0.04, 0.17, 0.21, -0.02, 0.39)],
  ])('a %s is named', (name, nearness) => {
    expect(nameOtherInstrument(nearness)).toBe(name)
  })
})
