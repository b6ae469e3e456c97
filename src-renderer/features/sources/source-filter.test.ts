import { describe, expect, it } from 'vitest'
import { createDraft, readFilter } from './source-filter.ts'

describe('the filter of a source', () => {
  it('asks only for what was typed', () => {
    expect(readFilter(createDraft())).toEqual({})
    expect(readFilter({ ...createDraft(), genres: ' classical, folk ,, classical\nbaroque; ', needs: 'midi', isAdaptable: true })).toEqual({
      genres: ['classical', 'folk', 'baroque'],
      needs: 'midi',
      isAdaptable: true,
    })
  })
})
