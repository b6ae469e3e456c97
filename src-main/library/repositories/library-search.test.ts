import { createRandom } from '#main/foundation/random.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillLibrary } from '#main/hosts/cli/commands/synthetic-library.ts'
import { openLibrary, type Library } from '../open-library.ts'
import type { SearchPage } from './library-search.ts'
import { joinWords, readWords } from './library-words.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SORTS = ['added', 'name', 'duration', 'quality', 'pitch', 'loudness', 'tempo'] as const

describe('search', () => {
  let library: Library
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-search-'))
    library = openLibrary(':memory:', folder)
    fillLibrary(library, { slices: 400, slicesPerRecording: 7, random: createRandom(1) })
  })
  afterAll(() => {
    library.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('pages through every sort exactly once, in the order that it gives whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SORTS),
        fc.boolean(),
        fc.integer({ min: 1, max: 90 }),
        fc.boolean(),
        (by, isDescending, limit, isNarrow) => {
          const query = isNarrow ? { words: 'legato', minimumQuality: 0.3 } : {}
          const sort = { by, isDescending }
          const whole = [...library.search.order('slices', query, sort)]
          const paged: number[] = []
          let after: string | null = null
          do {
            const page: SearchPage = library.search.page('slices', query, sort, after, limit)
            expect(page.total).toBe(whole.length)
            paged.push(...page.seqs)
            after = page.next
          } while (after !== null)
          expect(paged).toEqual(whole)
          expect(library.search.count('slices', query)).toBe(whole.length)
          expect(new Set(paged).size).toBe(paged.length)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('agrees with a plain look at every row', () => {
    const all = library.recordings.slices([...library.search.order('slices', {}, { by: 'added', isDescending: false })])
    const find = (query: Parameters<Library['search']['count']>[1]): number[] => [
      ...library.search.order('slices', query, { by: 'added', isDescending: false }),
    ]
    const seqs = (test: (row: (typeof all)[number]) => boolean): number[] => all.filter(test).map(({ seq }) => seq)
    expect(find({ words: 'legat' })).toEqual(seqs(({ caption }) => caption.includes('legato')))
    expect(find({ words: 'legato -soft' })).toEqual(seqs(({ caption }) => caption.includes('legato') && !caption.includes('soft')))
    // "violin" stands in every row, so it neither finds nor hides one.
    expect(find({ words: 'violin' })).toEqual(all.map(({ seq }) => seq))
    expect(find({ words: 'violin -soft' })).toEqual(seqs(({ caption }) => !caption.includes('soft')))
    expect(library.search.count('slices', { words: 'violin legato' })).toBe(seqs(({ caption }) => caption.includes('legato')).length)
    expect(find({ words: '-soft' })).toEqual(seqs(({ caption }) => !caption.includes('soft')))
    expect(find({ minimumSeconds: 5, registers: ['high'] })).toEqual(
      seqs(({ durationSeconds, register }) => durationSeconds >= 5 && register === 'high'),
    )
    expect(find({ tags: ['TAG 3'] })).toEqual(seqs(({ tags }) => tags.includes('tag 3')))
    expect(find({ withoutTags: ['tag 3'] })).toEqual(seqs(({ tags }) => !tags.includes('tag 3')))
    expect(find({ withoutMarks: ['noise'] })).toEqual(seqs(({ marks }) => marks.every(({ code }) => code !== 'noise')))
    expect(find({ withMarks: ['noise'] })).toEqual(seqs(({ marks }) => marks.some(({ code }) => code === 'noise')))
    expect(find({ lowestPitch: 60, highestPitch: 80 })).toEqual(
      seqs(({ pitchLow, pitchHigh }) => (pitchLow ?? -1) >= 60 && (pitchHigh ?? 999) <= 80),
    )
    expect(find({ isKept: false })).toEqual(seqs(({ isKept }) => !isKept))
    expect(find({ words: 'legato', isKept: true }).length).toBeGreaterThan(5)
  })

  it('counts anew when the library has changed, also where nothing is found', () => {
    const sort = { by: 'quality', isDescending: false } as const
    const query = { words: 'zzz', isKept: true }
    expect(library.search.page('slices', query, sort, null, 5)).toEqual({ seqs: [], next: null, total: 0 })
    const marked = { words: 'counted' }
    expect(library.search.count('slices', marked)).toBe(0)
    const [seq = 0] = library.search.order('slices', {}, { by: 'added', isDescending: false })
    library.transaction(() => library.edits.apply('slices', [seq], { appendToCaption: ' counted' }, '2026-01-01T00:00:00.000Z'))
    expect(library.search.count('slices', marked)).toBe(1)
    library.transaction(() => library.edits.undo())
    expect(library.search.count('slices', marked)).toBe(0)
  })

  it('takes whatever a person types', () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(() => library.search.count('slices', { words })).not.toThrow()
        expect(() => library.search.count('recordings', { words })).not.toThrow()
      }),
      { numRuns: 150 },
    )
    expect(readWords('')).toBeNull()
    const words = readWords('soft "D major" -loud')
    expect(words && joinWords(words)).toEqual({ match: '("soft"* AND "D major") NOT ("loud"*)', isExclusion: false })
  })

  it('refuses a place that no search answered', () => {
    for (const after of ['x', Buffer.from('{}').toString('base64url')]) {
      expect(() => library.search.page('slices', {}, { by: 'name', isDescending: false }, after, 5)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      )
    }
  })

  it('finds the nearest vectors, of all or among some', () => {
    const seqs = [...library.search.order('slices', {}, { by: 'added', isDescending: false })].slice(0, 50)
    const random = createRandom(2)
    const vectors = seqs.map(() => {
      const vector = Float32Array.from({ length: 128 }, () => random.normal())
      const norm = Math.hypot(...vector)
      return vector.map((value) => value / norm)
    })
    seqs.forEach((seq, i) => library.vectors.save(seq, vectors[i] ?? new Float32Array()))
    const wanted = vectors[7] ?? new Float32Array()
    const expected = vectors
      .map((vector, i) => ({ seq: seqs[i] ?? 0, similarity: vector.reduce((sum, value, k) => sum + value * (wanted[k] ?? 0), 0) }))
      .sort((a, b) => b.similarity - a.similarity)
    expect(library.vectors.nearest(wanted, 5, null).map(({ seq }) => seq)).toEqual(expected.slice(0, 5).map(({ seq }) => seq))
    const some = new Set(expected.slice(10, 20).map(({ seq }) => seq))
    expect(library.vectors.nearest(wanted, 3, some).map(({ seq }) => seq)).toEqual(expected.slice(10, 13).map(({ seq }) => seq))
    expect(library.vectors.countPending()).toBe(350)
  })
})
