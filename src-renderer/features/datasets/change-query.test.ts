import { describe, expect, it } from 'vitest'
import { changeQuery } from './change-query.ts'

describe('a filter', () => {
  it('forgets what says nothing any more', () => {
    expect(changeQuery({}, { words: 'legato', tags: ['mine'] })).toEqual({ words: 'legato', tags: ['mine'] })
    expect(changeQuery({ words: 'legato', tags: ['mine'], minimumSeconds: 2 }, { words: '', tags: [], minimumSeconds: undefined })).toEqual(
      {},
    )
    expect(changeQuery({ isDuplicate: false }, { minimumQuality: 0 })).toEqual({ isDuplicate: false, minimumQuality: 0 })
  })
})
